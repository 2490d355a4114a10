"""The buttons of a template's definition: their kinds, their limits, and where their addresses may lead."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal, get_args

import msgspec

from handschlag.content.errors import INVALID_PARAMETER, ContentError
from handschlag.content.templates.patterns import (
    BUTTON_CHARACTERS,
    LENGTH,
    NO_TEXT,
    PHONE_NUMBER_CHARACTERS,
    URL_CHARACTERS,
    Pattern,
    parse_pattern,
    text_of,
)

BUTTONS = 10
# How many of a kind one template may have; of the others, as many as there is room for.
_MOST_OF_A_KIND = {"url": 2, "phone_number": 1, "copy_code": 1, "otp": 1, "flow": 1}
_NOT_OFFERED = frozenset(
    {"MPM", "SPM", "CATALOG", "VOICE_CALL", "REQUEST_CONTACT_INFO", "APP", "CALL_PERMISSION_REQUEST"}
)
COUPON_CHARACTERS = 20
COPY_CODE_TEXT = "Copy code"
OtpType = Literal["COPY_CODE", "ONE_TAP", "ZERO_TAP"]


class FlowTarget(msgspec.Struct, frozen=True, omit_defaults=True):
    """The form a button opens: by id, by name or as Flow JSON, one of them; its first screen, and who answers it."""

    flow_id: str = ""
    flow_name: str = ""
    flow_json: str = ""
    flow_action: str = "navigate"
    navigate_screen: str = ""


class ButtonPattern(msgspec.Struct, frozen=True):
    """A button: `target` is the page of a `url` and the number of a `phone_number`, `flow` the form of a `flow`."""

    type: Literal["quick_reply", "url", "phone_number", "copy_code", "otp", "flow"]
    text: str
    target: Pattern = NO_TEXT
    flow: FlowTarget | None = None


def parse_buttons(
    component: dict[str, object] | None, field: str, domain: str, most: int = BUTTONS
) -> list[ButtonPattern]:
    """Return the buttons of a BUTTONS component; `domain` names the domains that addresses may lead to."""
    if component is None:
        return []
    listed = component.get("buttons")
    if not isinstance(listed, list) or not 1 <= len(listed) <= most:
        seen = f"got {len(listed)} buttons" if isinstance(listed, list) else "got none"
        raise ContentError(INVALID_PARAMETER, f"{field}.buttons", f"{seen}, expected 1 to {most}")
    buttons = [_parse_button(button, f"{field}.buttons[{i}]", domain) for i, button in enumerate(listed)]
    for kind, limit in _MOST_OF_A_KIND.items():
        count = sum(button.type == kind for button in buttons)
        if count > limit:
            raise ContentError(
                INVALID_PARAMETER, f"{field}.buttons", f"got {count} {kind.upper()} buttons, at most {limit}"
            )
    return buttons


def _parse_button(button: object, field: str, domain: str) -> ButtonPattern:
    if not isinstance(button, dict):
        raise ContentError(INVALID_PARAMETER, field, "expected an object")
    kind = str(button.get("type", "")).upper()
    parse = _BUTTON_TYPES.get(kind)
    if parse is None:
        if kind in _NOT_OFFERED:
            raise ContentError(INVALID_PARAMETER, f"{field}.type", f"got {kind}, which is not offered here")
        expected = ", ".join(_BUTTON_TYPES)
        raise ContentError(INVALID_PARAMETER, f"{field}.type", f"got {kind[:40]}, expected {expected}")
    return parse(button, field, domain)


def _label(button: dict[str, object], field: str) -> str:
    return text_of(button, field, BUTTON_CHARACTERS, LENGTH)


def _quick_reply(button: dict[str, object], field: str, _domain: str) -> ButtonPattern:
    return ButtonPattern(type="quick_reply", text=_label(button, field))


def _phone_number(button: dict[str, object], field: str, _domain: str) -> ButtonPattern:
    number = button.get("phone_number")
    if not isinstance(number, str) or not 1 <= len(number) <= PHONE_NUMBER_CHARACTERS:
        raise ContentError(
            INVALID_PARAMETER, f"{field}.phone_number", f"expected 1 to {PHONE_NUMBER_CHARACTERS} characters"
        )
    target = Pattern(text=number, placeholders=[], named=False)
    return ButtonPattern(type="phone_number", text=_label(button, field), target=target)


def _url(button: dict[str, object], field: str, domain: str) -> ButtonPattern:
    return ButtonPattern(
        type="url", text=_label(button, field), target=_parse_url(button.get("url"), f"{field}.url", domain)
    )


def _copy_code(button: dict[str, object], field: str, _domain: str) -> ButtonPattern:
    example = button.get("example")
    if isinstance(example, list) and len(example) == 1:
        example = example[0]
    if example is not None and (not isinstance(example, str) or len(example) > COUPON_CHARACTERS):
        raise ContentError(INVALID_PARAMETER, f"{field}.example", f"expected at most {COUPON_CHARACTERS} characters")
    return ButtonPattern(type="copy_code", text=_label_or(button, field, COPY_CODE_TEXT))


def _otp(button: dict[str, object], field: str, _domain: str) -> ButtonPattern:
    otp_type = str(button.get("otp_type", "")).upper()
    if otp_type not in get_args(OtpType):
        raise ContentError(
            INVALID_PARAMETER, f"{field}.otp_type", f"got {otp_type[:40]}, expected {', '.join(get_args(OtpType))}"
        )
    return ButtonPattern(type="otp", text=_label_or(button, field, COPY_CODE_TEXT))


def _flow(button: dict[str, object], field: str, _domain: str) -> ButtonPattern:
    named = {name: button[name] for name in ("flow_id", "flow_name", "flow_json") if button.get(name) is not None}
    if len(named) != 1 or not all(isinstance(value, str) and value for value in named.values()):
        raise ContentError(INVALID_PARAMETER, field, "expected one of flow_id, flow_name, flow_json, as a text")
    action = str(button.get("flow_action") or "navigate").lower()
    if action not in {"navigate", "data_exchange"}:
        raise ContentError(
            INVALID_PARAMETER, f"{field}.flow_action", f"got {action[:40]}, expected navigate or data_exchange"
        )
    screen = button.get("navigate_screen") or ""
    if not isinstance(screen, str):
        raise ContentError(INVALID_PARAMETER, f"{field}.navigate_screen", "expected a text")
    target = FlowTarget(**named, flow_action=action, navigate_screen=screen)  # type: ignore[arg-type]
    return ButtonPattern(type="flow", text=_label(button, field), flow=target)


def _label_or(button: dict[str, object], field: str, default: str) -> str:
    """Return a text that the platform writes where the company did not."""
    return _label(button, field) if button.get("text") else default


# One row per kind of button.
_BUTTON_TYPES: dict[str, Callable[[dict[str, object], str, str], ButtonPattern]] = {
    "QUICK_REPLY": _quick_reply,
    "URL": _url,
    "PHONE_NUMBER": _phone_number,
    "COPY_CODE": _copy_code,
    "OTP": _otp,
    "FLOW": _flow,
}


def _parse_url(url: object, field: str, domain: str) -> Pattern:
    if not isinstance(url, str) or not 1 <= len(url) <= URL_CHARACTERS:
        raise ContentError(INVALID_PARAMETER, field, f"expected 1 to {URL_CHARACTERS} characters")
    pattern = parse_pattern(url, field)
    if pattern.placeholders and (pattern.placeholders != ["1"] or not url.endswith("{{1}}") or url.count("{{1}}") > 1):
        raise ContentError(INVALID_PARAMETER, field, "expected one {{1}}, at the end")
    if not on_domain(url.removesuffix("{{1}}"), domain):
        raise ContentError(INVALID_PARAMETER, field, f"expected https and the approved domain {domain or '(none)'}")
    return pattern


_URL = re.compile(r"https://([A-Za-z0-9.-]+)(?::[0-9]{1,5})?(?:[/?#][A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]*)?")


def host_of(url: str) -> str:
    """Return the host of an https address spelled in ASCII, in lower case; empty for anything else."""
    found = _URL.fullmatch(url)
    return found[1].lower() if found else ""


def on_domain(url: str, domains: str) -> bool:
    """Return whether a URL is https, spelled in ASCII, and leads to an approved domain or one below it.

    `domains` are separated by spaces.
    """
    host = host_of(url)
    return bool(host) and any(host == one or host.endswith("." + one) for one in domains.lower().split(" ") if one)

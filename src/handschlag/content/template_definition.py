"""What an approved template says: its parts, their placeholders, and the limits a definition keeps."""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from handschlag.content.errors import INVALID_PARAMETER, ContentError
from handschlag.wire.template import TemplateDefinition

HEADER_CHARACTERS = 60
BODY_CHARACTERS = 1024
FOOTER_CHARACTERS = 60
BUTTON_CHARACTERS = 25
URL_CHARACTERS = 2000
PHONE_NUMBER_CHARACTERS = 20
BUTTONS = 10
URL_BUTTONS = 2

# Meta's subcodes for broken definitions, beside code 100.
_LENGTH, _HEADER, _BODY, _FOOTER, _EDGE = 2388040, 2388047, 2388072, 2388073, 2388299

PLACEHOLDER = re.compile(r"\{\{([0-9]{1,3}|[a-z_][a-z0-9_]{0,63})\}\}")


class Pattern(msgspec.Struct, frozen=True):
    """A text and its placeholders in the order their values are given; `named` if they are names instead of 1, 2, 3."""

    text: str
    placeholders: list[str]
    named: bool


class ButtonPattern(msgspec.Struct, frozen=True):
    """A button: `target` is the page of a `url`, the number of a `phone_number`, and empty on a `quick_reply`."""

    type: Literal["quick_reply", "url", "phone_number"]
    text: str
    target: Pattern


class ParsedDefinition(msgspec.Struct, frozen=True):
    """A definition taken apart; header and footer may be empty."""

    header: Pattern
    body: Pattern
    footer: str
    buttons: list[ButtonPattern]
    domain: str


_NO_TEXT = Pattern(text="", placeholders=[], named=False)


def parse_definition(definition: TemplateDefinition) -> ParsedDefinition:
    """Return the parts of a definition; raises ContentError (100 and a subcode) where it breaks a rule."""
    parts: dict[str, dict[str, object]] = {}
    for component in definition.components:
        kind = str(component.get("type", "")).upper()
        if kind in parts:
            raise ContentError(INVALID_PARAMETER, "components", f"{kind} stands twice")
        if kind not in {"HEADER", "BODY", "FOOTER", "BUTTONS"}:
            raise ContentError(
                INVALID_PARAMETER, "components.type", f"got {kind[:40]}, expected HEADER, BODY, FOOTER, BUTTONS"
            )
        parts[kind] = component
    if "BODY" not in parts:
        raise ContentError(INVALID_PARAMETER, "components", "BODY is missing", subcode=_BODY)
    header = parts.get("HEADER")
    footer = parts.get("FOOTER")
    parsed = ParsedDefinition(
        header=_parse_header(header) if header else _NO_TEXT,
        body=_parse_body(parts["BODY"]),
        footer=_text(footer, "FOOTER", FOOTER_CHARACTERS, _FOOTER) if footer else "",
        buttons=_parse_buttons(parts.get("BUTTONS"), definition.domain),
        domain=definition.domain,
    )
    if PLACEHOLDER.search(parsed.footer):
        raise ContentError(INVALID_PARAMETER, "FOOTER.text", "got a placeholder, expected none", subcode=_FOOTER)
    if parsed.header.placeholders and parsed.body.placeholders and parsed.header.named != parsed.body.named:
        raise ContentError(INVALID_PARAMETER, "components", "named and numbered placeholders in one template")
    return parsed


def parse_pattern(text: str, field: str, subcode: int = 0) -> Pattern:
    """Return a text with its placeholders, `{{1}}` to `{{n}}` or names; one that stands twice is given once."""
    found = list(dict.fromkeys(PLACEHOLDER.findall(text)))
    rest = PLACEHOLDER.sub("", text)
    if "{{" in rest or "}}" in rest:
        raise ContentError(INVALID_PARAMETER, field, "braces that are no placeholder", subcode=subcode)
    numbers = [name for name in found if name[0].isdigit()]
    if not numbers:
        return Pattern(text=text, placeholders=found, named=bool(found))
    expected = [str(i + 1) for i in range(len(found))]
    if sorted(numbers, key=int) != expected:
        raise ContentError(
            INVALID_PARAMETER, field, f"placeholders {', '.join(found)[:60]}, expected 1 to n", subcode=subcode
        )
    return Pattern(text=text, placeholders=expected, named=False)


def _text(component: dict[str, object], name: str, limit: int, subcode: int) -> str:
    text = component.get("text")
    if not isinstance(text, str) or not text:
        raise ContentError(INVALID_PARAMETER, f"{name}.text", "expected a text", subcode=subcode)
    if len(text) > limit:
        raise ContentError(
            INVALID_PARAMETER, f"{name}.text", f"got {len(text)} characters, at most {limit}", subcode=_LENGTH
        )
    return text


def _parse_header(component: dict[str, object]) -> Pattern:
    if str(component.get("format", "TEXT")).upper() != "TEXT":
        raise ContentError(INVALID_PARAMETER, "HEADER.format", "only TEXT is known", subcode=_HEADER)
    pattern = parse_pattern(_text(component, "HEADER", HEADER_CHARACTERS, _HEADER), "HEADER.text", _HEADER)
    if len(pattern.placeholders) > 1:
        raise ContentError(
            INVALID_PARAMETER,
            "HEADER.text",
            f"got {len(pattern.placeholders)} placeholders, at most 1",
            subcode=_HEADER,
        )
    return pattern


def _parse_body(component: dict[str, object]) -> Pattern:
    text = _text(component, "BODY", BODY_CHARACTERS, _BODY)
    pattern = parse_pattern(text, "BODY.text", _BODY)
    if pattern.placeholders and (text.lstrip().startswith("{{") or text.rstrip().endswith("}}")):
        raise ContentError(INVALID_PARAMETER, "BODY.text", "begins or ends with a placeholder", subcode=_EDGE)
    return pattern


def _parse_buttons(component: dict[str, object] | None, domain: str) -> list[ButtonPattern]:
    if component is None:
        return []
    listed = component.get("buttons")
    if not isinstance(listed, list) or not 1 <= len(listed) <= BUTTONS:
        raise ContentError(INVALID_PARAMETER, "BUTTONS.buttons", f"expected 1 to {BUTTONS} buttons")
    buttons = [_parse_button(button, f"BUTTONS.buttons[{i}]", domain) for i, button in enumerate(listed)]
    if sum(button.type == "url" for button in buttons) > URL_BUTTONS:
        raise ContentError(INVALID_PARAMETER, "BUTTONS.buttons", f"more than {URL_BUTTONS} URL buttons")
    return buttons


def _parse_button(button: object, field: str, domain: str) -> ButtonPattern:
    if not isinstance(button, dict):
        raise ContentError(INVALID_PARAMETER, field, "expected an object")
    text = _text(button, field, BUTTON_CHARACTERS, _LENGTH)
    match str(button.get("type", "")).upper():
        case "QUICK_REPLY":
            return ButtonPattern(type="quick_reply", text=text, target=_NO_TEXT)
        case "PHONE_NUMBER":
            number = button.get("phone_number")
            if not isinstance(number, str) or not 1 <= len(number) <= PHONE_NUMBER_CHARACTERS:
                raise ContentError(INVALID_PARAMETER, f"{field}.phone_number", "expected 1 to 20 characters")
            return ButtonPattern(
                type="phone_number", text=text, target=Pattern(text=number, placeholders=[], named=False)
            )
        case "URL":
            return ButtonPattern(type="url", text=text, target=_parse_url(button.get("url"), f"{field}.url", domain))
        case other:
            raise ContentError(
                INVALID_PARAMETER, f"{field}.type", f"got {other[:40]}, expected QUICK_REPLY, URL, PHONE_NUMBER"
            )


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


def on_domain(url: str, domain: str) -> bool:
    """Return whether a URL is https, spelled in ASCII, and leads to the approved domain or one below it."""
    found = _URL.fullmatch(url)
    if not found or not domain:
        return False
    host = found[1].lower()
    return host == domain.lower() or host.endswith("." + domain.lower())

"""A template's texts with placeholders, and the limits that a definition and its filled-in text keep."""

from __future__ import annotations

import re

import msgspec

from handschlag.content.errors import INVALID_PARAMETER, ContentError

HEADER_CHARACTERS = 60
BODY_CHARACTERS = 1024
OFFER_BODY_CHARACTERS = 600
CARD_BODY_CHARACTERS = 160
FOOTER_CHARACTERS = 60
BUTTON_CHARACTERS = 25
URL_CHARACTERS = 2000
PHONE_NUMBER_CHARACTERS = 20

# Meta's subcodes for broken definitions, beside code 100.
LENGTH, HEADER, BODY, FOOTER, EDGE = 2388040, 2388047, 2388072, 2388073, 2388299

PLACEHOLDER = re.compile(r"\{\{([0-9]{1,3}|[a-z_][a-z0-9_]{0,63})\}\}")


class Pattern(msgspec.Struct, frozen=True):
    """A text and its placeholders in the order their values are given; `named` if they are names instead of 1, 2, 3."""

    text: str
    placeholders: list[str]
    named: bool


NO_TEXT = Pattern(text="", placeholders=[], named=False)


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


def parse_body_pattern(component: dict[str, object], field: str, limit: int) -> Pattern:
    """Return a body's text; it has words before its first placeholder and after its last one."""
    text = text_of(component, field, limit, BODY)
    pattern = parse_pattern(text, f"{field}.text", BODY)
    if pattern.placeholders and (text.lstrip().startswith("{{") or text.rstrip().endswith("}}")):
        raise ContentError(INVALID_PARAMETER, f"{field}.text", "begins or ends with a placeholder", subcode=EDGE)
    return pattern


def text_of(component: dict[str, object], field: str, limit: int, subcode: int) -> str:
    """Return a component's text, which has to be there and within its limit in characters (Unicode code points)."""
    text = component.get("text")
    if not isinstance(text, str) or not text:
        raise ContentError(INVALID_PARAMETER, f"{field}.text", "expected a text", subcode=subcode)
    if len(text) > limit:
        raise ContentError(
            INVALID_PARAMETER, f"{field}.text", f"got {len(text)} characters, at most {limit}", subcode=LENGTH
        )
    return text

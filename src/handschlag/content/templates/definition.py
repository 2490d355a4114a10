"""What an approved template says: its parts and their placeholders; which parts go together, and in which category."""

from __future__ import annotations

from typing import Literal

import msgspec

from handschlag.content.errors import INVALID_PARAMETER, ContentError
from handschlag.content.templates.buttons import ButtonPattern, parse_buttons
from handschlag.content.templates.cards import CardPattern, OfferPattern, parse_cards, parse_offer, parts_of
from handschlag.content.templates.patterns import (
    BODY,
    BODY_CHARACTERS,
    FOOTER,
    FOOTER_CHARACTERS,
    HEADER,
    HEADER_CHARACTERS,
    NO_TEXT,
    OFFER_BODY_CHARACTERS,
    PLACEHOLDER,
    Pattern,
    parse_body_pattern,
    parse_pattern,
    text_of,
)
from handschlag.wire.template import TemplateDefinition

PARTS = frozenset({"HEADER", "BODY", "FOOTER", "BUTTONS", "CAROUSEL", "LIMITED_TIME_OFFER"})
HeaderMedia = Literal["", "image", "video", "document", "location"]
_MEDIA: dict[str, HeaderMedia] = {"IMAGE": "image", "VIDEO": "video", "DOCUMENT": "document", "LOCATION": "location"}


class ParsedDefinition(msgspec.Struct, frozen=True):
    """A definition taken apart; header and footer may be empty, `media` is what a header shows instead of a text."""

    header: Pattern
    media: HeaderMedia
    body: Pattern
    footer: str
    buttons: list[ButtonPattern]
    offer: OfferPattern | None
    cards: list[CardPattern]
    domain: str
    authentication: bool


def parse_definition(definition: TemplateDefinition) -> ParsedDefinition:
    """Return the parts of a definition; raises ContentError (100 and a subcode) where it breaks a rule."""
    parts = parts_of(list(definition.components), PARTS, "components")
    if "BODY" not in parts:
        raise ContentError(INVALID_PARAMETER, "components", "BODY is missing", subcode=BODY)
    header, footer = parts.get("HEADER"), parts.get("FOOTER")
    offer, carousel = parts.get("LIMITED_TIME_OFFER"), parts.get("CAROUSEL")
    media = _header_media(header) if header else ""
    parsed = ParsedDefinition(
        header=_parse_header(header) if header and not media else NO_TEXT,
        media=media,
        body=parse_body_pattern(parts["BODY"], "BODY", OFFER_BODY_CHARACTERS if offer else BODY_CHARACTERS),
        footer=text_of(footer, "FOOTER", FOOTER_CHARACTERS, FOOTER) if footer else "",
        buttons=parse_buttons(parts.get("BUTTONS"), "BUTTONS", definition.domain),
        offer=parse_offer(offer) if offer else None,
        cards=parse_cards(carousel, definition.domain) if carousel else [],
        domain=definition.domain,
        authentication=definition.category == "authentication",
    )
    if PLACEHOLDER.search(parsed.footer):
        raise ContentError(INVALID_PARAMETER, "FOOTER.text", "got a placeholder, expected none", subcode=FOOTER)
    texts = [parsed.header, parsed.body, *(card.body for card in parsed.cards)]
    if len({text.named for text in texts if text.placeholders}) > 1:
        raise ContentError(INVALID_PARAMETER, "components", "named and numbered placeholders in one template")
    _check_category(parsed, definition.category)
    _check_together(parsed)
    return parsed


def _header_media(component: dict[str, object]) -> HeaderMedia:
    format_ = str(component.get("format", "TEXT")).upper()
    if format_ == "TEXT":
        return ""
    if format_ == "GIF":
        raise ContentError(INVALID_PARAMETER, "HEADER.format", "got GIF, which is not offered here", subcode=HEADER)
    if format_ not in _MEDIA:
        expected = ", ".join(("TEXT", *_MEDIA))
        raise ContentError(
            INVALID_PARAMETER, "HEADER.format", f"got {format_[:40]}, expected {expected}", subcode=HEADER
        )
    return _MEDIA[format_]


def _parse_header(component: dict[str, object]) -> Pattern:
    pattern = parse_pattern(text_of(component, "HEADER", HEADER_CHARACTERS, HEADER), "HEADER.text", HEADER)
    if len(pattern.placeholders) > 1:
        raise ContentError(
            INVALID_PARAMETER, "HEADER.text", f"got {len(pattern.placeholders)} placeholders, at most 1", subcode=HEADER
        )
    return pattern


def _check_category(parsed: ParsedDefinition, category: str) -> None:
    """A code is nothing but a code; what sells is marketing."""
    kinds = {button.type for button in parsed.buttons}
    if category == "authentication":
        plain = not (parsed.header.text or parsed.media or parsed.offer or parsed.cards)
        if not plain or [button.type for button in parsed.buttons] != ["otp"]:
            raise ContentError(
                INVALID_PARAMETER,
                "components",
                "expected BODY, FOOTER and one OTP button in an AUTHENTICATION template",
            )
        if parsed.body.placeholders != ["1"]:
            raise ContentError(
                INVALID_PARAMETER, "BODY.text", "expected the code's place {{1}} and no other", subcode=BODY
            )
    elif "otp" in kinds:
        raise ContentError(
            INVALID_PARAMETER, "BUTTONS.buttons", f"got an OTP button in {category.upper()}, expected AUTHENTICATION"
        )
    if category != "marketing" and (parsed.offer or "copy_code" in kinds):
        raise ContentError(
            INVALID_PARAMETER, "components", f"got an offer or its code in {category.upper()}, expected MARKETING"
        )


def _check_together(parsed: ParsedDefinition) -> None:
    """A carousel stands below a text alone; an offer has no footer, and no header but a picture or a film."""
    if parsed.cards and (parsed.header.text or parsed.media or parsed.footer or parsed.buttons or parsed.offer):
        raise ContentError(INVALID_PARAMETER, "components", "expected BODY and CAROUSEL alone")
    if parsed.offer and parsed.footer:
        raise ContentError(
            INVALID_PARAMETER, "FOOTER", "got one beside LIMITED_TIME_OFFER, expected none", subcode=FOOTER
        )
    if parsed.offer and (parsed.header.text or parsed.media in {"document", "location"}):
        raise ContentError(
            INVALID_PARAMETER, "HEADER", "expected IMAGE or VIDEO beside LIMITED_TIME_OFFER", subcode=HEADER
        )

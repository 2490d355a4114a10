"""The special parts of a template's definition: a carousel of cards, and an offer that ends."""

from __future__ import annotations

from typing import Literal

import msgspec

from handschlag.content.errors import INVALID_PARAMETER, ContentError
from handschlag.content.templates.buttons import ButtonPattern, parse_buttons
from handschlag.content.templates.patterns import (
    CARD_BODY_CHARACTERS,
    LENGTH,
    NO_TEXT,
    Pattern,
    parse_body_pattern,
    text_of,
)

FEWEST_CARDS, MOST_CARDS = 2, 10
CARD_BUTTONS = 2
OFFER_CHARACTERS = 16

_CARD_PARTS = frozenset({"HEADER", "BODY", "BUTTONS"})


class CardPattern(msgspec.Struct, frozen=True):
    """A card of a carousel: a picture or film, perhaps a text, one or two buttons."""

    media: Literal["image", "video"]
    body: Pattern
    buttons: list[ButtonPattern]


class OfferPattern(msgspec.Struct, frozen=True):
    """What an offer is called, and whether each message names its end."""

    text: str
    has_expiration: bool


def parse_offer(component: dict[str, object]) -> OfferPattern:
    """Return a LIMITED_TIME_OFFER component."""
    offer = component.get("limited_time_offer")
    if not isinstance(offer, dict):
        raise ContentError(INVALID_PARAMETER, "LIMITED_TIME_OFFER.limited_time_offer", "expected an object")
    ends = offer.get("has_expiration", False)
    if not isinstance(ends, bool):
        raise ContentError(INVALID_PARAMETER, "LIMITED_TIME_OFFER.has_expiration", "expected true or false")
    return OfferPattern(text=text_of(offer, "LIMITED_TIME_OFFER", OFFER_CHARACTERS, LENGTH), has_expiration=ends)


def parse_cards(component: dict[str, object], domain: str) -> list[CardPattern]:
    """Return the cards of a CAROUSEL component: two to ten, each with the same parts."""
    listed = component.get("cards")
    if not isinstance(listed, list) or not FEWEST_CARDS <= len(listed) <= MOST_CARDS:
        seen = f"got {len(listed)} cards" if isinstance(listed, list) else "got none"
        raise ContentError(INVALID_PARAMETER, "CAROUSEL.cards", f"{seen}, expected {FEWEST_CARDS} to {MOST_CARDS}")
    cards = [_parse_card(card, f"CAROUSEL.cards[{i}]", domain) for i, card in enumerate(listed)]
    for i, card in enumerate(cards):
        if _shape(card) != _shape(cards[0]):
            raise ContentError(
                INVALID_PARAMETER, f"CAROUSEL.cards[{i}]", "has other parts than the first card, expected the same"
            )
    return cards


def _shape(card: CardPattern) -> object:
    return card.media, bool(card.body.text), [button.type for button in card.buttons]


def _parse_card(card: object, field: str, domain: str) -> CardPattern:
    components = card.get("components") if isinstance(card, dict) else None
    if not isinstance(components, list):
        raise ContentError(INVALID_PARAMETER, f"{field}.components", "expected an array")
    parts = parts_of(components, _CARD_PARTS, f"{field}.components")
    header, body, buttons = parts.get("HEADER"), parts.get("BODY"), parts.get("BUTTONS")
    media = str(header.get("format", "")).lower() if header else ""
    if media == "product":
        raise ContentError(INVALID_PARAMETER, f"{field}.HEADER.format", "got PRODUCT, which is not offered here")
    if media not in {"image", "video"}:
        raise ContentError(INVALID_PARAMETER, f"{field}.HEADER.format", "expected IMAGE or VIDEO")
    if buttons is None:
        raise ContentError(INVALID_PARAMETER, f"{field}.BUTTONS", f"got none, expected 1 to {CARD_BUTTONS} buttons")
    parsed = parse_buttons(buttons, f"{field}.BUTTONS", domain, CARD_BUTTONS)
    if any(button.type not in {"quick_reply", "url", "phone_number"} for button in parsed):
        raise ContentError(INVALID_PARAMETER, f"{field}.BUTTONS", "expected QUICK_REPLY, URL, PHONE_NUMBER")
    return CardPattern(
        media="image" if media == "image" else "video",
        body=parse_body_pattern(body, f"{field}.BODY", CARD_BODY_CHARACTERS) if body else NO_TEXT,
        buttons=parsed,
    )


def parts_of(components: list[object], known: frozenset[str], field: str) -> dict[str, dict[str, object]]:
    """Return components by their type in upper case; each stands once, and is one of those known."""
    parts: dict[str, dict[str, object]] = {}
    for component in components:
        if not isinstance(component, dict):
            raise ContentError(INVALID_PARAMETER, field, "expected objects")
        kind = str(component.get("type", "")).upper()
        if kind in parts:
            raise ContentError(INVALID_PARAMETER, field, f"{kind} stands twice")
        if kind not in known:
            raise ContentError(
                INVALID_PARAMETER, f"{field}.type", f"got {kind[:40]}, expected {', '.join(sorted(known))}"
            )
        parts[kind] = component
    return parts

"""`carousel`: two to ten cards with a picture or film, and the same kind of button on each."""

from __future__ import annotations

import msgspec

from handschlag.content.errors import INVALID_VALUE, ContentError, missing
from handschlag.content.fields import not_possible, take_list, take_object, take_text
from handschlag.content.interactive.buttons import BUTTONS
from handschlag.content.interactive.named_actions import UrlAction, parse_url_action
from handschlag.content.interactive.parts import Header, Words, check_unique, parse_header, parse_words
from handschlag.content.media import FileParser

CARDS = 10
CARD_BODY_CHARACTERS = 160
_ID_CHARACTERS = 256
_TITLE_CHARACTERS = 20


class QuickReply(msgspec.Struct, frozen=True):
    """One answer."""

    id: str
    title: str


class QuickReplyButton(msgspec.Struct, frozen=True):
    """A button that answers."""

    quick_reply: QuickReply
    type: str = "quick_reply"


class QuickReplyAction(msgspec.Struct, frozen=True):
    """A card's buttons."""

    buttons: list[QuickReplyButton]


class Card(msgspec.Struct, frozen=True, omit_defaults=True):
    """One card."""

    card_index: int
    header: Header
    action: UrlAction | QuickReplyAction
    body: Words | None = None
    type: str = ""


class CarouselAction(msgspec.Struct, frozen=True):
    """The cards, in their order."""

    cards: list[Card]


def parse_carousel_action(value: object, field: str, files: FileParser) -> CarouselAction:
    """Return the cards; all have the same kind and number of buttons."""
    listed = take_list(take_object(value, field).get("cards"), f"{field}.cards", least=2, most=CARDS)
    cards = [_card(card, f"{field}.cards[{i}]", i, files) for i, card in enumerate(listed)]
    shapes = {len(c.action.buttons) if isinstance(c.action, QuickReplyAction) else 0 for c in cards}
    if len(shapes) > 1:
        raise ContentError(INVALID_VALUE, f"{field}.cards.action", "got different buttons, expected the same on all")
    answers = [b.quick_reply.id for c in cards if isinstance(c.action, QuickReplyAction) for b in c.action.buttons]
    check_unique(answers, f"{field}.cards.action.buttons.quick_reply.id")
    return CarouselAction(cards=cards)


def _card(value: object, field: str, position: int, files: FileParser) -> Card:
    part = take_object(value, field)
    index = part.get("card_index", position)
    if str(index) != str(position):
        raise not_possible(f"{field}.card_index", index, f"{position}: cards stand in their order, from 0")
    header = parse_header(part.get("header"), f"{field}.header", files)
    if header is None:
        raise missing(f"{field}.header")
    if header.type not in {"image", "video"}:
        raise not_possible(f"{field}.header.type", header.type, "image or video")
    body = part.get("body")
    action = take_object(part.get("action"), f"{field}.action")
    return Card(
        card_index=position,
        header=header,
        body=None if body is None else parse_words(body, f"{field}.body", CARD_BODY_CHARACTERS),
        action=_buttons(action, f"{field}.action")
        if "buttons" in action
        else parse_url_action(action, f"{field}.action", files),
        type="" if "buttons" in action else "cta_url",
    )


def _buttons(action: dict[str, object], field: str) -> QuickReplyAction:
    listed = take_list(action.get("buttons"), f"{field}.buttons", least=1, most=BUTTONS)
    buttons = []
    for i, entry in enumerate(listed):
        where = f"{field}.buttons[{i}].quick_reply"
        reply = take_object(take_object(entry, f"{field}.buttons[{i}]").get("quick_reply"), where)
        buttons.append(
            QuickReplyButton(
                quick_reply=QuickReply(
                    id=take_text(reply, "id", where, _ID_CHARACTERS),
                    title=take_text(reply, "title", where, _TITLE_CHARACTERS),
                )
            )
        )
    return QuickReplyAction(buttons=buttons)

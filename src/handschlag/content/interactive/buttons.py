"""`button`: up to three answers to tap."""

from __future__ import annotations

import msgspec

from handschlag.content.fields import not_possible, take_list, take_object, take_text
from handschlag.content.interactive.parts import check_unique, word_of
from handschlag.content.media import FileParser

BUTTONS = 3
ID_CHARACTERS = 256
TITLE_CHARACTERS = 20


class Reply(msgspec.Struct, frozen=True):
    """One answer: what comes back, and what is read."""

    id: str
    title: str


class ReplyButton(msgspec.Struct, frozen=True):
    """A button that answers."""

    reply: Reply
    type: str = "reply"


class ButtonAction(msgspec.Struct, frozen=True):
    """The buttons."""

    buttons: list[ReplyButton]


def parse_button_action(value: object, field: str, _files: FileParser) -> ButtonAction:
    """Return the buttons."""
    listed = take_list(take_object(value, field).get("buttons"), f"{field}.buttons", least=1, most=BUTTONS)
    buttons = [_button(button, f"{field}.buttons[{i}]") for i, button in enumerate(listed)]
    check_unique([button.reply.id for button in buttons], f"{field}.buttons.reply.id")
    check_unique([button.reply.title for button in buttons], f"{field}.buttons.reply.title")
    return ButtonAction(buttons=buttons)


def _button(value: object, field: str) -> ReplyButton:
    part = take_object(value, field)
    if "type" in part and word_of(part, "type", field) != "reply":
        raise not_possible(f"{field}.type", part["type"], "'reply'")
    reply = take_object(part.get("reply"), f"{field}.reply")
    return ReplyButton(
        reply=Reply(
            id=take_text(reply, "id", f"{field}.reply", ID_CHARACTERS),
            title=take_text(reply, "title", f"{field}.reply", TITLE_CHARACTERS),
        )
    )

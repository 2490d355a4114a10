"""The press of a template's quick reply."""

from __future__ import annotations

import msgspec

from handschlag.content.context import Context
from handschlag.content.fields import take_object, take_text

PAYLOAD_CHARACTERS = 256
TEXT_CHARACTERS = 25


class Button(msgspec.Struct, frozen=True, omit_defaults=True):
    """What stood on the button, and what the company's program gave it to carry."""

    payload: str
    text: str


class ButtonMessage(msgspec.Struct, frozen=True, tag_field="type", tag="button", omit_defaults=True):
    """A press as it is sealed; its context names the template message."""

    button: Button
    context: Context | None = None


def parse_button(value: object, field: str = "button") -> Button:
    """Return the press."""
    part = take_object(value, field)
    return Button(
        payload=take_text(part, "payload", field, PAYLOAD_CHARACTERS),
        text=take_text(part, "text", field, TEXT_CHARACTERS),
    )

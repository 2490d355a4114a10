"""A customer's second thoughts: a message written anew, or taken back."""

from __future__ import annotations

from typing import Any

import msgspec

from handschlag.content.context import ID_CHARACTERS, Context
from handschlag.content.fields import take_object, take_text


class Edit(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a message says from now on; `message` is a message as it is sealed."""

    original_message_id: str
    message: Any


class EditMessage(msgspec.Struct, frozen=True, tag_field="type", tag="edit", omit_defaults=True):
    """An edit as it is sealed."""

    edit: Edit
    context: Context | None = None


class Revoke(msgspec.Struct, frozen=True, omit_defaults=True):
    """A message that its author wants gone."""

    original_message_id: str


class RevokeMessage(msgspec.Struct, frozen=True, tag_field="type", tag="revoke", omit_defaults=True):
    """A withdrawal of a message as it is sealed."""

    revoke: Revoke
    context: Context | None = None


def parse_revoke(value: object, field: str = "revoke") -> Revoke:
    """Return which message is taken back."""
    return Revoke(original_message_id=parse_original(take_object(value, field), field))


def parse_original(part: dict[str, Any], field: str) -> str:
    """Return the `wamid` of the message that an edit or a withdrawal is about."""
    return take_text(part, "original_message_id", field, ID_CHARACTERS)

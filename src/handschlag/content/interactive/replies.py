"""Answers to interactive messages: a button, a row of a list, a form that was filled in."""

from __future__ import annotations

from typing import Any

import msgspec

from handschlag.content.errors import INVALID_VALUE, ContentError
from handschlag.content.fields import take_object, take_optional_text, take_text
from handschlag.content.interactive.buttons import ID_CHARACTERS, Reply
from handschlag.content.interactive.lists import DESCRIPTION_CHARACTERS, TITLE_CHARACTERS, Row

RESPONSE_CHARACTERS = 30_000
_NAME_CHARACTERS = 60
_BODY_CHARACTERS = 1024


class FormReply(msgspec.Struct, frozen=True, omit_defaults=True):
    """A form's values: `response_json` is a JSON object as text, as the Cloud API has it."""

    name: str
    response_json: str
    body: str | None = None


class InteractiveReply(msgspec.Struct, frozen=True, omit_defaults=True):
    """An answer: the part that bears the name of `type` holds it."""

    type: str
    button_reply: Reply | None = None
    list_reply: Row | None = None
    nfm_reply: FormReply | None = None


def parse_button_reply(part: dict[str, Any], field: str) -> InteractiveReply:
    """Return a tapped button."""
    where = f"{field}.button_reply"
    reply = take_object(part.get("button_reply"), where)
    return InteractiveReply(
        type="button_reply",
        button_reply=Reply(
            id=take_text(reply, "id", where, ID_CHARACTERS), title=take_text(reply, "title", where, TITLE_CHARACTERS)
        ),
    )


def parse_list_reply(part: dict[str, Any], field: str) -> InteractiveReply:
    """Return a chosen row."""
    where = f"{field}.list_reply"
    reply = take_object(part.get("list_reply"), where)
    return InteractiveReply(
        type="list_reply",
        list_reply=Row(
            id=take_text(reply, "id", where, ID_CHARACTERS),
            title=take_text(reply, "title", where, TITLE_CHARACTERS),
            description=take_optional_text(reply, "description", where, DESCRIPTION_CHARACTERS),
        ),
    )


def parse_form_reply(part: dict[str, Any], field: str) -> InteractiveReply:
    """Return a form that was filled in."""
    where = f"{field}.nfm_reply"
    reply = take_object(part.get("nfm_reply"), where)
    response = take_text(reply, "response_json", where, RESPONSE_CHARACTERS)
    try:
        value = msgspec.json.decode(response)
    except (msgspec.DecodeError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise ContentError(
            INVALID_VALUE, f"{where}.response_json", "got something else, expected a JSON object as text"
        )
    return InteractiveReply(
        type="nfm_reply",
        nfm_reply=FormReply(
            name=take_text(reply, "name", where, _NAME_CHARACTERS),
            response_json=response,
            body=take_optional_text(reply, "body", where, _BODY_CHARACTERS),
        ),
    )

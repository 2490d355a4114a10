"""Every type a free-form message may have: how its part is read, and who may send it. One row per type, written by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

import msgspec

from handschlag.content.button import Button, ButtonMessage, parse_button
from handschlag.content.changes import Edit, EditMessage, RevokeMessage, parse_original, parse_revoke
from handschlag.content.contacts import ContactsMessage, parse_contacts
from handschlag.content.context import Context, parse_context
from handschlag.content.errors import UNSUPPORTED_TYPE, ContentError, missing
from handschlag.content.fields import not_possible, take_object
from handschlag.content.interactive.interactive import InteractiveMessage, parse_interactive
from handschlag.content.interactive.replies import InteractiveReply
from handschlag.content.location import LocationMessage, parse_location
from handschlag.content.media import (
    AudioMessage,
    DocumentMessage,
    FileParser,
    ImageMessage,
    MediaFile,
    StickerMessage,
    VideoMessage,
    parse_media_file,
)
from handschlag.content.reaction import ReactionMessage, parse_reaction
from handschlag.content.text import TextMessage, parse_sealed_text

Sender = Literal["business", "customer"]
Parser = Callable[[object, str, FileParser], Any]
TYPE_CHARACTERS = 64


class UnsupportedMessage(msgspec.Struct, frozen=True, omit_defaults=True):
    """A service message of a type or shape this version does not know: kept, and shown as such."""

    type: str
    context: Context | None = None


KnownMessage = (
    TextMessage
    | ImageMessage
    | AudioMessage
    | VideoMessage
    | DocumentMessage
    | StickerMessage
    | LocationMessage
    | ContactsMessage
    | ReactionMessage
    | InteractiveMessage
    | ButtonMessage
    | EditMessage
    | RevokeMessage
)
ServiceMessage = KnownMessage | UnsupportedMessage


class ServiceType(NamedTuple):
    """One type: the struct that is sealed, whose field named like the type holds what `parse` returns, and who may send it."""

    message: Callable[..., KnownMessage]
    parse: Parser
    senders: frozenset[Sender]


_BOTH: frozenset[Sender] = frozenset({"business", "customer"})
_CUSTOMER: frozenset[Sender] = frozenset({"customer"})


def _text(value: object, field: str, _files: FileParser) -> Any:
    return parse_sealed_text(value, field)


def _media(kind: str) -> Parser:
    def parse(value: object, field: str, files: FileParser) -> MediaFile:
        return files(value, field, kind)

    return parse


def _without_files(parse: Callable[[object, str], Any]) -> Parser:
    return lambda value, field, _files: parse(value, field)


# What a message may become when it is written anew.
_EDITABLE = ("text", "image", "video", "document")


def _edit(value: object, field: str, files: FileParser) -> Edit:
    part = take_object(value, field)
    inner = take_object(part.get("message"), f"{field}.message")
    if inner.get("type") not in _EDITABLE:
        raise not_possible(f"{field}.message.type", inner.get("type"), ", ".join(_EDITABLE))
    return Edit(
        original_message_id=parse_original(part, field), message=parse_message(inner, files, f"{field}.message.")
    )


SERVICE_TYPES: dict[str, ServiceType] = {
    "text": ServiceType(TextMessage, _text, _BOTH),
    "image": ServiceType(ImageMessage, _media("image"), _BOTH),
    "audio": ServiceType(AudioMessage, _media("audio"), _BOTH),
    "video": ServiceType(VideoMessage, _media("video"), _BOTH),
    "document": ServiceType(DocumentMessage, _media("document"), _BOTH),
    "sticker": ServiceType(StickerMessage, _media("sticker"), _BOTH),
    "location": ServiceType(LocationMessage, _without_files(parse_location), _BOTH),
    "contacts": ServiceType(ContactsMessage, _without_files(parse_contacts), _BOTH),
    "reaction": ServiceType(ReactionMessage, _without_files(parse_reaction), _BOTH),
    # The kinds with something to tap are a company's, the answers a customer's: `may_send` tells them apart.
    "interactive": ServiceType(InteractiveMessage, parse_interactive, _BOTH),
    "button": ServiceType(ButtonMessage, _without_files(parse_button), _CUSTOMER),
    "edit": ServiceType(EditMessage, _edit, _CUSTOMER),
    "revoke": ServiceType(RevokeMessage, _without_files(parse_revoke), _CUSTOMER),
}

# Types of the Cloud API that nobody may send here, with the sentence that says so.
NOT_OFFERED: dict[str, str] = {
    "pin": "groups, and pinned messages in them, are not offered",
    "order": "catalogues are not offered",
    "order_details": "payments are not offered",
    "order_status": "payments are not offered",
    "product": "catalogues are not offered",
    "payment": "payments are not offered",
}


def may_send(message: ServiceMessage, sender: Sender) -> bool:
    """Whether this end of a conversation may send such a message; what it may not is shown as unsupported."""
    if isinstance(message, UnsupportedMessage):
        return False
    if isinstance(message, InteractiveMessage):
        return isinstance(message.interactive, InteractiveReply) == (sender == "customer")
    if sender == "customer" and _has_link_preview(
        message.edit.message if isinstance(message, EditMessage) else message
    ):
        return False
    return sender in SERVICE_TYPES[type_of(message)].senders


def _has_link_preview(message: ServiceMessage) -> bool:
    return isinstance(message, TextMessage) and message.text.preview is not None


def type_of(message: ServiceMessage) -> str:
    """Return a message's type as it stands in its JSON."""
    if isinstance(message, UnsupportedMessage):
        return message.type
    tag = message.__struct_config__.tag
    assert isinstance(tag, str)
    return tag


def parse_message(value: dict[str, Any], files: FileParser = parse_media_file, prefix: str = "") -> KnownMessage:
    """Return a message object of a known type, checked; raises ContentError with the Cloud API's code."""
    type_ = value.get("type")
    row = SERVICE_TYPES.get(type_) if isinstance(type_, str) else None
    if row is None or not isinstance(type_, str):
        raise ContentError(
            UNSUPPORTED_TYPE, f"{prefix}type", f"got {str(type_)[:40]!r}, expected one of {', '.join(SERVICE_TYPES)}"
        )
    if value.get(type_) is None:
        raise missing(f"{prefix}{type_}")
    part = row.parse(value[type_], f"{prefix}{type_}", files)
    context = parse_context(value.get("context"), f"{prefix}context")
    if isinstance(part, InteractiveReply | Button) and (context is None or context.id is None):
        # An answer means something only beside the message it answers.
        raise missing(f"{prefix}context.id")
    return row.message(**{type_: part, "context": context})

"""What a request wants said: the part of its type, read by the parser that the reader's device uses too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from handschlag.content.context import Context
from handschlag.content.reaction import ReactionMessage
from handschlag.content.service_types import NOT_OFFERED, SERVICE_TYPES, KnownMessage, may_send
from handschlag.content.templates.parameters import parse_components
from handschlag.content.text import TextMessage, parse_text
from handschlag.gateway.actions.messages.send_message import TemplateSend
from handschlag.gateway.errors import ParameterMissing, RequestInvalid, TypeNotSupported, shown
from handschlag.gateway.rules import message_limits
from handschlag.gateway.rules.wanted_files import WantedFile, WantedFiles

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.messages.send_request import SendRequest

_OFFERED = ", ".join([*(t for t, row in SERVICE_TYPES.items() if "business" in row.senders), "template"])


class RequestedContent(NamedTuple):
    """What is to be sent, and the files that have to be brought for it."""

    content: KnownMessage | TemplateSend
    files: list[WantedFile]


def parse_content(request: SendRequest) -> RequestedContent:
    """Return what the message says, checked by the parser of its type."""
    kind = (request.type or ("template" if request.template is not None and request.text is None else "text")).lower()
    context = parse_reply_context(request)
    if kind == "text":
        if request.text is None:
            raise _part_missing(kind)
        return RequestedContent(TextMessage(text=parse_text(request.text), context=context), [])
    if kind == "template":
        if request.template is None:
            raise _part_missing(kind)
        files = WantedFiles()
        return RequestedContent(_parse_template(request.template, files), files.found)
    row = SERVICE_TYPES.get(kind)
    if row is None or "business" not in row.senders:
        why = f"; {NOT_OFFERED[kind]}" if kind in NOT_OFFERED else ""
        raise TypeNotSupported(f"type: got {shown(request.type)}, expected one of {_OFFERED}{why}")
    part = getattr(request, kind)
    if part is None:
        raise _part_missing(kind)
    files = WantedFiles()
    message = row.message(**{kind: row.parse(part, kind, files), "context": context})
    if not may_send(message, "business"):
        raise TypeNotSupported(f"{kind}.type: got {shown(part['type'])}, which only customers send")
    if isinstance(message, ReactionMessage) and "emoji" not in part:
        raise ParameterMissing(
            "reaction.emoji: got nothing, expected an emoji, or an empty text to take a reaction back"
        )
    return RequestedContent(message, files.found)


def _part_missing(kind: str) -> ParameterMissing:
    expected = "an array" if kind == "contacts" else "an object"
    return ParameterMissing(f"{kind}: got nothing, expected {expected}, because type is '{kind}'")


def _parse_template(part: Any, files: WantedFiles) -> TemplateSend:
    if not isinstance(part, dict):
        raise RequestInvalid(f"template: got {shown(part)}, expected an object")
    name, language = part.get("name"), part.get("language")
    if not name:
        raise ParameterMissing("template.name: got nothing, expected a template's name")
    if not isinstance(name, str):
        raise RequestInvalid(f"template.name: got {shown(name)}, expected a string")
    if len(name) > message_limits.TEMPLATE_NAME_CHARACTERS:
        most = message_limits.TEMPLATE_NAME_CHARACTERS
        raise RequestInvalid(f"template.name: got {len(name)} characters, at most {most}")
    if language is None:
        raise ParameterMissing("template.language: got nothing, expected an object with a code")
    code = language.get("code") if isinstance(language, dict) else language
    if not isinstance(code, str) or not code:
        raise RequestInvalid(f"template.language.code: got {shown(code)}, expected a code like 'en_US'")
    return TemplateSend(name=name, language=code, components=parse_components(part.get("components"), files))


def parse_reply_context(request: SendRequest) -> Context | None:
    """Return the message this one answers, or None."""
    if not request.context:
        return None
    message_id = request.context.get("message_id") or request.context.get("id")
    if message_id is None:
        return None
    if not isinstance(message_id, str):
        raise RequestInvalid(f"context.message_id: got {shown(message_id)}, expected a string")
    if len(message_id) > message_limits.MESSAGE_ID_CHARACTERS:
        most = message_limits.MESSAGE_ID_CHARACTERS
        raise RequestInvalid(f"context.message_id: got {len(message_id)} characters, at most {most}")
    return Context(id=message_id)

"""`POST /{phone_number_id}/messages`: a message, or a word about one that was received."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from handschlag.content.message_id import message_id
from handschlag.gateway.actions.messages.mark_read import mark_read
from handschlag.gateway.actions.messages.send_message import Accepted, MessageDraft, send_message
from handschlag.gateway.actions.numbers.answer_once import Once, answer_once, check_key
from handschlag.gateway.cloud_api.answers import SUCCESS
from handschlag.gateway.cloud_api.messages.message_content import parse_content
from handschlag.gateway.cloud_api.messages.send_request import (
    SendRequest,
    parse_callback_data,
    parse_identity_key_hash,
    parse_recipient,
    parse_send_request,
)
from handschlag.gateway.cloud_api.request_body import read_json_text
from handschlag.gateway.errors import ParameterMissing, RequestInvalid, shown

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.call import Call
    from handschlag.gateway.company import Company

_encode = msgspec.json.Encoder().encode
_TYPING_KINDS = {"text", "audio", None}


async def post_message(call: Call) -> object:
    """Accept what is asked, and answer once it is on disk."""
    company = call.phone_number()
    body = await read_json_text(call.request, call.running.settings.body_bytes)
    key = call.request.headers.get("Idempotency-Key")
    if key is None:
        return await _post(call, company, body, None)
    return await answer_once(
        call.running, company.id, check_key(key), body, lambda once: _post(call, company, body, once)
    )


async def _post(call: Call, company: Company, body: bytes, once: Once | None) -> bytes:
    request = parse_send_request(body)
    if request.status is not None:
        answer = await _post_status(call, company, request)
        if once is not None:
            once.keep(answer)
            await call.running.store.flushed()
        return answer
    recipient = parse_recipient(request)
    content, files = parse_content(request)
    draft = MessageDraft(
        recipient, content, parse_callback_data(request), tuple(files), parse_identity_key_hash(request)
    )
    if once is not None:
        draft = draft._replace(on_accepted=lambda accepted: once.keep(_answer(draft, accepted)))
    return _answer(draft, await send_message(call.running, company, draft))


def _answer(draft: MessageDraft, accepted: Accepted) -> bytes:
    recipient, contact = draft.recipient, accepted.contact
    answered = {"input": recipient.given}
    if recipient.number is not None:
        answered["wa_id"] = contact.wa_id if contact is not None else recipient.number
    if recipient.user_id is not None:
        answered["user_id"] = contact.user_id if contact is not None else recipient.user_id
    message = {"id": message_id(accepted.id)}
    if accepted.is_template:
        message["message_status"] = "accepted"
    return _encode({"messaging_product": "whatsapp", "contacts": [answered], "messages": [message]})


async def _post_status(call: Call, company: Company, request: SendRequest) -> bytes:
    if request.status != "read":
        raise RequestInvalid(f"status: got {shown(request.status)}, expected 'read'")
    if not request.message_id:
        raise ParameterMissing("message_id: got nothing, expected the id of a received message")
    typing = request.typing_indicator is not None
    if typing and request.typing_indicator is not None and request.typing_indicator.get("type") not in _TYPING_KINDS:
        raise RequestInvalid(
            f"typing_indicator.type: got {shown(request.typing_indicator.get('type'))}, expected 'text'"
        )
    await mark_read(call.running, company, request.message_id, typing=typing)
    return SUCCESS

"""Puts what an open form asks to the company's data endpoint, and seals the answer for the device that asked.

A question is answered only about a form that was sent to this very customer; flow and token are those of the message as it was sent,
whatever the device says. Questions are kept nowhere: one that is lost is asked again by the person.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from handschlag.content.flows.exchange import (
    EXCHANGE_SECONDS,
    SCREEN_CHARACTERS,
    FlowAnswer,
    FlowQuestion,
    FlowReply,
)
from handschlag.content.flows.message import form_in
from handschlag.device.sealing import HeaderDraft
from handschlag.gateway.actions.flows.endpoint import EndpointAnswer
from handschlag.gateway.actions.messages.seal_message import seal_or_wait
from handschlag.gateway.company import bring_peer
from handschlag.gateway.storage.flows import find_flow, find_flow_message
from handschlag.telemetry.logs import get_logger

if TYPE_CHECKING:
    from handschlag.content.flows.message import ReceivedForm
    from handschlag.gateway.company import Company
    from handschlag.gateway.running import Running
    from handschlag.wire.envelope import Header
    from handschlag.wire.ids import AccountId, EnvelopeId

_log = get_logger(__name__)
_encode = msgspec.json.Encoder().encode
_REPLY_BYTES = 56 * 1024
# Clocks differ; what a gateway finds waiting after a long absence is not asked any more.
_OLDEST_SECONDS = 300


def take_flow_question(running: Running, company: Company, header: Header, question: FlowQuestion) -> None:
    """Begin to work on a question once the ratchet that opened it is on disk."""
    if running.clock.now() - header.sent_at > _OLDEST_SECONDS:
        return
    endpoints = running.flow_endpoints
    if endpoints.is_full:
        _log.warning("flow_questions_too_many", company=company.id)
        return
    running.store.after(lambda _: endpoints.begin(_work(running, company, header, question)), None)


async def _work(running: Running, company: Company, header: Header, question: FlowQuestion) -> None:
    try:
        reply = await _reply(running, company, header, question)
        await _send(running, company, header.sender, reply)
    except Exception:  # noqa: BLE001  another form's question may be in order
        _log.exception("flow_question_failed", company=company.id, envelope=header.id)


async def _reply(running: Running, company: Company, header: Header, question: FlowQuestion) -> FlowReply:
    await running.store.flushed()
    sent = await running.store.read(lambda connection: find_flow_message(connection, company.id, question.message))
    form = form_in(msgspec.json.decode(sent[1])) if sent is not None and sent[0] == header.sender else None
    flow = None
    if form is not None:
        flow = await running.store.read(lambda connection: find_flow(connection, company.id, id_=form.definition.id))
    if form is None or flow is None or not flow.endpoint_uri:
        return FlowReply(request=header.id, problem="unknown")
    if flow.status not in {"DRAFT", "PUBLISHED"}:
        return FlowReply(request=header.id, problem="token")
    request = request_of(question, form, flow.data_api_version)
    answer = await running.flow_endpoints.ask(company, flow.endpoint_uri, request)
    return reply_of(header.id, answer)


def request_of(question: FlowQuestion, form: ReceivedForm, version: str) -> dict[str, Any]:
    """Return a question as a data endpoint is asked it."""
    request: dict[str, Any] = {"version": version, "action": question.action, "flow_token": form.token}
    if question.screen is not None:
        request["screen"] = question.screen
    request["data"] = question.data
    return request


def reply_of(request: EnvelopeId, answer: EndpointAnswer) -> FlowReply:
    """Return an endpoint's answer as the device is told it."""
    if answer.value is None:
        return FlowReply(request=request, problem=answer.problem or "broken", message=answer.message)
    screen, data = answer.value.get("screen"), answer.value.get("data", {})
    if not isinstance(screen, str) or not 1 <= len(screen) <= SCREEN_CHARACTERS or not isinstance(data, dict):
        return FlowReply(request=request, problem="broken")
    reply = FlowReply(request=request, screen=screen, data=data)
    if len(_encode(reply)) > _REPLY_BYTES:
        return FlowReply(request=request, problem="too_large")
    return reply


async def _send(running: Running, company: Company, customer: AccountId, reply: FlowReply) -> None:
    await bring_peer(company, running.store, customer)
    now = running.clock.now()
    draft = HeaderDraft(id=company.ids.next(now), to=customer, kind="receipt", sent_at=int(now), ttl=EXCHANGE_SECONDS)
    seal_or_wait(running, company, draft, _encode(FlowAnswer(flow_answer=reply)))
    await running.store.flushed()

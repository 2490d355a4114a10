"""What a customer's open form asks reaches the company's data endpoint, sealed both ways, and only about a form that was sent."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from aiohttp import web

from handschlag.content.flows.exchange import FlowAnswer, FlowQuestion, FlowReply, FlowRequest
from handschlag.content.message_id import parse_message_id
from handschlag.wire.ids import EnvelopeId, make_envelope_id
from tests.gateway.customer import Customer
from tests.gateway.flows.endpoint import PUBLIC_KEY, DataEndpoint
from tests.gateway.house import House

pytestmark = pytest.mark.asyncio(loop_scope="module")

FOOTER = {"type": "Footer", "label": "x", "on-click-action": {"name": "data_exchange", "payload": {}}}
LAYOUT = {"type": "SingleColumnLayout", "children": [FOOTER]}
FLOW = {
    "version": "7.3",
    "data_api_version": "3.0",
    "routing_model": {"ONLY": []},
    "screens": [{"id": "ONLY", "title": "Only", "terminal": True, "layout": LAYOUT}],
}


class Desk:
    """A house whose company has published a form with a data endpoint, and sent it to Anna."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.endpoint: DataEndpoint
        self.anna: Customer
        self.flow = ""
        self.message: EnvelopeId

    async def open(self) -> None:
        house = self.house
        company = house.gateway.running.companies[house.company.id]
        self.endpoint = DataEndpoint(company.app_secret)
        await self.endpoint.start()
        path = f"/{house.company.phone_number_id}/whatsapp_business_encryption"
        assert (await house.call("POST", path, json={"business_public_key": PUBLIC_KEY}))[0] == 200
        body = {
            "name": "asked",
            "categories": ["OTHER"],
            "flow_json": json.dumps(FLOW),
            "endpoint_uri": self.endpoint.url,
        }
        _, made, _ = await house.call("POST", f"/{house.company.waba_id}/flows", json={**body, "publish": True})
        self.flow = made["id"]
        self.anna = await house.customer()
        self.message = await self.send(self.anna)

    async def send(self, customer: Customer) -> EnvelopeId:
        parameters = {"flow_message_version": "3", "flow_cta": "Open", "flow_token": "t-7", "flow_id": self.flow}
        interactive = {"type": "flow", "body": {"text": "x"}, "action": {"name": "flow", "parameters": parameters}}
        to = self.house.contact_of(customer).wa_id
        status, answer = await self.house.post({"to": to, "type": "interactive", "interactive": interactive})
        assert status == 200, answer
        id_ = parse_message_id(answer["messages"][0]["id"])
        await customer.until(lambda: any(opened.header.id == id_ for opened in customer.opened))
        return id_

    async def ask(self, customer: Customer, **question: Any) -> FlowReply:
        asked = FlowQuestion(**{"message": self.message, "action": "data_exchange", "screen": "ONLY", **question})
        id_ = customer.send("receipt", msgspec.json.encode(FlowRequest(flow_request=asked)))
        return await self.answered(customer, id_)

    async def answered(self, customer: Customer, id_: EnvelopeId) -> FlowReply:
        def found() -> FlowReply | None:
            replies = [o.content.flow_answer for o in customer.opened if isinstance(o.content, FlowAnswer)]
            return next((reply for reply in replies if reply.request == id_), None)

        reply: FlowReply = await customer.until(found)
        return reply


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(shared_house: House) -> AsyncIterator[Desk]:
    made = Desk(shared_house)
    await made.open()
    yield made
    await made.endpoint.stop()


async def test_publishing_pinged_the_endpoint_and_every_request_is_signed(desk: Desk) -> None:
    assert desk.endpoint.asked[0] == {"version": "3.0", "action": "ping"}
    assert all(desk.endpoint.signatures)


async def test_a_question_is_asked_with_the_token_of_the_message_and_answered_to_the_device(desk: Desk) -> None:
    desk.endpoint.answer = lambda asked: {
        "version": "3.0",
        "screen": "ONLY",
        "data": {"heard": asked["data"], "ü": 1.5},
    }
    reply = await desk.ask(desk.anna, data={"name": "Änne", "flow_token": "another"})
    assert desk.endpoint.asked[-1] == {
        "version": "3.0",
        "action": "data_exchange",
        "flow_token": "t-7",
        "screen": "ONLY",
        "data": {"name": "Änne", "flow_token": "another"},
    }
    assert (reply.screen, reply.problem) == ("ONLY", None)
    assert reply.data == {"heard": {"name": "Änne", "flow_token": "another"}, "ü": 1.5}


async def test_a_question_makes_no_message_and_no_webhook(desk: Desk) -> None:
    before = len(desk.house.receiver.posts)
    await desk.ask(desk.anna, action="INIT", screen=None)
    wamid = desk.anna.write("after the question")
    await desk.house.receiver.message(wamid)
    news = [c["value"] for post in desk.house.receiver.posts[before:] for c in post.changes]
    assert [m["id"] for value in news for m in value.get("messages", [])] == [wamid]


async def test_another_customer_cannot_ask_about_it_and_nobody_about_what_was_never_sent(desk: Desk) -> None:
    jan = await desk.house.customer("Jan Voss")
    asked = len(desk.endpoint.asked)
    assert (await desk.ask(jan)).problem == "unknown"
    never = make_envelope_id(desk.house.clock.now(), bytes(10))
    assert (await desk.ask(desk.anna, message=never)).problem == "unknown"
    text = parse_message_id(await desk.house.send_text(desk.house.contact_of(desk.anna).wa_id, "no form"))
    assert (await desk.ask(desk.anna, message=text)).problem == "unknown"
    assert len(desk.endpoint.asked) == asked


@pytest.mark.parametrize(
    ("answer", "problem", "message"),
    [
        (lambda _: web.Response(status=500), "refused", None),
        (lambda _: web.Response(status=432), "refused", None),
        (lambda _: web.Response(status=421), "refused", None),
        (lambda _: web.Response(status=302, headers={"Location": "/"}), "refused", None),
        (lambda _: web.Response(status=427, text='{"error_msg": "Sold out"}'), "token", "Sold out"),
        (lambda _: web.Response(text="no base64!"), "broken", None),
        (lambda _: {"data": {}}, "broken", None),
        (lambda _: {"screen": "ONLY", "data": []}, "broken", None),
        (lambda _: {"screen": "ONLY", "data": {"x": "y" * 60_000}}, "too_large", None),
        (lambda _: {"screen": "ONLY", "data": {"x": "y" * 300_000}}, "too_large", None),
    ],
)
async def test_an_endpoint_that_does_not_answer_well_is_a_problem_the_form_can_name(
    desk: Desk, answer: Any, problem: str, message: str | None
) -> None:
    desk.endpoint.answer = answer
    reply = await desk.ask(desk.anna)
    assert (reply.screen, reply.problem, reply.message) == (None, problem, message)


async def test_a_421_is_asked_once_more_with_the_key_in_force(desk: Desk) -> None:
    answers: list[Any] = [web.Response(status=421), {"screen": "ONLY", "data": {}}]
    desk.endpoint.answer = lambda _: answers.pop(0)
    assert (await desk.ask(desk.anna)).screen == "ONLY"
    assert not answers


async def test_a_draft_whose_endpoint_does_not_answer_a_ping_is_not_published(desk: Desk) -> None:
    desk.endpoint.answer = lambda _: {"data": {"status": "asleep"}}
    house = desk.house
    body = {"name": "pinged", "categories": ["OTHER"], "flow_json": json.dumps(FLOW)}
    _, made, _ = await house.call("POST", f"/{house.company.waba_id}/flows", json=body)
    _, answer, _ = await house.call("POST", f"/{made['id']}/publish")
    assert answer["error"]["error_data"]["details"].startswith("endpoint_uri: got nothing")
    await house.call("POST", f"/{made['id']}", json={"endpoint_uri": desk.endpoint.url})
    _, answer, _ = await house.call("POST", f"/{made['id']}/publish")
    assert (answer["error"]["code"], answer["error"]["error_user_title"]) == (139002, "Endpoint Not Available")


async def test_after_deprecation_the_form_is_closed(desk: Desk) -> None:
    assert (await desk.house.call("POST", f"/{desk.flow}/deprecate"))[0] == 200
    assert (await desk.ask(desk.anna)).problem == "token"

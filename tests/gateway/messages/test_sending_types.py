"""Every type a company may send, through the real house: what was asked for is what the customer's device understands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from handschlag.content.message_id import parse_message_id
from handschlag.content.service_types import parse_message, type_of
from handschlag.gateway.rules import message_limits
from handschlag.wire.limits import DAY
from tests.content.message_examples import BUTTONS, SENT
from tests.gateway.customer import Customer
from tests.gateway.house import House

pytestmark = pytest.mark.asyncio(loop_scope="module")
SIMPLE = [name for name in SENT if name not in {"reaction", "flow"}]


async def anna_of(house: House) -> Customer:
    """Return the customer all tests of this file write to."""
    return house.customers[0] if house.customers else await house.customer("Anna", "+4915112345678")


def asking(message: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"messaging_product": "whatsapp", "to": "+49 151 12345678", **message, **more}


async def opened(customer: Customer, wamid: str) -> Any:
    id_ = parse_message_id(wamid)
    return await customer.until(lambda: next((o for o in customer.opened if o.header.id == id_), None))


async def sent(house: House, body: dict[str, Any]) -> str:
    status, answer = await house.post(body)
    assert status == 200, answer
    wamid: str = answer["messages"][0]["id"]
    return wamid


@pytest.mark.parametrize("name", SIMPLE)
async def test_it_arrives_with_equal_content(shared_house: House, name: str) -> None:
    anna = await anna_of(shared_house)
    found = await opened(anna, await sent(shared_house, asking(SENT[name])))
    assert found.content == parse_message(SENT[name])


@pytest.mark.parametrize("name", SIMPLE)
async def test_a_form_carries_its_part_as_json(shared_house: House, name: str) -> None:
    anna = await anna_of(shared_house)
    form = {key: value if isinstance(value, str) else json.dumps(value) for key, value in asking(SENT[name]).items()}
    path = f"/v21.0/{shared_house.company.phone_number_id}/messages"
    status, answer, _ = await shared_house.call("POST", path, data=form)
    assert status == 200, answer
    found = await opened(anna, answer["messages"][0]["id"])
    assert found.content == parse_message(SENT[name])


async def test_the_largest_message_arrives(shared_house: House) -> None:
    """What the door takes fits into the largest envelope, also beside the longest header."""
    anna = await anna_of(shared_house)
    card = {"name": {"formatted_name": "x" * 500, "first_name": "x" * 500}}
    message: dict[str, Any] = {"type": "contacts", "contacts": [card] * 61}
    found = await opened(anna, await sent(shared_house, asking(message)))
    assert len(found.body) > message_limits.BODY_BYTES - 1024
    assert len(found.content.contacts) == 61


async def test_an_answer_names_the_message_it_answers(shared_house: House) -> None:
    anna = await anna_of(shared_house)
    asked = anna.write("Where are you?")
    await shared_house.receiver.message(asked)
    body = asking(SENT["location"], context={"message_id": asked})
    found = await opened(anna, await sent(shared_house, body))
    assert found.content.context.id == asked


async def test_a_context_of_null_is_none(shared_house: House) -> None:
    anna = await anna_of(shared_house)
    found = await opened(anna, await sent(shared_house, asking(SENT["buttons"], context=None)))
    assert found.content.context is None


class TestReactions:
    async def test_one_reacts_to_what_the_customer_wrote_and_takes_it_back(self, shared_house: House) -> None:
        anna = await anna_of(shared_house)
        theirs = anna.write("Danke!")
        await shared_house.receiver.message(theirs)
        for emoji in ("🛫", ""):
            wamid = await sent(
                shared_house, asking({"type": "reaction", "reaction": {"message_id": theirs, "emoji": emoji}})
            )
            found = await opened(anna, wamid)
            assert (found.content.reaction.message_id, found.content.reaction.emoji) == (theirs, emoji or None)

    async def test_of_a_reaction_nothing_is_told_but_that_it_was_sent(self, shared_house: House) -> None:
        anna = await anna_of(shared_house)
        ours = await shared_house.send_text("4915112345678", "Guten Flug")
        wamid = await sent(shared_house, asking({"type": "reaction", "reaction": {"message_id": ours, "emoji": "🛫"}}))
        found = await opened(anna, wamid)
        later = await shared_house.send_text("4915112345678", "danach")
        anna.read(found.header.id, parse_message_id(later))
        await shared_house.receiver.status(later, "read")
        assert shared_house.receiver.statuses_of(wamid) == ["sent"]

    @pytest.mark.parametrize(
        ("reaction", "code", "told"),
        [
            ({"message_id": "wamid.no", "emoji": "🛫"}, 131009, "reaction.message_id"),
            ({"message_id": "wamid.HBgLAZssPU5femuMfZ4PGis8TQ", "emoji": "🛫"}, 131009, "exchanged with this customer"),
            ({"message_id": "wamid.HBgLAZssPU5femuMfZ4PGis8TQ"}, 131008, "reaction.emoji: got nothing"),
        ],
    )
    async def test_it_needs_a_message_of_this_conversation(
        self, shared_house: House, reaction: dict[str, Any], code: int, told: str
    ) -> None:
        await anna_of(shared_house)
        status, answer = await shared_house.post(asking({"type": "reaction", "reaction": reaction}))
        assert (status, answer["error"]["code"]) == (400, code)
        assert told in answer["error"]["error_data"]["details"]

    async def test_it_is_not_for_somebody_elses_message(self, shared_house: House) -> None:
        await anna_of(shared_house)
        eve = await shared_house.customer("Eve", "+4915199999999")
        hers = eve.write("Meins")
        await shared_house.receiver.message(hers)
        body = asking({"type": "reaction", "reaction": {"message_id": hers, "emoji": "🛫"}})
        status, answer = await shared_house.post(body)
        assert (status, answer["error"]["code"]) == (400, 131009)


@pytest.mark.parametrize(
    ("message", "code", "told"),
    [
        ({"type": "pin", "pin": {"type": "pin"}}, 131051, "groups, and pinned messages in them, are not offered"),
        ({"type": "order_details", "order_details": {}}, 131051, "payments are not offered"),
        ({"type": "button", "button": {"payload": "p", "text": "t"}}, 131051, "expected one of text, image"),
        ({"type": "interactive", "interactive": {"type": "product"}}, 131051, "catalogues are not offered"),
        ({"type": "interactive", "interactive": {"type": "call_permission_request"}}, 131051, "calls are not offered"),
        ({"type": "interactive", "interactive": {"type": "button_reply", "button_reply": {"id": "1", "title": "1"}}}, 131051, "only customers send"),
        ({"type": "interactive"}, 131008, "interactive: got nothing, expected an object"),
        ({"type": "contacts"}, 131008, "contacts: got nothing, expected an array"),
        ({"type": "location", "location": {"latitude": 91, "longitude": 0}}, 131009, "location.latitude: got 91"),
        ({"type": "interactive", "interactive": {**BUTTONS, "body": {"text": "x" * 1025}}}, 100, "interactive.body.text: got 1025 characters, at most 1024"),
        ({"type": "contacts", "contacts": [{"name": {"formatted_name": "x" * 500, "first_name": "x" * 500}}] * 100}, 100, "bytes of JSON, at most"),
        ({"type": "text", "text": {"body": "x"}, "recipient_type": "group"}, 100, "groups are not offered"),
        ({"type": "text", "text": {"body": "x"}, "biz_opaque_callback_data": "x" * 513}, 100, "got 513 characters, at most 512"),
        ({"type": "text", "text": {"body": "x"}, "context": {"message_id": "w" * 129}}, 100, "context.message_id: got 129 characters"),
        ({"type": "text", "text": {"body": "x"}, "recipient_identity_key_hash": "x" * 129}, 100, "got 129 characters"),
    ],
    ids=lambda value: str(value)[:60],
)  # fmt: skip
async def test_what_is_not_offered_or_breaks_a_limit_is_said(
    shared_house: House, message: dict[str, Any], code: int, told: str
) -> None:
    await anna_of(shared_house)
    status, answer = await shared_house.post(asking(message))
    assert (status, answer["error"]["code"]) == (400, code)
    assert told in answer["error"]["error_data"]["details"]


@pytest.mark.parametrize(
    ("attested", "asked"),
    [
        ("+5215512345678", "+52 55 1234 5678"),
        ("+525587654321", "521 5587654321"),
        ("+5491112345678", "54 11 1234-5678"),
        ("+541187654321", "+54 9 11 8765-4321"),
        ("+5511912345678", "55 11 1234-5678"),
        ("+551187654321", "+55 (11) 98765-4321"),
    ],
)
async def test_two_customary_spellings_of_a_number_reach_the_same_customer(
    shared_house: House, attested: str, asked: str
) -> None:
    customer = await shared_house.customer("Sol", attested)
    status, answer = await shared_house.post(
        {"messaging_product": "whatsapp", "to": asked, "type": "text", "text": {"body": "Hola"}}
    )
    assert status == 200
    assert answer["contacts"] == [{"input": asked, "wa_id": attested.removeprefix("+")}]
    found = await opened(customer, answer["messages"][0]["id"])
    assert type_of(found.content) == "text"


async def test_a_user_id_reaches_the_customer_and_to_wins_over_it(shared_house: House) -> None:
    anna = await anna_of(shared_house)
    user_id = shared_house.contact_of(anna).user_id
    body = {"messaging_product": "whatsapp", "recipient": user_id, **SENT["location"]}
    status, answer = await shared_house.post(body)
    assert (status, answer["contacts"]) == (200, [{"input": user_id, "user_id": user_id}])
    await opened(anna, answer["messages"][0]["id"])
    other = await shared_house.customer("Ben", "+4915100000001")
    status, answer = await shared_house.post({**body, "to": "4915100000001"})
    assert answer["contacts"][0]["wa_id"] == "4915100000001"
    await opened(other, answer["messages"][0]["id"])


async def test_a_reaction_comes_too_late_after_thirty_days(tmp_path: Path) -> None:
    house = House(tmp_path)
    await house.start()
    try:
        anna = await house.customer("Anna", "+4915112345678")
        theirs = anna.write("Danke!")
        await house.receiver.message(theirs)
        body = asking({"type": "reaction", "reaction": {"message_id": theirs, "emoji": "🛫"}})
        house.clock.advance(29 * DAY)
        assert (await house.post(body))[0] == 200
        house.clock.advance(2 * DAY)
        status, answer = await house.post(body)
        assert (status, answer["error"]["code"]) == (400, 131009)
        assert "31 days old, at most 30" in answer["error"]["error_data"]["details"]
    finally:
        await house.stop()

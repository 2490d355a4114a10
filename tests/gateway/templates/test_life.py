"""A template's life by the API: created, approved, sent, edited, paused, deleted; each step is told by a webhook."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from handschlag.content.message_id import message_id
from handschlag.gateway.actions.templates.add_template import TemplateDraft, add_template
from handschlag.relay.actions.companies.decide_template import decide_template
from tests.gateway.house import House
from tests.gateway.templates.drafts import (
    BODY,
    FIELD,
    QUICK,
    create,
    create_approved,
    draft,
    event,
    events,
    received,
    send,
    texts,
)

ORDER = draft("order_shipped", BODY, {"type": "buttons", "buttons": [QUICK]})


async def node(house: House, id_: str, **query: str) -> Any:
    _, answer, _ = await house.call("GET", f"/v23.0/{id_}", params=query)
    return answer


async def ask_relay(house: House) -> None:
    await house.gateway.running.companies[house.company.id].renew_approvals()


async def test_created_approved_sent_and_answered_with_its_button(house: House) -> None:
    id_ = await create_approved(house, ORDER)
    (change,) = [
        c for c in house.receiver.changes if c["field"] == FIELD and c["value"]["message_template_id"] == int(id_)
    ]
    assert change["value"] == {
        "event": "APPROVED",
        "message_template_id": int(id_),
        "message_template_name": "order_shipped",
        "message_template_language": "en_US",
        "reason": "NONE",
        "message_template_category": "UTILITY",
    }
    anna = await house.customer(number="+491701234567")
    status, answer = await send(house, "+491701234567", "order_shipped", texts("Anna", "4711"))
    assert status == 200, answer
    opened = await received(anna, answer)
    shown = await anna.shown(opened)
    assert shown.body == "Hello Anna, your order 4711 is on its way."
    (button,) = shown.buttons
    reply = {
        "type": "button",
        "button": {"payload": button.payload, "text": button.text},
        "context": {"id": answer["messages"][0]["id"]},
    }
    told = await house.receiver.message(message_id(anna.send("service", msgspec.json.encode(reply))))
    assert (told["type"], told["button"]) == ("button", {"payload": "Thanks", "text": "Thanks"})
    assert told["context"]["id"] == answer["messages"][0]["id"]


async def test_an_edit_is_a_new_version_and_what_was_sent_before_stays_readable(house: House) -> None:
    id_ = await create_approved(house, ORDER)
    anna = await house.customer(number="+491701234567")
    _, answer = await send(house, "+491701234567", "order_shipped", texts("Anna", "1"))
    old = await received(anna, answer)
    changed = {"components": [{"type": "BODY", "text": "Dear {{1}}, we packed your order."}]}
    status, answer, _ = await house.call("POST", f"/v23.0/{id_}", json=changed)
    assert (status, answer["success"]) == (200, True)
    await house.receiver.until(lambda: [v["event"] for v in events(house, id_)] == ["APPROVED", "APPROVED"])
    assert (await node(house, id_))["components"] == [{"type": "BODY", "text": "Dear {{1}}, we packed your order."}]
    status, answer = await send(house, "+491701234567", "order_shipped", texts("Anna"))
    assert status == 200, answer
    new = await anna.until(lambda: next((o for o in anna.opened if o.header.category and o is not old), None))
    assert (await anna.shown(new)).body == "Dear Anna, we packed your order."
    assert (await anna.shown(old)).body == "Hello Anna, your order 1 is on its way."


async def test_is_sent_at_once_after_it_was_created_or_edited(house: House) -> None:
    _, answer = await create(house, ORDER)
    assert (await send(house, "+491701234567", "order_shipped", texts("Anna", "1")))[0] == 200
    changed = {"components": [{"type": "BODY", "text": "Dear {{1}}, we packed your order."}]}
    await house.call("POST", f"/v23.0/{answer['id']}", json=changed)
    assert (await send(house, "+491701234567", "order_shipped", texts("Anna")))[0] == 200


async def test_a_change_on_the_command_line_is_taken_over_by_the_running_gateway(house: House) -> None:
    id_ = await create_approved(house, ORDER)
    changed = TemplateDraft("order_shipped", "en_US", "UTILITY", [{"type": "BODY", "text": "We packed your order."}])
    assert await add_template(house.gateway.configuration, house.company, changed) == id_
    await house.gateway.settled()
    assert (await node(house, id_))["components"][0]["text"] == "We packed your order."
    assert (await send(house, "+491701234567", "order_shipped"))[0] == 200


async def test_a_category_never_changes(house: House) -> None:
    id_ = await create_approved(house, ORDER)
    status, answer, _ = await house.call("POST", f"/v23.0/{id_}", json={"category": "MARKETING"})
    assert (status, answer["error"]["code"]) == (400, 100)
    assert "never changes" in answer["error"]["error_data"]["details"]
    assert (await node(house, id_))["category"] == "UTILITY"


async def test_a_deleted_template_is_gone_and_its_name_is_free_at_once(house: House) -> None:
    id_ = await create_approved(house, ORDER)
    german = await create_approved(house, {**ORDER, "language": "de"})
    path = f"/v23.0/{house.company.waba_id}/message_templates"
    status, answer, _ = await house.call("DELETE", path, params={"name": "order_shipped", "hsm_id": german})
    assert (status, answer) == (200, {"success": True})
    await event(house, german, "DELETED")
    assert [v["event"] for v in events(house, german)] == ["APPROVED", "PENDING_DELETION", "DELETED"]
    assert (await node(house, id_))["status"] == "APPROVED"
    status, answer, _ = await house.call("DELETE", path, params={"name": "order_shipped"})
    assert (status, answer) == (200, {"success": True})
    status, answer = await send(house, "+491701234567", "order_shipped", texts("Anna", "1"))
    assert (status, answer["error"]["code"]) == (404, 132001)
    status, answer, _ = await house.call("DELETE", path, params={"name": "order_shipped"})
    assert (status, answer["error"]["code"]) == (400, 100)
    assert await create_approved(house, ORDER) not in {id_, german}


async def test_a_name_stands_once_in_each_language(house: House) -> None:
    await create_approved(house, ORDER)
    status, answer = await create(house, ORDER)
    assert (status, answer["error"]["code"], answer["error"]["error_subcode"]) == (400, 100, 2388024)


class TestReviewByHand:
    """`template_review: by_hand`: the operator reads and decides at the relay."""

    @pytest.fixture
    async def slow_house(self, house: House) -> House:
        house.relay.settings.template_review = "by_hand"
        return house

    async def waiting(self, house: House) -> str:
        status, answer = await create(house, ORDER)
        assert status == 200, answer
        await house.gateway.settled()
        return str(answer["id"])

    def hash_of(self, house: House, id_: str) -> str:
        templates = house.gateway.running.companies[house.company.id].templates.values()
        return next(t.row.hash for t in templates if t.row.id == id_)

    async def test_waits_until_the_operator_approves(self, slow_house: House) -> None:
        id_ = await self.waiting(slow_house)
        assert (await node(slow_house, id_))["status"] == "PENDING"
        status, answer = await send(slow_house, "+491701234567", "order_shipped", texts("Anna", "1"))
        assert (status, answer["error"]["code"]) == (404, 132001)
        assert "PENDING" in answer["error"]["error_data"]["details"]
        assert (await house_edit(slow_house, id_))["error"]["error_subcode"] == 2388025
        await decide_template(slow_house.relay.store, self.hash_of(slow_house, id_)[:10], "APPROVED")
        await ask_relay(slow_house)
        await event(slow_house, id_, "APPROVED")
        assert (await send(slow_house, "+491701234567", "order_shipped", texts("Anna", "1")))[0] == 200

    async def test_a_rejection_tells_why(self, slow_house: House) -> None:
        id_ = await self.waiting(slow_house)
        await decide_template(slow_house.relay.store, self.hash_of(slow_house, id_), "REJECTED", "It sells something.")
        await ask_relay(slow_house)
        told = await event(slow_house, id_, "REJECTED")
        assert told["reason"] == "INVALID_FORMAT"
        assert told["rejection_info"]["reason"] == "It sells something."
        answer = await node(slow_house, id_, fields="status,rejected_reason,health_status")
        assert (answer["status"], answer["rejected_reason"]) == ("REJECTED", "INVALID_FORMAT")
        assert answer["health_status"]["can_send_message"] == "BLOCKED"

    async def test_a_paused_template_comes_back(self, slow_house: House) -> None:
        id_ = await self.waiting(slow_house)
        for decision in ("APPROVED", "PAUSED"):
            await decide_template(slow_house.relay.store, self.hash_of(slow_house, id_), decision)
            await ask_relay(slow_house)
            await event(slow_house, id_, decision)
        status, answer = await send(slow_house, "+491701234567", "order_shipped", texts("Anna", "1"))
        assert (status, answer["error"]["code"]) == (400, 132015)
        _, answer, _ = await slow_house.call("POST", f"/v23.0/{id_}/unpause")
        assert answer["success"] is False
        await decide_template(slow_house.relay.store, self.hash_of(slow_house, id_), "APPROVED")
        _, answer, _ = await slow_house.call("POST", f"/v23.0/{id_}/unpause")
        assert answer == {"success": True}
        assert (await event(slow_house, id_, "REINSTATED"))["other_info"]["title"] == "UNPAUSE"
        assert (await send(slow_house, "+491701234567", "order_shipped", texts("Anna", "1")))[0] == 200


async def house_edit(house: House, id_: str) -> Any:
    _, answer, _ = await house.call("POST", f"/v23.0/{id_}", json={"components": [{"type": "BODY", "text": "Hello."}]})
    return answer


async def test_a_message_past_its_templates_time_is_gone_without_a_word(house: House) -> None:
    await create_approved(house, draft("soon", BODY, message_send_ttl_seconds=60))
    anna = await house.customer(number="+491701234567")
    await anna.disconnect()
    status, answer = await send(house, "+491701234567", "soon", texts("Anna", "1"))
    assert status == 200, answer
    wamid = answer["messages"][0]["id"]
    await house.receiver.status(wamid, "sent")
    house.clock.advance(61)
    assert await house.relay.expire_now() == 1
    later = await house.send_text("+491701234567", "Are you there?")
    await house.receiver.status(later, "sent")
    assert house.receiver.statuses_of(wamid) == ["sent"]


async def test_more_than_the_limits_is_refused_until_later(house: House) -> None:
    house.gateway.running.settings.template_creations_per_hour = 4
    for name in ("one", "two"):
        assert (await create(house, draft(name, BODY)))[0] == 200
    status, answer = await create(house, draft("three", BODY))
    assert (status, answer["error"]["code"]) == (400, 80007)
    house.clock.advance(3601)
    assert (await create(house, draft("three", BODY)))[0] == 200
    house.gateway.running.settings.templates_per_account = 5
    status, answer = await create(house, draft("four", BODY))
    assert (answer["error"]["code"], answer["error"]["error_subcode"]) == (100, 2388019)

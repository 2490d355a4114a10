"""The client in a real browser talks to a company's program through a real relay and gateway."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.browser.harness.customer import Customer
from tests.browser.harness.world import World

pytestmark = pytest.mark.browser


def test_a_message_each_way_with_every_status(world: World, anna: Customer, wa_id: Callable[[Customer], str]) -> None:
    to = wa_id(anna)
    wamid = world.do(world.house.send_text(to, "Guten Tag"))
    anna.until_received("Guten Tag")
    world.do(world.house.receiver.status(wamid, "delivered"))
    anna.call("markRead", anna.company)
    world.do(world.house.receiver.status(wamid, "read"))
    anna.until(lambda: anna.chat["unread"] == 0)
    assert anna.problems == []


def test_a_quote_a_typing_notice_and_a_read_receipt_arrive(
    world: World, anna: Customer, wa_id: Callable[[Customer], str]
) -> None:
    to = wa_id(anna)
    question = anna.messages[0]
    wamid = world.told("Moin", to)["id"]
    world.do(world.house.send_text(to, "Antwort", context={"message_id": wamid}))
    anna.until_received("Antwort")
    assert anna.messages[-1]["quote"] == {"id": question["id"], "text": "Moin", "direction": "out"}
    typing = {"status": "read", "message_id": wamid, "typing_indicator": {"type": "text"}}
    status, answer = world.do(world.house.post(typing))
    assert status == 200, answer
    anna.until_status("Moin", "read")
    anna.until(lambda: anna.chat["typing"])
    anna.page.evaluate("([c, q]) => window.client.send(c, 'Danke', q)", [anna.company, anna.messages[-1]["id"]])
    anna.until_status("Danke", "delivered")
    assert world.told("Danke", to)["context"]["id"].startswith("wamid.")
    world.do(world.house.send_text(to, "Bitte"))
    anna.until(lambda: not anna.chat["typing"])


def test_two_companies_do_not_mix(world: World, anna: Customer, wa_id: Callable[[Customer], str]) -> None:
    to = wa_id(anna)
    anna.join(world.other_link, world.other.device.account)
    anna.send("an die andere")
    anna.until_status("an die andere", "accepted", "delivered")
    world.do(world.house.send_text(to, "von der einen"))
    anna.until(lambda: len(anna.page.evaluate("window.seen.chats")) == 2)
    assert list(anna.statuses()) == ["an die andere"]
    anna.look_at(world.house.company.account)
    anna.until_received("von der einen")
    assert anna.chat["unread"] == 1

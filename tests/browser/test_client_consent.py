"""What a customer decides holds at the relay, on the device and across everything that can go wrong between them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.browser.harness.customer import Customer
from tests.browser.harness.world import World

pytestmark = pytest.mark.browser


def test_a_template_is_shown_while_it_is_agreed_to_and_refused_after(
    world: World, anna: Customer, wa_id: Callable[[Customer], str]
) -> None:
    to = wa_id(anna)
    status, _ = world.do(world.house.send_departure(to, "MA 12", "14:20", "B12"))
    assert status == 200
    anna.until_received("Flug MA 12 startet um 14:20 Uhr am Gate B12.")
    assert anna.messages[-1]["type"] == "template"
    anna.call("setPurposes", anna.company, [], "en")
    assert anna.chat["purposes"] == []
    status, answer = world.do(world.house.send_departure(to, "MA 13", "15:20", "B13"))
    wamid = answer["messages"][0]["id"] if status == 200 else None
    if wamid:
        world.do(world.house.receiver.status(wamid, "failed"))
    history = anna.call("consentHistory", anna.company)
    assert [entry["kind"] for entry in history] == ["grant", "withdrawal"]
    assert history[0]["notice"] == "May we write to you?"
    assert all(entry["acceptedByRelayAt"] for entry in history)
    anna.call("setPurposes", anna.company, ["utility", "marketing"], "de")
    assert sorted(anna.chat["purposes"]) == ["marketing", "utility"]
    world.do(world.house.send_departure(to, "MA 14", "16:20", "B14"))
    anna.until(lambda: anna.received[-1].startswith("Flug MA 14"))


def test_a_withdrawal_whose_answer_was_lost_is_in_force(world: World, anna: Customer) -> None:
    lost: list[str] = []

    def lose_once(path: str) -> bool:
        if path == "/v1/consent/withdrawals" and not lost:
            lost.append(path)
            return True
        return False

    world.middle.lose_answer = lose_once
    anna.call("setPurposes", anna.company, [], "en")
    assert lost
    assert anna.chat["purposes"] == []
    state = anna.store("companies")[0]
    assert state["purposes"] == []
    assert len(state["records"]) >= 2
    anna.call("setPurposes", anna.company, ["utility"], "en")
    assert anna.chat["purposes"] == ["utility"]


def test_a_grant_whose_answer_was_lost_is_in_force(
    world: World, visitor: Customer, wa_id: Callable[[Customer], str]
) -> None:
    visitor.join(world.link, world.house.company.account, purposes=())
    lost: list[str] = []

    def lose_once(path: str) -> bool:
        if path == "/v1/consent/grants" and not lost:
            lost.append(path)
            return True
        return False

    world.middle.lose_answer = lose_once
    visitor.call("setPurposes", visitor.company, ["utility"], "en")
    assert lost
    assert visitor.chat["purposes"] == ["utility"]
    world.do(world.house.send_departure(wa_id(visitor), "MA 12", "14:20", "B12"))
    visitor.until(lambda: visitor.received[-1:] == ["Flug MA 12 startet um 14:20 Uhr am Gate B12."])


def test_blocking_stops_a_company_and_unblocking_lets_it_answer_again(
    world: World, anna: Customer, wa_id: Callable[[Customer], str]
) -> None:
    to = wa_id(anna)
    world.do(world.house.send_text(to, "davor"))
    anna.until_received("davor")
    anna.call("block", anna.company)
    assert (anna.chat["blocked"], anna.chat["purposes"]) == (True, [])
    sent = len(world.middle.envelopes_sent())
    anna.call("markRead", anna.company)
    anna.until(lambda: anna.store("commands") == [])
    assert len(world.middle.envelopes_sent()) == sent
    wamid = world.do(world.house.send_text(to, "während"))
    world.do(world.house.receiver.status(wamid, "failed"))
    anna.call("unblock", anna.company)
    anna.send("Hallo")
    anna.until_status("Hallo", "delivered")
    world.do(world.house.send_text(to, "danach"))
    anna.until_received("davor", "danach")


def test_a_draft_survives_whatever_the_worker_writes_meanwhile(world: World, anna: Customer) -> None:
    anna.page.evaluate(
        """async (c) => {
          const drafts = [];
          for (let n = 0; n < 40; n++) drafts.push(window.client.setDraft(c, `Entwurf ${n}`));
          const purposes = window.client.setPurposes(c, [], 'en');
          for (let n = 40; n < 80; n++) drafts.push(window.client.setDraft(c, `Entwurf ${n}`));
          await Promise.all([...drafts, purposes]);
        }""",
        anna.company,
    )
    assert (anna.chat["draft"], anna.chat["purposes"]) == ("Entwurf 79", [])
    anna.reload()
    assert (anna.chat["draft"], anna.chat["purposes"]) == ("Entwurf 79", [])
    anna.send("abgeschickt")
    anna.until(lambda: anna.chat["draft"] == "")


def test_a_new_name_is_told_to_the_company(world: World, anna: Customer) -> None:
    anna.call("setName", "  Anna-Lena  ")
    anna.until(lambda: anna.store("outbox") == [] and anna.store("commands") == [])
    anna.send("ich heiße anders")
    anna.until_status("ich heiße anders", "delivered")
    assert anna.app["name"] == "Anna-Lena"
    told = world.told("ich heiße anders")
    values = [change["value"] for change in world.house.receiver.changes]
    (value,) = [one for one in values if told in one.get("messages", [])]
    assert value["contacts"][0]["profile"]["name"] == "Anna-Lena"

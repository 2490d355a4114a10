"""A relay that answers rubbish, refuses for now or loses answers, a full disk: a clear state, and nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from playwright.sync_api import Error
from tests.browser.harness.customer import Customer
from tests.browser.harness.disk import Disk
from tests.browser.harness.world import World

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

pytestmark = pytest.mark.browser

RUBBISH: dict[str, Callable[[str], web.Response]] = {
    "a page instead of an answer": lambda _: web.Response(text="<html>login</html>", content_type="text/html"),
    "an error without a body": lambda _: web.Response(status=500),
    "broken JSON": lambda _: web.Response(text='{"token":', content_type="application/json"),
    "JSON of another kind": lambda _: web.Response(text="[[]]", content_type="application/json"),
    "JSON of another shape": lambda _: web.json_response({"a": 1}),
    "a refusal that is none of ours": lambda _: web.Response(status=404, text="not here"),
    "everything is refused": lambda _: web.json_response(
        {"error": {"code": "unauthorized", "message": "no"}}, status=401
    ),
}
SAID = {
    "rubbish": ["<html>"],
    "broken JSON": ['{"type":'],
    "a frame nobody knows": ['{"type":"shout"}'],
    "events before a welcome": ['{"type":"deliver","events":[{"number":1}]}'],
    "nothing but the end": [None],
}
RESULTS: list[dict[str, Any]] = [{"refusal": "no"}, {"refusal": {"why": 1}}, {}, {"at": "now"}]


def recover(customer: Customer) -> None:
    """Let the network come back, as the browser would notice."""
    customer.world.middle.be_honest()
    customer.context.set_offline(offline=True)
    customer.context.set_offline(offline=False)
    customer.online()


def test_rubbish_from_the_relay_is_a_clear_state_and_loses_nothing(world: World, anna: Customer) -> None:
    texts = []
    for why, answer in RUBBISH.items():
        world.middle.instead = answer
        world.do(world.middle.cut())
        anna.reload()
        asked = len(world.middle.asked)
        anna.until(lambda: len(world.middle.asked) > asked)  # noqa: B023  asked at once
        anna.send(why)
        anna.until(lambda: anna.app["connection"] == "offline")
        assert (anna.app["phase"], anna.app["trouble"]) == ("ready", None), why
        texts.append(why)
        recover(anna)
    for text in texts:
        anna.until_status(text, "delivered")
    assert list(anna.statuses()) == texts


def test_rubbish_on_the_socket_ends_it_and_loses_nothing(world: World, anna: Customer) -> None:
    for why, says in SAID.items():
        world.middle.socket_says = says  # type: ignore[assignment]
        world.do(world.middle.cut())
        world.middle.said = 0
        anna.send(why)
        anna.until(lambda: world.middle.said and anna.app["connection"] == "offline")
        assert (anna.app["phase"], anna.app["trouble"]) == ("ready", None), why
        recover(anna)
        anna.until_status(why, "delivered")
    assert anna.problems == []


def test_a_result_that_says_neither_yes_nor_no_counts_as_none(world: World, anna: Customer) -> None:
    left = [*RESULTS]

    def to_relay(frame: dict[str, Any]) -> list[dict[str, Any]]:
        if frame["type"] == "send" and left:
            result = left.pop(0)
            world.middle.in_return = [
                {"type": "results", "results": [result | {"id": e["header"]["id"]} for e in frame["envelopes"]]}
            ]
            return []
        return [frame]

    world.middle.to_relay = to_relay
    anna.send("trotz allem")
    anna.until_status("trotz allem", "delivered")
    assert not left
    assert anna.messages[-1]["attempt"] == 0


def test_joining_a_relay_that_answers_rubbish_says_so(world: World, visitor: Customer) -> None:
    for answer in RUBBISH.values():
        world.middle.instead = answer
        assert visitor.try_to_join(world.link) in {"relay_unreachable", "unreadable_answer"}
        assert visitor.app["phase"] == "new"
    world.middle.be_honest()
    visitor.join(world.link, world.house.company.account)


DOORS = {
    "/v1/relay": "unreadable_answer",
    "/v1/companies/moewe-air": "unreadable_answer",
    "/v1/auth/challenge": "Error: relay_unreachable",
    "/v1/auth/token": "Error: relay_unreachable",
    "/v1/keys/upload": "Error: relay_unreachable",
    "/v1/keys/query": "Error: relay_unreachable",
    "/v1/consent/grants": "Error: relay_unreachable",
    "/v1/keys/claim": "Error: relay_unreachable",
}


def test_an_answer_of_another_shape_at_any_door_of_joining_is_said_and_joining_goes_on(
    world: World, visitor: Customer
) -> None:
    for door, said in DOORS.items():
        world.middle.on_answer = of_another_shape(door)
        assert visitor.try_to_join(world.link) == said, door
    # Of the right shape outside, and wrong where the keys should be.
    world.middle.on_answer = lambda path, answer: spoil_keys(answer) if path == "/v1/keys/claim" else None
    assert visitor.try_to_join(world.link) == "Error: relay_unreachable"
    world.middle.be_honest()
    visitor.join(world.link, world.house.company.account)
    visitor.send("angekommen")
    visitor.until_status("angekommen", "delivered")
    assert visitor.chat["purposes"] == ["utility"]


def of_another_shape(door: str) -> Callable[[str, Any], None]:
    def change(path: str, answer: Any) -> None:
        if path == door:
            answer.clear()
            answer["a"] = 1

    return change


def spoil_keys(claimed: dict[str, Any]) -> None:
    for devices in claimed["one_time_keys"].values():
        for device in devices:
            devices[device] = 5


@pytest.mark.parametrize("reloading", [False, True], ids=["same page", "reloaded"])
def test_making_an_account_goes_on_after_each_answer_that_was_lost(
    world: World, visitor: Customer, *, reloading: bool
) -> None:
    """The relay did what it was asked, and the browser does not know it."""
    lost: set[str] = set()

    def lose_once(path: str) -> bool:
        if path in lost or path.startswith("/v1/companies"):
            return False
        lost.add(path)
        return True

    world.middle.lose_answer = lose_once
    for _ in range(20):
        if visitor.try_to_join(world.link) is None:
            break
        if reloading:
            visitor.reload()
    assert {"/v1/accounts", "/v1/auth/token", "/v1/keys/upload", "/v1/keys/device_signing/upload"} <= lost
    visitor.look_at(world.house.company.account)
    visitor.online()
    visitor.send("angekommen")
    visitor.until_status("angekommen", "delivered")
    visitor.until(lambda: visitor.chat["purposes"] == ["utility"])


def test_what_the_relay_refuses_for_now_is_not_overtaken(world: World, anna: Customer) -> None:
    refused: list[str] = []

    def to_relay(frame: dict[str, Any]) -> list[dict[str, Any]]:
        if frame["type"] != "send" or refused:
            return [frame]
        (envelope,) = frame["envelopes"]
        refused.append(envelope["header"]["id"])
        refusal = {"code": "rate_limited", "message": "slowly", "retry_after": 1.0}
        world.middle.in_return = [{"type": "results", "results": [{"id": refused[0], "refusal": refusal}]}]
        return []

    world.middle.to_relay = to_relay
    world.middle.sent.clear()
    texts = [f"der Reihe nach {n}" for n in range(6)]
    anna.send(*texts)
    for text in texts:
        anna.until_status(text, "delivered")
    ids = [m["id"] for m in anna.messages]
    assert [e["header"]["id"] for e in world.middle.envelopes_sent()] == [ids[0], *ids]


def test_an_envelope_that_is_always_stale_fails_in_the_end(world: World, anna: Customer) -> None:
    def stale(frame: dict[str, Any]) -> list[dict[str, Any]]:
        if frame["type"] != "send":
            return [frame]
        refusal = {"code": "stale_devices", "message": "look again"}
        results = [{"id": e["header"]["id"], "refusal": refusal} for e in frame["envelopes"]]
        world.middle.in_return = [{"type": "results", "results": results}]
        return []

    world.middle.to_relay = stale
    anna.send("immer veraltet")
    anna.until_status("immer veraltet", "failed")
    assert anna.store("outbox") == []
    world.middle.be_honest()
    anna.send("weiter")
    anna.until_status("weiter", "delivered")


def test_a_company_that_never_answers_holds_up_no_other(world: World, anna: Customer) -> None:
    """A consent call that fails for ever does not stop what is written."""
    world.middle.instead = lambda path: web.Response(status=500) if path.startswith("/v1/consent") else None
    anna.page.evaluate("(c) => void window.client.setPurposes(c, [], 'en')", anna.company)
    anna.until(lambda: "/v1/consent/withdrawals" in world.middle.asked)
    anna.send("trotzdem")
    anna.until_status("trotzdem", "delivered")
    world.middle.instead = lambda _path: None
    anna.until(lambda: anna.chat["purposes"] == [])


@pytest.mark.parametrize("hours", [-25, 25], ids=["behind", "ahead"])
def test_a_clock_that_is_wrong_by_a_day_changes_nothing(
    world: World, context: BrowserContext, wa_id: Callable[[Customer], str], hours: int
) -> None:
    """Whatever has a time is judged by the relay's: joining, what is agreed to, a template, the order of a chat."""
    anna = Customer(world, context, ahead=hours * 3_600_000)
    anna.join(world.link, world.house.company.account)
    to = wa_id(anna)
    assert world.do(world.house.send_departure(to, "MA 12", "14:20", "B12"))[0] == 200
    anna.until_received("Flug MA 12 startet um 14:20 Uhr am Gate B12.")
    assert anna.messages[-1]["type"] == "template"
    assert all(abs(m["at"] / 1000 - world.clock.now()) < 600 for m in anna.messages)
    anna.reload()
    world.do(world.house.send_text(to, "und noch etwas"))
    anna.until(lambda: anna.received[-1] == "und noch etwas")


def test_a_wrong_clock_dates_no_consent_however_late_the_live_socket_opens(
    world: World, context: BrowserContext, wa_id: Callable[[Customer], str]
) -> None:
    """The login tells the time already: a grant dated by a wrong clock would withhold every notification for good."""
    anna = Customer(world, context, ahead=25 * 3_600_000)
    world.middle.to_browser = lambda frame: [] if frame["type"] == "welcome" else [frame]
    assert anna.try_to_join(world.link) is None
    world.middle.be_honest()
    world.do(world.middle.cut())
    anna.look_at(world.house.company.account)
    anna.online()
    assert world.do(world.house.send_departure(wa_id(anna), "MA 12", "14:20", "B12"))[0] == 200
    anna.until_received("Flug MA 12 startet um 14:20 Uhr am Gate B12.")


def test_a_full_disk_is_said_and_nothing_is_lost(
    world: World, context: BrowserContext, wa_id: Callable[[Customer], str]
) -> None:
    page = context.new_page()
    page.goto(f"{world.messenger.url}/health")
    disk = Disk(page, world.messenger.url)
    anna = Customer(world, context)
    anna.join(world.link, world.house.company.account)
    to = wa_id(anna)
    disk.is_full()
    world.do(world.house.send_text(to, "kein Platz"))
    anna.until(lambda: anna.app["trouble"] == "no_room")
    assert (anna.app["phase"], anna.received) == ("broken", [])
    with pytest.raises(Error, match="QuotaExceeded"):
        anna.send("auch kein Platz")
    disk.has_room()
    anna.reload()
    anna.until_received("kein Platz")
    anna.send("wieder Platz")
    anna.until_status("wieder Platz", "delivered")
    assert (anna.app["phase"], anna.app["trouble"]) == ("ready", None)

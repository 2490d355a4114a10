"""Ratchets that broke on either side: both talk again after one round trip, and what was lost is asked for or said to be lost."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from typing import Any

import pytest
from tests.browser.harness.customer import Customer
from tests.browser.harness.world import World

pytestmark = pytest.mark.browser
TWO_DAYS = 2 * 86_400_000


class Backup:
    """The gateway's folder as it was, to be put back as if a machine had been restored."""

    def __init__(self, world: World) -> None:
        self.house = world.house
        self.world = world
        self.kept = world.folder / "backup"
        world.do(self._take())

    async def _take(self) -> None:
        await self.house.gateway.stop()
        shutil.rmtree(self.kept, ignore_errors=True)
        shutil.copytree(self.house.folder / "gateway", self.kept)
        await self.house.start_gateway()

    def restore(self) -> None:
        self.world.do(self._restore())

    async def _restore(self) -> None:
        await self.house.gateway.stop()
        shutil.rmtree(self.house.folder / "gateway")
        shutil.copytree(self.kept, self.house.folder / "gateway")
        await self.house.start_gateway()


def talk_again(world: World, customer: Customer, text: str) -> None:
    """Write something that the restored gateway cannot read, and see it come after it was asked for again."""
    customer.send(text)
    to = world.told(text)["from"]
    world.do(world.house.send_text(to, f"re: {text}"))
    customer.until(lambda: customer.received[-1:] == [f"re: {text}"])
    assert sum(m.get("text", {}).get("body") == text for m in world.house.receiver.messages) == 1
    customer.until_status(text, "delivered")


def test_a_gateway_restored_from_an_old_backup_talks_again_after_one_round_trip(
    world: World, anna: Customer, wa_id: Callable[[Customer], str]
) -> None:
    to = wa_id(anna)
    backup = Backup(world)
    for number in range(3):
        world.do(world.house.send_text(to, f"vergessen {number}"))
        anna.send(f"auch vergessen {number}")
        anna.until_status(f"auch vergessen {number}", "delivered")
    anna.until(lambda: len(anna.received) == 3)
    backup.restore()
    talk_again(world, anna, "hört ihr mich?")
    attempts = [m["attempt"] for m in anna.messages if m["text"] == "hört ihr mich?"]
    assert attempts == [1]


def test_a_customer_whose_clock_was_two_days_ahead_talks_again(world: World, context: Any) -> None:
    """The session made under the wrong clock is the newest for two days; the worker's clock never goes back."""
    backup = Backup(world)
    talk_again_at_the_right_time(world, backup, Customer(world, context, ahead=TWO_DAYS))


def test_a_customer_whose_clock_jumped_ahead_just_before_the_tab_died_talks_again(
    world: World, visitor: Customer
) -> None:
    """A reading is on disk before a session can be made by it, not some seconds later."""
    backup = Backup(world)
    visitor.page.evaluate("(ahead) => new BroadcastChannel('clock').postMessage(ahead)", TWO_DAYS)
    talk_again_at_the_right_time(world, backup, visitor)


def talk_again_at_the_right_time(world: World, backup: Backup, early: Customer) -> None:
    """Make a session under a wrong clock, set it right, lose the gateway's side of the session, and talk again."""
    early.join(world.link, world.house.company.account, name="Zora")
    said = f"aus der Zukunft, {early.store('facts')[0]['account']}"
    early.send(said)
    early.until_status(said, "delivered")
    # An answer ends the first messages' kind, which a restored gateway could still open with its old one-time keys.
    to = world.told(said)["from"]
    world.do(world.house.send_text(to, "von heute"))
    early.until_received("von heute")
    early.page.close()
    right = Customer(world, early.context)
    right.look_at(world.house.company.account)
    right.online()
    backup.restore()
    first, then = f"zur rechten Zeit {to}", f"und noch einmal {to}"
    talk_again(world, right, first)
    talk_again(world, right, then)


def damaged(world: World, attempts: set[int]) -> Callable[[dict[str, Any]], list[dict[str, Any]]]:
    """Return a way to spoil service messages to the browser in these attempts."""

    def spoil(frame: dict[str, Any]) -> list[dict[str, Any]]:
        for event in frame.get("events", []):
            header = event.get("header")
            if header and header["kind"] == "service" and header.get("attempt", 0) in attempts:
                (part,) = event["body"]["ciphertext"].values()
                middle = len(part["body"]) // 2
                part["body"] = part["body"][:middle] + "AAAA" + part["body"][middle + 4 :]
        return [frame]

    return spoil


def test_an_envelope_that_was_damaged_is_asked_for_again_and_comes(
    world: World, anna: Customer, wa_id: Callable[[Customer], str]
) -> None:
    to = wa_id(anna)
    world.middle.to_browser = damaged(world, {0})
    world.do(world.house.send_text(to, "beschädigt"))
    anna.until_received("beschädigt")
    assert anna.messages[-1]["attempt"] == 1
    world.middle.be_honest()
    world.do(world.house.send_text(to, "heil"))
    anna.until_received("beschädigt", "heil")


def test_what_was_asked_of_a_gateway_without_its_sessions_is_asked_once_more(
    world: World, anna: Customer, wa_id: Callable[[Customer], str]
) -> None:
    to = wa_id(anna)
    anna.page.close()
    wamid = world.do(world.house.send_text(to, "beschädigt"))
    world.do(world.house.receiver.status(wamid, "sent"))
    world.do(world.house.gateway.stop())
    world.middle.to_browser = damaged(world, {0})
    before = len(world.middle.envelopes_sent())
    again = Customer(world, anna.context)
    again.look_at(world.house.company.account)
    again.until(lambda: [one for one in world.middle.envelopes_sent()[before:] if one["header"]["kind"] == "receipt"])
    # It was restored from a backup, as a careful operator does it: without the ratchets, which are old.
    with sqlite3.connect(world.house.folder / "gateway" / "gateway.sqlite3") as database:
        database.execute("DELETE FROM sessions")
    world.do(world.house.start_gateway())
    again.until_received("beschädigt")
    assert again.page.evaluate("window.client.tab.store.get('facts', 'awaited')") == {}


def test_what_cannot_be_opened_after_three_repairs_is_shown_as_such_and_told_to_its_sender(
    world: World, anna: Customer, wa_id: Callable[[Customer], str]
) -> None:
    to = wa_id(anna)
    world.middle.to_browser = damaged(world, {0, 1, 2, 3})
    wamid = world.do(world.house.send_text(to, "nie lesbar"))
    device = anna.store("facts")[0]["device"]
    anna.until_type("unopened")
    assert [m["text"] for m in anna.messages if m["direction"] == "in"] == [""]
    world.do(world.house.receiver.status(wamid, "failed"))
    world.middle.be_honest()
    world.do(world.house.send_text(to, "lesbar"))
    anna.until(lambda: anna.received[-1] == "lesbar")
    # Nothing was wrong with the session, and whoever stands between cannot make this browser another device.
    assert world.middle.delivered()[-1]["header"].get("attempt", 0) == 0
    assert anna.store("facts")[0]["device"] == device


def test_what_the_company_can_never_open_fails(world: World, anna: Customer) -> None:
    def spoil(frame: dict[str, Any]) -> list[dict[str, Any]]:
        for envelope in frame.get("envelopes", []):
            if envelope["header"]["kind"] == "service":
                for bodies in envelope["bodies"].values():
                    for body in bodies.values():
                        (part,) = body["ciphertext"].values()
                        middle = len(part["body"]) // 2
                        part["body"] = part["body"][:middle] + "AAAA" + part["body"][middle + 4 :]
        return [frame]

    world.middle.to_relay = spoil
    anna.send("nie angekommen")
    anna.until_status("nie angekommen", "failed")
    assert anna.messages[-1]["attempt"] == 3
    world.middle.be_honest()
    anna.call("retry", anna.messages[-1]["id"])
    anna.until_status("nie angekommen", "delivered")

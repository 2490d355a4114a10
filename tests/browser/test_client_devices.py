"""Several browsers of one account, lost keys and the recovery code: what one decides holds on the other, and nobody stays behind."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from aiohttp import web
from tests.browser.harness.customer import Customer
from tests.browser.harness.world import World

from handschlag.crypto.identity import Identity

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

pytestmark = pytest.mark.browser

EARLIER_CODE = "0123456789ABCDEFGHJKMNPQR"
CODE = "ZYXWVTSRQPNMKJHGFEDCBA987"
LOSE_KEYS = """async () => {
  for (const { name } of await indexedDB.databases()) {
    if (name.startsWith('handschlag-keys')) await new Promise((done) => (indexedDB.deleteDatabase(name).onsuccess = done));
  }
}"""
FORGET_CONSENT = """() => new Promise((resolve) => {
  const open = indexedDB.open('handschlag');
  open.onsuccess = () => {
    const transaction = open.result.transaction('companies', 'readwrite');
    const companies = transaction.objectStore('companies');
    companies.openCursor().onsuccess = ({ target }) => {
      if (target.result) target.result.update({ ...target.result.value, records: [], purposes: [] });
    };
    transaction.oncomplete = () => { open.result.close(); resolve(); };
  };
})"""


def test_a_template_that_comes_before_the_copy_of_its_consent_is_shown(
    world: World, anna: Customer, wa_id: Callable[[Customer], str]
) -> None:
    """Another own device agreed; the relay's chain says so as well, signed by one of our own devices."""
    to = wa_id(anna)
    anna.page.evaluate(FORGET_CONSENT)
    world.do(world.house.send_departure(to, "MA 12", "14:20", "B12"))
    anna.until_received("Flug MA 12 startet um 14:20 Uhr am Gate B12.")
    assert anna.messages[-1]["type"] == "template"


def show_another_identity(world: World) -> str:
    """Show another identity of the company from now on, which certifies the same devices; return its master key."""
    account = world.house.company.account
    other = Identity.create(account, os.urandom(64))

    def plain(value: Any) -> Any:
        return json.loads(msgspec.json.encode(value))

    def on_answer(path: str, answer: Any) -> None:
        if path != "/v1/keys/query" or account not in answer["device_keys"]:
            return
        answer["master_keys"][account] = plain(other.master_key())
        answer["self_signing_keys"][account] = plain(other.self_signing_key())
        answer.get("device_lists", {}).pop(account, None)
        for device, keys in answer["device_keys"][account].items():
            own = keys["signatures"][account][f"ed25519:{device}"]
            certified = other.certify({**keys, "signatures": {account: {f"ed25519:{device}": own}}})
            answer["device_keys"][account][device] = plain(certified)

    world.middle.on_answer = on_answer
    return str(other.master_public)


@pytest.fixture
def other_context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context()
    yield made
    made.close()


def test_what_one_device_decides_the_other_does_too(
    world: World, anna: Customer, other_context: BrowserContext, wa_id: Callable[[Customer], str]
) -> None:
    to = wa_id(anna)
    world.do(world.house.send_text(to, "an beide"))
    anna.until_received("an beide")
    laptop = Customer(world, other_context)
    anna.links(laptop)
    laptop.until_received("an beide")
    anna.send("vom Telefon")
    anna.until_status("vom Telefon", "delivered")
    laptop.until_status("vom Telefon", "delivered")
    received, sent = (next(m["id"] for m in anna.messages if m["text"] == text) for text in ("an beide", "vom Telefon"))

    anna.page.evaluate("([id]) => window.changes.react(window.client.tab, id, '👍')", [received])
    laptop.until(lambda: "👍" in [m.get("ownReaction") for m in laptop.messages])
    anna.page.evaluate("([id]) => window.changes.editMessage(window.client.tab, id, 'vom Schreibtisch')", [sent])
    laptop.until(lambda: "vom Schreibtisch" in laptop.statuses())
    laptop.page.evaluate("([id]) => window.changes.withdrawMessage(window.client.tab, id)", [sent])
    anna.until(lambda: [m for m in anna.messages if m.get("withdrawn")])
    anna.page.evaluate("([c]) => window.keep(window.client.tab, c, { pinnedAt: 1, mutedUntil: 2 })", [anna.company])
    laptop.until(lambda: laptop.chat.get("pinnedAt") == 1)
    laptop.call("block", anna.company)
    anna.until(lambda: anna.chat["blocked"])
    anna.call("unblock", anna.company)
    laptop.until(lambda: not laptop.chat["blocked"])

    # Keys that one accepts the other accepts too, as long as the relay shows it the same.
    key = show_another_identity(world)
    assert anna.command(kind="look_identity")["company"] == laptop.command(kind="look_identity")["company"] == key
    assert anna.chat["company"]["identity"] == laptop.chat["company"]["identity"] == "changed"
    anna.command(kind="accept_identity", masterKey=key, compared=True)
    laptop.until(lambda: laptop.chat["company"]["identity"] == "matched")
    assert laptop.chat["company"]["fingerprint"] == anna.chat["company"]["fingerprint"] == key
    laptop.send("mit neuem Schlüssel")
    laptop.until_status("mit neuem Schlüssel", "accepted", "delivered")


def makes_a_code(customer: Customer, code: str) -> None:
    """Make a recovery from this code, and wait until the backup lies at the relay."""
    customer.page.evaluate("(code) => window.makeWith(window.client.tab, code, true, null)", code)
    customer.until(lambda: fact(customer, "backup").get("generation") and not fact(customer, "backup")["saving"])


def fact(customer: Customer, name: str) -> Any:
    return customer.page.evaluate("(name) => window.client.tab.store.get('facts', name)", name) or {}


def devices_at_the_relay(customer: Customer) -> list[str]:
    ask = "([account]) => window.client.tab.relay.devicesOf(account).then(({ devices }) => devices)"
    found: list[str] = customer.page.evaluate(ask, [fact(customer, "account")["account"]])
    return found


def test_a_browser_that_lost_its_keys_goes_on_with_the_code_even_if_it_is_cut_on_the_way(
    world: World, anna: Customer
) -> None:
    """The code before opens nothing any more; what waited leaves; the device that this browser was is signed out."""
    anna.begin()
    makes_a_code(anna, EARLIER_CODE)
    makes_a_code(anna, CODE)
    before = fact(anna, "account")
    anna.context.set_offline(offline=True)
    anna.until(lambda: anna.app["connection"] != "online")
    anna.send("noch im Ausgang")
    anna.until(lambda: anna.store("outbox"))
    anna.page.close()
    anna.context.set_offline(offline=False)
    page = anna.context.new_page()
    page.goto(f"{world.messenger.url}/health")
    page.evaluate(LOSE_KEYS)

    again = Customer(world, anna.context)
    again.until(lambda: again.app["trouble"] == "lost_keys")
    come_back = "(code) => window.comeBackWith(window.client.tab, code)"
    assert again.page.evaluate(come_back, EARLIER_CODE) == "not_opened"
    world.middle.instead = lambda path: web.Response(status=502) if "/parts/" in path else None
    again.page.evaluate("(code) => void window.comeBackWith(window.client.tab, code)", CODE)
    again.until(lambda: fact(again, "coming_back").get("step") == "waiting")
    again.reload()
    world.middle.be_honest()
    again.until(lambda: fact(again, "coming_back").get("step") == "done")
    again.look_at(anna.company)
    again.online()
    again.until_status("noch im Ausgang", "delivered")
    after = fact(again, "account")
    assert after["account"] == before["account"]
    again.until(lambda: devices_at_the_relay(again) == [after["device"]])
    assert after["device"] != before["device"]

"""A customer who keeps order among many chats, finds what was said, takes it along, and ends the account."""

from __future__ import annotations

import io
import json
import re
import zipfile
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from tests.browser.journey import UTILITY, Customer, Journeys
from tests.sandbox.process import until

if TYPE_CHECKING:
    from playwright.sync_api import Locator

pytestmark = pytest.mark.browser

# Companies like the one that is there, and a long chat with it; the store is the app's own.
FILL = """({shops, messages}) => new Promise((resolve, reject) => {
  const open = indexedDB.open('handschlag');
  open.onsuccess = () => {
    const transaction = open.result.transaction(['companies', 'messages'], 'readwrite');
    const companies = transaction.objectStore('companies');
    companies.getAll().onsuccess = ({ target }) => {
      const first = target.result.find((one) => one.company.handle === 'moewe-air');
      for (const [index, name] of shops.entries()) {
        const account = `@${String.fromCharCode(98 + Math.floor(index / 24), 98 + index % 24).padEnd(26, 'b')}${first.account.slice(27)}`;
        companies.put({ ...first, account, records: [], receipts: {}, purposes: [], company: { ...first.company, account, handle: `shop-${index}`, name, picture: '' } });
      }
      const words = ['Straße nach Köln', 'Gepäck', 'Café am Strand', 'Fähre nach Helgoland'];
      for (let n = 0; n < messages; n++) transaction.objectStore('messages').put({
        id: `018${String(n).padStart(5, '0')}-0000-7000-8000-000000000000`, company: first.account, direction: n % 2 ? 'in' : 'out',
        at: 1_700_000_000_000 + n * 60_000, type: 'text', text: `${words[n % 4]} Nr${n}.`, header: '', footer: '', buttons: [], category: null,
        status: n % 2 ? null : 'read', attempt: 0, kind: 'service', unread: n % 2 && n > 2000 ? 1 : 0, quote: null, body: { type: 'text', text: { body: 'x' } } });
    };
    transaction.oncomplete = () => { open.result.close(); resolve(); };
    transaction.onerror = () => reject(transaction.error);
  };
})"""


def filled(ines: Customer, shops: list[str], messages: int = 0) -> None:
    ines.page.evaluate(FILL, {"shops": shops, "messages": messages})
    ines.page.reload()
    ines.goes_to("#/")


def row(ines: Customer, name: str) -> Locator:
    return ines.page.get_by_role("navigation").get_by_role("link", name=name)


def choose(ines: Customer, name: str, *items: str) -> None:
    """Open a chat's menu by a right click and choose from it."""
    row(ines, name).click(button="right")
    for item in items:
        ines.page.get_by_role("menuitem", name=item, exact=True).click()


def test_order_among_the_chats_and_what_was_said_long_ago(journeys: Journeys) -> None:
    ines = journeys.customer("desktop")
    ines.expects("404")
    ines.joins(UTILITY)
    filled(ines, ["Bäckerei Müller", "Hafenkino"], 4000)
    names = ines.page.locator("nav [data-row] .name")
    expect(names).to_have_text(["Möwe Air", "Bäckerei Müller", "Hafenkino"])

    choose(ines, "Hafenkino", "Pin to the top")
    expect(names).to_have_text(["Hafenkino", "Möwe Air", "Bäckerei Müller"])
    ines.presses("undo")
    expect(names).to_have_text(["Möwe Air", "Bäckerei Müller", "Hafenkino"])
    choose(ines, "Bäckerei Müller", "Mute", "8 hours")
    expect(row(ines, "Bäckerei Müller")).to_have_accessible_name(re.compile("muted"))
    choose(ines, "Bäckerei Müller", "Mark as unread")
    expect(row(ines, "Bäckerei Müller")).to_have_accessible_name(re.compile("marked as unread"))
    # By keyboard alone: along the rows, into the menu, and back to the row.
    row(ines, "Möwe Air").focus()
    ines.page.keyboard.press("ArrowDown")
    ines.page.keyboard.press("ArrowDown")
    expect(row(ines, "Hafenkino")).to_be_focused()
    ines.page.keyboard.press("Shift+F10")
    expect(ines.page.get_by_role("menuitem", name="Pin to the top")).to_be_focused()
    ines.page.keyboard.press("Escape")
    expect(ines.page.get_by_role("menu")).to_have_count(0)
    expect(row(ines, "Hafenkino")).to_be_focused()
    choose(ines, "Hafenkino", "Archive")
    expect(names).to_have_text(["Möwe Air", "Bäckerei Müller"])
    ines.page.get_by_role("link", name="Archived").click()
    expect(names).to_have_text(["Hafenkino"])
    choose(ines, "Hafenkino", "Delete chat")
    ines.page.get_by_role("dialog").get_by_role("button", name="Delete chat").click()
    expect(ines.page.get_by_text("Nothing is archived.")).to_be_visible()
    ines.goes_to("#/")

    row(ines, "Möwe Air").click()
    expect(ines.page.get_by_text("1,000 unread messages", exact=True)).to_be_in_viewport()
    assert ines.page.get_by_role("article").count() < 200, "the thread opens around the bar, not down to it"
    ines.goes_to("#/")

    field = ines.page.get_by_role("searchbox")
    field.fill("MOEWE")
    expect(ines.page.locator("nav .name mark")).to_have_text(["Möwe"])
    field.fill("strasse koln nr8.")
    hits = ines.page.locator("nav .excerpt")
    expect(hits.first).to_contain_text("Straße nach Köln")
    field.fill("cafe strand nr102.")
    expect(hits).to_have_text(["You: Café am Strand Nr102."])
    ines.page.locator("nav [data-row]").last.click()
    expect(ines.bubble("Café am Strand Nr102.")).to_be_focused()
    expect(ines.bubble("Café am Strand Nr102.")).to_be_in_viewport()
    assert ines.page.get_by_role("article").count() < 200, "the thread opens around it, not down to it"
    ines.page.get_by_role("button", name="Jump to the latest").click()
    ines.sees("Fähre nach Helgoland Nr3999.")
    expect(row(ines, "Möwe Air")).not_to_have_accessible_name(re.compile("unread"))

    ines.goes_to("#/chat/moewe-air/search")
    inside = ines.page.get_by_role("searchbox", name="Search in the chat")
    inside.fill("gepack nr39")
    expect(ines.page.get_by_text("1 of", exact=False)).to_be_visible()
    inside.press("Enter")
    expect(ines.bubble("Gepäck Nr3997.")).to_be_in_viewport()
    ines.page.get_by_role("button", name="Older result").click()
    expect(ines.bubble("Gepäck Nr3993.")).to_be_in_viewport()

    filled(ines, [f"Laden {number}" for number in range(70)])
    expect(names).to_have_count(50)
    row(ines, "Möwe Air").focus()
    ines.page.keyboard.press("End")
    expect(names).to_have_count(71)


def test_everything_can_be_taken_along_and_then_ended(journeys: Journeys) -> None:
    ines = journeys.customer("phone", "de")
    ines.expects("404|401|410|WebSocket")
    # The system's own dialogue cannot be worked by a test; a download is what other browsers do.
    ines.page.add_init_script("delete window.showSaveFilePicker")
    to = ines.becomes_known("Moin, Möwe", UTILITY)
    ines.airline.says(to, "Moin Ines, Gate *B12*")
    ines.sees("Gate B12")
    accounts = ines.airline.accounts()
    ines.goes_to("#/settings/data")
    with ines.page.expect_download() as download:
        ines.page.get_by_role("button", name="Als ZIP-Datei speichern").click()
    zipped = zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes()))
    assert zipped.testzip() is None
    account = json.loads(zipped.read("account.json"))["account"]
    assert account in zipped.read("README.txt").decode()
    text = zipped.read("chats/moewe-air/chat.txt").decode()
    assert re.search(r"\] Sie: Moin, Möwe\n", text)
    assert re.search(r"\] Möwe Air: Moin Ines, Gate \*B12\*\n", text)
    messages = json.loads(zipped.read("chats/moewe-air/messages.json"))["messages"]
    assert [message["direction"] for message in messages] == ["out", "in"]
    consents = json.loads(zipped.read("chats/moewe-air/consents.json"))
    assert consents["inForce"] == ["utility"]
    assert consents["records"][0]["says"]["customer"] == account
    assert "Keine Datei fehlt." in zipped.read("chats/moewe-air/README.txt").decode()
    assert "profile" in json.loads(zipped.read("chats/moewe-air/signed-profile.json"))

    ines.page.get_by_role("button", name="Konto löschen").click()
    last = ines.page.get_by_role("button", name="Konto für immer löschen")
    expect(last).to_be_disabled()
    ines.page.get_by_role("textbox", name="LÖSCHEN").fill("löschen")
    last.click()
    expect(ines.page.get_by_role("heading", name="Dieses Konto wurde gelöscht")).to_be_visible()
    expect(ines.page.get_by_text("Es wurde auf einem Ihrer Geräte beendet")).to_contain_text(" um ")
    assert ines.page.evaluate("indexedDB.databases()") == []
    ines.page.reload()
    ines.presses("Neu beginnen")
    expect(ines.page.get_by_role("heading", level=1)).to_contain_text("Hier schreiben Ihnen Unternehmen")
    assert ines.has_no_account()
    until(lambda: ines.airline.accounts() == accounts - 1)

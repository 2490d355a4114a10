"""Coming back: reload, a closed browser, no network, a second tab, and erasing everything."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from tests.browser.journey import AWAY, DEVICES, LOCALES, UTILITY, Customer, Journeys
from tests.sandbox.process import until
from tests.support.chromium import FLAGS, chromium_path

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

pytestmark = pytest.mark.browser


def test_after_a_reload_everything_is_as_it_was(journeys: Journeys) -> None:
    ines = journeys.customer("phone")
    to = ines.becomes_known("eins")
    ines.airline.says(to, "zwei")
    ines.sees("zwei")
    ines.page.reload()
    ines.sees_state("eins", "delivered")
    ines.sees("zwei")
    ines.writes("drei")
    ines.is_heard("drei")
    ines.airline.says(to, "vier")
    ines.sees("vier")
    assert ines.texts == ["eins", "zwei", "drei", "vier"]
    ines.has_told(to, "eins", "drei")


def test_a_closed_browser_opened_again_gets_what_came_meanwhile(
    journeys: Journeys, browser: Browser, tmp_path: Path
) -> None:
    def launch() -> BrowserContext:
        return browser.browser_type.launch_persistent_context(
            tmp_path / "profile",
            executable_path=chromium_path(),
            args=FLAGS,
            locale=LOCALES["de"],
            **DEVICES["desktop"],
        )

    ines = journeys.take(launch(), "de")
    to = ines.becomes_known("Bis morgen", UTILITY)
    ines.sees_state("Bis morgen", "zugestellt")
    ines.context.close()
    ines.airline.says(to, "Guten Morgen!")
    ines.airline.sandbox.send_template(to, "hello_world", "en_US")
    again = journeys.take(launch(), "de")
    again.goes_to("")
    row = again.page.get_by_role("navigation").get_by_role("link", name="Möwe Air")
    expect(row).to_contain_text("2 ungelesene Nachrichten")
    row.click()
    again.sees("Guten Morgen!")
    assert again.texts[:2] == ["Bis morgen", "Guten Morgen!"]
    again.writes("Da bin ich wieder")
    again.is_heard("Da bin ich wieder")


class TestWithoutANetwork:
    def test_what_is_written_waits_and_leaves_by_itself(self, journeys: Journeys) -> None:
        ines = journeys.customer("phone")
        ines.expects(AWAY)
        # The network goes before the app has fetched what asks about notifications, and the menu of a chat.
        ines.context.route("**/a/AskCard-*", lambda route: route.abort("internetdisconnected"))
        to = ines.becomes_known("noch da")
        ines.sees_state("noch da", "delivered")
        ines.context.set_offline(True)
        expect(ines.page.get_by_text("You are offline.")).to_be_visible()
        missing = ines.page.get_by_role("alert").filter(has_text="could not be loaded")
        expect(missing).to_have_count(0)
        ines.page.get_by_role("button", name="More about the chat").click()
        expect(missing).to_be_visible()
        texts = [f"unterwegs {number}" for number in range(3)]
        for text in texts:
            ines.writes(text)
            ines.sees_state(text, "waiting")
        ines.airline.says(to, "bist du da?")
        ines.context.set_offline(False)
        for text in texts:
            ines.sees_state(text, "delivered")
        ines.sees("bist du da?")
        expect(ines.page.get_by_text("You are offline.")).to_have_count(0)
        ines.has_told(to, "noch da", *texts)

    def test_the_app_opens_and_what_is_written_there_leaves_later(self, journeys: Journeys) -> None:
        ines = journeys.customer("desktop", service_workers="allow")
        to = ines.becomes_known("noch da")
        ines.page.evaluate("async () => { await navigator.serviceWorker.ready; }")
        ines.expects(AWAY)
        ines.page.close()
        ines.context.set_offline(True)
        ines.page = ines.context.new_page()
        ines.goes_to("#/chat/moewe-air")
        ines.sees("noch da")
        expect(ines.page.get_by_text("You are offline.")).to_be_visible()
        ines.writes("im Tunnel geschrieben")
        ines.sees_state("im Tunnel geschrieben", "waiting")
        ines.page.reload()
        ines.sees_state("im Tunnel geschrieben", "waiting")
        ines.context.set_offline(False)
        ines.sees_state("im Tunnel geschrieben", "delivered")
        ines.has_told(to, "noch da", "im Tunnel geschrieben")

    def test_a_link_says_that_it_cannot_be_opened_and_can_be_tried_again(self, journeys: Journeys) -> None:
        ines = journeys.customer("phone", "de", service_workers="allow")
        ines.goes_to("")
        ines.page.evaluate("async () => { await navigator.serviceWorker.ready; }")
        # What is installed speaks the language of whoever installs it.
        installed = ines.airline.sandbox.http.get(ines.page.locator("link[rel=manifest]").evaluate("(one) => one.href"))
        assert [one["name"] for one in installed.json()["shortcuts"]] == ["Unternehmen hinzufügen", "Einstellungen"]
        ines.expects(AWAY)
        ines.context.set_offline(True)
        ines.opens()
        expect(ines.page.get_by_role("alert")).to_contain_text("Keine Verbindung")
        ines.context.set_offline(False)
        ines.presses("Noch einmal versuchen")
        expect(ines.page.get_by_role("heading", level=1, name="Möwe Air")).to_be_visible()


class TestASecondTab:
    def test_shows_the_same_and_nothing_twice(self, journeys: Journeys) -> None:
        ines = journeys.customer("desktop")
        to = ines.becomes_known("aus dem ersten")
        second = ines.opens_another_tab()
        second.sees("aus dem ersten")
        # Words that were begun in one are in the other, until somebody goes on there.
        ines.field.fill("aus dem")
        expect(second.field).to_have_value("aus dem")
        second.writes("aus dem zweiten")
        expect(ines.field).to_have_value("")
        ines.is_heard("aus dem zweiten")
        ines.airline.says(to, "an beide")
        expected = ["aus dem ersten", "aus dem zweiten", "an beide"]
        for tab in (ines, second):
            tab.sees("an beide")
            tab.sees_state("aus dem zweiten", "delivered")
            assert tab.texts == expected
        ines.has_told(to, *expected[:2])

    def test_goes_on_when_the_first_is_closed(self, journeys: Journeys) -> None:
        ines = journeys.customer("desktop")
        to = ines.becomes_known("aus dem ersten")
        second = ines.opens_another_tab()
        second.sees("aus dem ersten")
        ines.page.close()
        second.writes("allein weiter")
        second.sees_state("allein weiter", "delivered")
        ines.airline.says(to, "gut")
        second.sees("gut")
        assert second.texts == ["aus dem ersten", "allein weiter", "gut"]


class TestEraseEverything:
    def test_leaves_nothing_and_one_is_a_new_customer_afterwards(self, journeys: Journeys) -> None:
        ines = journeys.customer("phone", service_workers="allow")
        to = ines.becomes_known("Moin", UTILITY)
        erase(ines)
        expect(ines.page.get_by_role("heading", name="Companies write to you here.")).to_be_visible()
        assert ines.stored("companies") == ines.stored("messages") == ines.stored("outbox") == {}
        # The app that starts anew notes the time again, and nothing else.
        assert set(ines.stored("facts")) <= {"clock"}
        assert ines.page.evaluate("localStorage.length") == 0
        ines.joins()
        expect(ines.page.get_by_role("article")).to_have_count(0)
        ines.writes("wie neu")
        assert ines.is_heard("wie neu")["from"] != to

    def test_can_be_thought_better_of(self, journeys: Journeys) -> None:
        ines = journeys.customer("desktop", "de")
        ines.becomes_known("Moin")
        ines.goes_to("#/settings")
        ines.presses("Alles auf diesem Gerät löschen")
        expect(ines.page.get_by_role("dialog", name="Alles löschen?")).to_be_visible()
        ines.page.keyboard.press("Escape")
        expect(ines.page.get_by_role("dialog")).to_have_count(0)
        ines.page.reload()
        ines.goes_to("#/chat/moewe-air")
        ines.sees("Moin")

    def test_reaches_the_other_tab_too(self, journeys: Journeys) -> None:
        ines = journeys.customer("desktop")
        ines.becomes_known("Moin")
        second = ines.opens_another_tab()
        second.sees("Moin")
        erase(ines)
        for tab in (ines, second):
            expect(tab.page.get_by_role("heading", name="Companies write to you here.")).to_be_visible()
        until(lambda: ines.stored("companies") == {})


def erase(ines: Customer) -> None:
    ines.goes_to("#/settings")
    ines.presses("Erase everything on this device")
    ines.page.get_by_role("dialog", name="Erase everything?").get_by_role("button", name="Erase", exact=True).click()

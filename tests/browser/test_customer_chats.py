"""Talking: text each way with its ticks, quotes, templates, days, drafts, unread and scrolling."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect
from tests.browser.journey import AWAY, DEVICES, UTILITY, Airline, Customer, Journeys, running_airline
from tests.sandbox.process import DEPARTURE, until

if TYPE_CHECKING:
    from playwright.sync_api import Locator

pytestmark = pytest.mark.browser

# Notes each name the newest message of ours goes by: what somebody who listens would be told.
NOTE_NAMES = """() => {
  window.names = [];
  new MutationObserver(() => {
    const name = [...document.querySelectorAll('article.out')].at(-1)?.getAttribute('aria-label');
    if (name && name !== window.names.at(-1)) window.names.push(name);
  }).observe(document.body, { subtree: true, childList: true, attributes: true });
}"""


@pytest.fixture(scope="module")
def airline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Airline]:
    """A sandbox of their own: its clock moves on at the end."""
    yield from running_airline(tmp_path_factory.mktemp("airline"))


def log(customer: Customer) -> Locator:
    return customer.page.get_by_role("log")


def distance_to_end(customer: Customer) -> float:
    return float(log(customer).evaluate("(area) => area.scrollHeight - area.scrollTop - area.clientHeight"))


def write_many(customer: Customer, to: str, texts: list[str]) -> None:
    for text in texts:
        customer.airline.says(to, text)
    customer.sees(texts[-1])


class TestMessages:
    @pytest.mark.parametrize(("device", "language"), [("phone", "en"), ("desktop", "de")])
    def test_go_each_way_with_ticks_from_waiting_to_read(self, journeys: Journeys, device: str, language: str) -> None:
        ines = journeys.customer(device, language)
        ines.joins()
        ines.page.evaluate(NOTE_NAMES)
        words = {"en": ["waiting", "sent", "delivered", "read"], "de": ["wartet", "gesendet", "zugestellt", "gelesen"]}
        writing, own = {"en": ("writing", "own machine"), "de": ("schreibt", "Liest auf eigenem Rechner")}[language]
        waiting, _, delivered, read = words[language]
        # A message may be delivered before a busy browser draws it: without a network it waits to be seen.
        ines.expects(AWAY)
        ines.context.set_offline(True)
        ines.writes("Von welchem Gate geht MA 204?")
        ines.sees_state("Von welchem Gate", waiting)
        ines.context.set_offline(False)
        heard = ines.is_heard("Von welchem Gate geht MA 204?")
        ines.sees_state("Von welchem Gate", delivered)
        ines.airline.has_read(heard, typing_indicator={"type": "text"})
        ines.sees_state("Von welchem Gate", read)
        head = ines.page.locator(".pane header")
        expect(head).to_contain_text(writing)
        seen = [name.rsplit(", ", 1)[1] for name in ines.page.evaluate("window.names")]
        assert seen == [word for word in words[language] if word in seen]
        assert {waiting, delivered, read} <= set(seen)
        wamid = ines.airline.says(heard["from"], "Gate B12, pünktlich.")
        answer = ines.sees("Gate B12, pünktlich.")
        expect(answer).to_have_accessible_name(re.compile(r"^Möwe Air, \d\d:\d\d$"))
        assert ines.airline.endpoint.status(wamid, "read")["recipient_id"] == heard["from"]
        assert ines.airline.endpoint.words(wamid) == ["sent", "delivered", "read"]
        expect(head).to_contain_text(own)

    def test_a_reply_quotes_and_tells_the_webhook_what_it_answers(self, journeys: Journeys) -> None:
        ines = journeys.customer("phone")
        to = ines.becomes_known("Moin")
        wamid = ines.airline.says(to, "Fenster oder Gang?")
        asked = ines.sees("Fenster oder Gang?")
        asked.focus()
        asked.press("Enter")
        ines.page.get_by_role("menuitem", name="Reply").click()
        expect(ines.page.get_by_text("Replying to Möwe Air")).to_be_visible()
        expect(ines.field).to_be_focused()
        ines.writes("Fenster, bitte")
        assert ines.is_heard("Fenster, bitte")["context"]["id"] == wamid
        answer = ines.bubble("Fenster, bitte")
        expect(answer.get_by_role("button", name="Fenster oder Gang?")).to_be_visible()
        expect(ines.page.get_by_text("Replying to Möwe Air")).to_have_count(0)
        quoted = ines.airline.heard(to)[-1]
        ines.airline.says(to, "Notiert.", context={"message_id": quoted["id"]})
        expect(ines.sees("Notiert.").get_by_role("button", name="Fenster, bitte")).to_be_visible()

    def test_a_template_is_shown_with_header_body_footer_and_button(self, journeys: Journeys) -> None:
        ines = journeys.customer("phone", "de")
        to = ines.becomes_known("Guten Morgen", UTILITY)
        ines.airline.sandbox.send_template(to, "departure", "de", DEPARTURE)
        shown = ines.sees("Flug MA 204")
        expect(shown).to_contain_text("Mitteilung")
        expect(shown.locator(".text")).to_have_text(
            "Hallo Ines, Ihr Flug nach Helgoland startet um 14:05 Uhr an Gate B12. Das Boarding endet 15 Minuten vorher."
        )
        expect(shown.locator(".footer")).to_have_text("Möwe Air")
        button = shown.get_by_role("link", name="Ticket anzeigen")
        expect(button).to_contain_text("moewe-air.example")
        expect(button).to_have_attribute("href", "https://moewe-air.example/ticket/8KX2")
        expect(button).to_have_attribute("rel", "noopener noreferrer")
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 44


class TestWhatSomebodyWrote:
    def test_is_never_html_in_any_script_and_only_web_addresses_are_links(self, journeys: Journeys) -> None:
        ines = journeys.customer("desktop")
        to = ines.becomes_known("Moin")
        hostile = "<img src=x onerror=alert(1)><b>fett</b> <script>alert(2)</script> &amp; 1 < 2"
        ines.airline.says(to, hostile)
        expect(ines.sees("1 < 2").locator(".text")).to_have_text(hostile)
        ines.airline.says(
            to,
            "Siehe https://moewe-air.example/a_b?c=1. javascript:alert(1) data:text/html,x ftp://x.example https://a@b.example",
        )
        links = ines.sees("Siehe").get_by_role("link")
        expect(links).to_have_count(1)
        expect(links).to_have_attribute("href", "https://moewe-air.example/a_b?c=1")
        expect(links).to_have_attribute("rel", "noopener noreferrer")
        expect(links).to_have_attribute("target", "_blank")
        ines.writes("<i>auch</i> von mir")
        assert ines.is_heard("<i>auch</i> von mir")
        expect(ines.sees("auch").locator(".text")).to_have_text("<i>auch</i> von mir")
        # In any script.
        ines.airline.says(to, "שלום, הטיסה ממריאה בשעה 14:05")
        hebrew = ines.sees("שלום").locator(".text")
        assert hebrew.evaluate("(text) => getComputedStyle(text).direction") == "rtl"
        family = "👩‍👩‍👧‍👦 🏳️‍🌈 日本語 नमस्ते e\u0301"
        ines.writes(family)
        assert ines.is_heard(family)
        ines.airline.says(to, family + "!")
        expect(ines.sees(family + "!").locator(".text")).to_have_text(family + "!")
        ines.writes("السلام عليكم")
        arabic = ines.sees("السلام").locator(".text")
        assert arabic.evaluate("(text) => getComputedStyle(text).direction") == "rtl"

    def test_is_kept_as_a_draft_until_enter_sends_it(self, journeys: Journeys) -> None:
        ines = journeys.customer("desktop")
        ines.joins()
        ines.field.press_sequentially("Angefangen")
        until(lambda: [company["draft"] for company in ines.stored("companies").values()] == ["Angefangen"])
        ines.page.reload()
        expect(ines.field).to_have_value("Angefangen")
        ines.page.get_by_role("button", name="More", exact=True).first.click()
        ines.page.get_by_role("menuitem", name="Settings").click()
        expect(ines.page.get_by_role("navigation").get_by_text("Draft:")).to_be_visible()
        ines.page.get_by_role("navigation").get_by_role("link", name="Möwe Air").click()
        ines.field.press("End")
        ines.field.press("Shift+Enter")
        ines.field.press_sequentially("und beendet")
        ines.field.press("Enter")
        assert ines.is_heard("Angefangen\nund beendet")
        ines.sees("Angefangen")
        ines.page.reload()
        ines.sees("Angefangen")
        expect(ines.field).to_have_value("")
        # While one types on, and not only when one pauses.
        ines.field.press_sequentially("Ohne Pause weitergeschrieben", delay=80)
        ines.page.reload()
        expect(ines.field).to_have_value(re.compile("^Ohne Pause"))

    def test_leaves_a_phone_by_the_button_alone(self, journeys: Journeys) -> None:
        phone = journeys.customer("phone")
        phone.joins()
        phone.field.fill("drei")
        phone.field.press("Enter")
        phone.field.press_sequentially("vier")
        expect(phone.page.get_by_role("article")).to_have_count(0)
        phone.page.get_by_role("button", name="Send", exact=True).tap()
        assert phone.is_heard("drei\nvier")


class TestUnread:
    @pytest.mark.parametrize("device", DEVICES)
    def test_what_came_meanwhile_is_counted_and_begins_below_a_bar(self, journeys: Journeys, device: str) -> None:
        ines = journeys.customer(device)
        to = ines.becomes_known("Moin")
        read = ines.airline.says(to, "gelesen")
        ines.sees("gelesen")
        ines.airline.endpoint.status(read, "read")
        ines.goes_to("#/settings" if device == "desktop" else "#/")
        expect(ines.field).to_have_count(0)
        wamids = [ines.airline.says(to, f"ungelesen {number}") for number in range(3)]
        ines.goes_to("#/")
        row = ines.page.get_by_role("navigation").get_by_role("link", name="Möwe Air")
        expect(row).to_contain_text("3 unread messages")
        expect(row).to_contain_text("ungelesen 2")
        expect(ines.page).to_have_title(re.compile(r"^\(3\) "))
        assert "read" not in ines.airline.endpoint.words(wamids[0])
        row.click()
        expect(ines.page.get_by_text("3 unread messages", exact=True)).to_be_in_viewport()
        after = ines.page.locator("#unread + article")
        expect(after).to_contain_text("ungelesen 0")
        for wamid in wamids:
            ines.airline.endpoint.status(wamid, "read")
        expect(ines.page).not_to_have_title(re.compile(r"^\("))

    def test_at_the_end_the_end_stays_in_view_whatever_grows_beside_it(self, journeys: Journeys) -> None:
        """Also if something scrolled in the moment in which it grew."""
        ines = journeys.customer("desktop")
        to = ines.becomes_known("die allererste")
        write_many(ines, to, [f"Nachricht {number}." for number in range(24)])
        until(lambda: distance_to_end(ines) < 2)
        log(ines).evaluate("""(area) => {
          area.parentElement.style.marginBottom = '120px';
          area.dispatchEvent(new Event('scroll'));
        }""")
        until(lambda: distance_to_end(ines) < 2)
        expect(ines.page.get_by_role("button", name="Jump to the latest")).to_have_count(0)
        ines.airline.says(to, "auch danach")
        expect(ines.sees("auch danach")).to_be_in_viewport()

    def test_whoever_reads_above_stays_there_jumps_down_when_they_like_and_finds_all_there_is(
        self, journeys: Journeys
    ) -> None:
        ines = journeys.customer("desktop")
        to = ines.becomes_known("die allererste")
        texts = [f"Nachricht {number}." for number in range(66)]
        write_many(ines, to, texts)
        until(lambda: distance_to_end(ines) < 2)
        log(ines).evaluate("(area) => area.scrollBy({ top: -700, behavior: 'instant' })")
        jump = ines.page.get_by_role("button", name="Jump to the latest")
        expect(jump).to_be_visible()
        # Older ones come above it meanwhile, or have come: what is being read stays where it is.
        read = ines.bubble("Nachricht 45.")
        expect(read).to_be_in_viewport()
        place = read.bounding_box()
        ines.airline.says(to, "ganz neu")
        ines.sees("ganz neu")
        expect(ines.page.get_by_role("button", name="Jump to the latest, 1 new message")).to_be_visible()
        assert read.bounding_box() == place
        jump.click()
        expect(ines.bubble("ganz neu")).to_be_in_viewport()
        expect(jump).to_have_count(0)
        ines.airline.says(to, "am Ende folgt man")
        expect(ines.sees("am Ende folgt man")).to_be_in_viewport()
        # Older messages come when one scrolls up.
        texts += ["ganz neu", "am Ende folgt man"]
        ines.page.reload()
        ines.sees("am Ende folgt man")
        expect(ines.bubble("Nachricht 1.")).to_have_count(0)
        log(ines).focus()
        for _ in range(40):
            if ines.bubble("die allererste").count():
                break
            log(ines).hover()
            ines.page.mouse.wheel(0, -600)
        ines.sees("die allererste")
        assert ines.texts == ["die allererste", *texts]
        expect(ines.page.get_by_text("Messages are sealed on this device")).to_have_count(1)


def test_days_have_names_and_messages_their_times(journeys: Journeys) -> None:
    """The sandbox's clock moves on by a day, and the page's with it; this test is the last, the clock does not go back."""
    ines = journeys.customer("desktop", "de")
    to = ines.becomes_known("gestern geschrieben", UTILITY)
    expect(ines.page.get_by_role("heading", level=2, name="Heute")).to_be_visible()
    ines.airline.sandbox.control("POST", "/clock", {"advance": "24h"})
    tomorrow: Any = datetime.now(ZoneInfo("Europe/Berlin")) + timedelta(hours=24)
    ines.page.clock.install(time=tomorrow)
    ines.page.reload()
    ines.airline.sandbox.send_template(to, "hello_world", "en_US")
    ines.sees("Hello World")
    days = ines.page.locator("h2.day")
    expect(days).to_have_text(["Gestern", "Heute"])

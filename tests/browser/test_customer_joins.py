"""A click-to-chat link: who asks for what, agree, just write or leave; and links that promise somebody else."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect
from tests.browser.journey import MARKETING, UTILITY, Journeys
from tests.sandbox.process import until

pytestmark = pytest.mark.browser

SHOWN = {
    "en": {
        "verified": "A demonstration, not a real company",
        "gateway": "Möwe Air’s own machine",
        "key": "The key in your link is this company’s key",
        "asks": "What may Möwe Air send you?",
        "limits": "at most 10 a day · 40 a month · kept for 30 days",
        "notice": "Agreeing is voluntary: every flight can be flown without it.",
        "withdraw": "Open our profile and switch the purpose off",
        "responsible": "Who is responsible for your data",
        "other": "Deutsch",
    },
    "de": {
        "verified": "Eine Vorführung, kein echtes Unternehmen",
        "gateway": "eigene Maschine von Möwe Air",
        "key": "Der Schlüssel in Ihrem Link ist der dieses Unternehmens",
        "asks": "Was darf Möwe Air Ihnen schicken?",
        "limits": "höchstens 10 am Tag · 40 im Monat · 30 Tage aufbewahrt",
        "notice": "Ihre Einwilligung ist freiwillig: Jeder Flug lässt sich auch ohne sie antreten.",
        "withdraw": "Öffnen Sie unser Profil und schalten Sie den Zweck aus",
        "responsible": "Wer für Ihre Daten verantwortlich ist",
        "other": "English",
    },
}


class TestTheInvitation:
    @pytest.mark.parametrize(("device", "language"), [("phone", "de"), ("desktop", "en")])
    def test_it_shows_who_asks_for_what_and_has_nothing_ticked(
        self, journeys: Journeys, device: str, language: str
    ) -> None:
        ines, shown = journeys.customer(device, language), SHOWN[language]
        ines.opens()
        page = ines.page
        expect(page.get_by_role("heading", level=1, name="Möwe Air")).to_be_visible()
        for words in ("verified", "gateway", "key"):
            expect(page.get_by_role("listitem").filter(has_text=shown[words])).to_be_visible()
        expect(page.get_by_role("heading", name=shown["asks"])).to_be_visible()
        boxes = page.get_by_role("checkbox")
        expect(boxes).to_have_count(4)
        assert [box.is_checked() for box in boxes.all()] == [False] * 4
        expect(ines.purpose(MARKETING)).to_have_accessible_description(shown["limits"].replace("\u00a0", " "))
        expect(page.get_by_text(shown["notice"])).to_be_visible()
        expect(page.get_by_text(shown["withdraw"])).to_be_visible()
        page.get_by_text(shown["responsible"]).click()
        expect(page.get_by_text("datenschutz@moewe-air.example")).to_be_visible()
        expect(page.get_by_text("Möwe Air GmbH", exact=True)).to_be_visible()
        expect(page.get_by_role("button", name=ines.words["agree"])).to_be_disabled()
        assert page.locator("html").get_attribute("lang") == language
        assert ines.has_no_account()
        ines.purpose(UTILITY).check()
        ines.presses(shown["other"])
        other = {"en": "de", "de": "en"}[language]
        expect(page.get_by_text(SHOWN[other]["notice"])).to_be_visible()
        expect(page.get_by_role("checkbox", name=UTILITY[other])).to_be_checked()


class TestTheChoice:
    def test_agree_leads_to_the_chat_in_seconds_and_the_company_may_send_that_alone(self, journeys: Journeys) -> None:
        ines = journeys.customer("phone", "de")
        begun = time.monotonic()
        to = ines.becomes_known("Moin", UTILITY)
        ines.sees_state("Moin", "(zugestellt|gelesen)")
        seconds = time.monotonic() - begun
        print(f"link opened to first message delivered: {seconds:.1f} s")
        assert seconds < 20
        sandbox, endpoint = ines.airline.sandbox, ines.airline.endpoint
        sandbox.send_template(to, "hello_world", "en_US")
        ines.sees("Hello World")
        news = [{"type": "body", "parameters": [{"type": "text", "text": "Sylt"}, {"type": "text", "text": "39"}]}]
        refused = endpoint.status(sandbox.send_template(to, "new_route", "en_US", news), "failed")
        assert refused["errors"][0]["code"] == 131050

    def test_just_write_leads_to_the_chat_with_the_name_that_was_given_and_grants_nothing(
        self, journeys: Journeys
    ) -> None:
        ines = journeys.customer("desktop", "de")
        ines.opens()
        ines.page.get_by_role("textbox", name="Ihr Name").fill("Ines Brandt")
        ines.presses("write")
        ines.writes("Nur eine Frage")
        to = ines.is_heard("Nur eine Frage")["from"]
        sandbox, endpoint = ines.airline.sandbox, ines.airline.endpoint
        told = [value["contacts"][0] for value in endpoint.values if value.get("contacts")]
        assert [one["profile"]["name"] for one in told if one["wa_id"] == to] == ["Ines Brandt"]
        refused = endpoint.status(sandbox.send_template(to, "hello_world", "en_US"), "failed")
        assert refused["errors"][0]["code"] == 131026
        sandbox.send_text(to, "Gern!")
        ines.sees("Gern!")
        ines.opens_profile()
        expect(ines.page.get_by_role("switch")).to_have_count(4)
        assert [one.get_attribute("aria-checked") for one in ines.page.get_by_role("switch").all()] == ["false"] * 4

    def test_leave_makes_nothing(self, journeys: Journeys) -> None:
        ines = journeys.customer("desktop")
        before = ines.airline.accounts()
        ines.opens()
        ines.purpose(UTILITY).check()
        ines.presses("leave")
        expect(ines.page.get_by_role("heading", name="Companies write to you here.")).to_be_visible()
        ines.page.reload()
        expect(ines.page.get_by_role("heading", name="Companies write to you here.")).to_be_visible()
        assert ines.has_no_account()
        assert ines.airline.accounts() == before


class TestTheLink:
    def test_its_text_stands_in_the_composer_also_when_the_chat_is_there_already(self, journeys: Journeys) -> None:
        ines = journeys.customer()
        text = "Ich frage zu Flug MA 204: *Fahrrad* & Gepäck?"
        ines.joins(link=ines.airline.short_link(text))
        expect(ines.field).to_have_value(text)
        assert text not in str(ines.airline.heard())
        ines.field.fill("")
        until(lambda: [one["draft"] for one in ines.stored("companies").values()] == [""])
        ines.opens("about:blank")
        ines.opens(ines.airline.link_with("Noch etwas"))
        expect(ines.field).to_have_value("Noch etwas")
        expect(ines.page.get_by_role("checkbox")).to_have_count(0)
        assert ines.page.url.endswith("#/chat/moewe-air")

    def test_that_leads_to_nobody_is_refused_before_anything_is_made(self, journeys: Journeys) -> None:
        ines = journeys.customer()
        ines.expects("status of 404")
        before = ines.airline.accounts()
        ines.opens(f"{ines.airline.link.partition('?')[0]}?k={'A' * 43}")
        expect(ines.page.get_by_role("alert")).to_contain_text("This is not who the link promises")
        expect(ines.page.get_by_role("button")).to_have_count(0)
        ines.opens(ines.airline.link.replace("moewe-air", "nirgends-air"))
        expect(ines.page.get_by_role("alert")).to_contain_text("Nobody is here under this name")
        for broken in ("#/c/", "#/c/moewe-air?k=zu-kurz", "#/c/M%C3%B6we", "#/c/../x"):
            ines.goes_to(broken)
            expect(ines.page.get_by_role("alert")).to_contain_text("This link is not complete")
            ines.goes_to("#/")
            expect(ines.page.get_by_role("heading", name="Companies write to you here.")).to_be_visible()
        assert ines.has_no_account()
        assert ines.airline.accounts() == before

    def test_can_be_pasted_on_the_first_screen(self, journeys: Journeys) -> None:
        ines = journeys.customer("desktop")
        ines.goes_to("")
        field = ines.page.get_by_role("textbox", name="Or paste a company’s link")
        field.fill("kein Link")
        ines.presses("Open")
        expect(ines.page.get_by_role("alert")).to_contain_text("This is not a Handschlag link")
        field.fill(ines.airline.link)
        field.press("Enter")
        expect(ines.page.get_by_role("heading", level=1, name="Möwe Air")).to_be_visible()

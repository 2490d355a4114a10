"""Who may write what: stop, single purposes, block, each one tap and with undo; and what the company's program is told then."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from tests.browser.journey import MARKETING, UTILITY, Customer, Journeys

pytestmark = pytest.mark.browser

NEWS = [{"type": "body", "parameters": [{"type": "text", "text": "Sylt"}, {"type": "text", "text": "39"}]}]


def sends_notification(ines: Customer, to: str) -> str:
    return ines.airline.sandbox.send_template(to, "hello_world", "en_US")


def sends_advertising(ines: Customer, to: str) -> str:
    return ines.airline.sandbox.send_template(to, "new_route", "en_US", NEWS)


def code_of_refusal(ines: Customer, wamid: str) -> int:
    """Return the code of the `failed` status that the webhook was told of a message."""
    return int(ines.airline.endpoint.status(wamid, "failed")["errors"][0]["code"])


def is_delivered(ines: Customer, wamid: str) -> None:
    assert ines.airline.endpoint.status(wamid, "delivered")


def test_stop_notifications_is_one_tap_and_can_be_undone(journeys: Journeys) -> None:
    ines = journeys.customer("phone", "de")
    to = ines.becomes_known("Moin", UTILITY, MARKETING)
    ines.opens_profile()
    for one in (UTILITY, MARKETING):
        expect(ines.switch(one)).to_be_checked()
    ines.presses("stop")
    for one in (UTILITY, MARKETING):
        expect(ines.switch(one)).not_to_be_checked()
    assert code_of_refusal(ines, sends_notification(ines, to)) == 131026
    assert code_of_refusal(ines, sends_advertising(ines, to)) == 131050
    ines.presses("undo")
    for one in (UTILITY, MARKETING):
        expect(ines.switch(one)).to_be_checked()
    is_delivered(ines, sends_notification(ines, to))
    is_delivered(ines, sends_advertising(ines, to))


def test_a_single_purpose_is_switched_on_and_off(journeys: Journeys) -> None:
    ines = journeys.customer("desktop")
    to = ines.becomes_known("Moin", UTILITY)
    ines.opens_profile()
    ines.switch(MARKETING).click()
    expect(ines.switch(MARKETING)).to_be_checked()
    expect(ines.page.get_by_role("status").get_by_text("Switched on")).to_be_visible()
    is_delivered(ines, sends_advertising(ines, to))
    ines.switch(UTILITY).click()
    expect(ines.switch(UTILITY)).not_to_be_checked()
    expect(ines.switch(MARKETING)).to_be_checked()
    assert code_of_refusal(ines, sends_notification(ines, to)) == 131026
    is_delivered(ines, sends_advertising(ines, to))
    ines.presses("undo")
    expect(ines.switch(UTILITY)).to_be_checked()
    is_delivered(ines, sends_notification(ines, to))


class TestBlock:
    def test_nothing_arrives_and_undo_brings_back_what_was_agreed(self, journeys: Journeys) -> None:
        ines = journeys.customer("desktop")
        to = ines.becomes_known("Moin", UTILITY)
        ines.opens_profile()
        ines.presses("block")
        expect(ines.page.get_by_role("button", name="Unblock Möwe Air")).to_be_visible()
        for one in (UTILITY, MARKETING):
            expect(ines.switch(one)).to_be_disabled()
        assert code_of_refusal(ines, ines.airline.says(to, "trotzdem")) == 131026
        assert code_of_refusal(ines, sends_notification(ines, to)) == 131026
        ines.presses("undo")
        expect(ines.switch(UTILITY)).to_be_checked()
        is_delivered(ines, sends_notification(ines, to))
        ines.goes_to("#/chat/moewe-air")
        ines.sees("Hello World")
        expect(ines.bubble("trotzdem")).to_have_count(0)

    def test_takes_the_composer_away_until_it_is_lifted_there(self, journeys: Journeys) -> None:
        ines = journeys.customer("phone", "de")
        ines.becomes_known("Moin")
        ines.opens_profile()
        ines.presses("block")
        expect(ines.page.get_by_role("button", name="Möwe Air nicht mehr blockieren")).to_be_visible()
        toast = ines.page.get_by_role("status").filter(has_text="Möwe Air ist blockiert")
        # It stays while it is pointed at.
        toast.hover()
        ines.goes_to("#/")
        expect(ines.page.get_by_role("navigation").get_by_role("link", name="Möwe Air")).to_contain_text("Blockiert")
        ines.goes_to("#/chat/moewe-air")
        expect(ines.page.get_by_text("Sie haben Möwe Air blockiert.")).to_be_visible()
        expect(ines.field).to_have_count(0)
        shown, foot = toast.bounding_box(), ines.page.locator(".composer").bounding_box()
        assert shown is not None
        assert foot is not None
        assert shown["y"] + shown["height"] <= foot["y"]
        ines.page.locator(".composer").get_by_role("button").click()
        ines.writes("Da bin ich wieder")
        ines.is_heard("Da bin ich wieder")


class TestTheHistory:
    def test_lists_every_decision_with_the_text_that_was_shown(self, journeys: Journeys) -> None:
        ines = journeys.customer("desktop", "de")
        ines.becomes_known("Moin", UTILITY, MARKETING)
        ines.opens_profile()
        ines.switch(MARKETING).click()
        expect(ines.switch(MARKETING)).not_to_be_checked()
        ines.presses("stop")
        expect(ines.switch(UTILITY)).not_to_be_checked()
        section = ines.page.locator("section").filter(
            has=ines.page.get_by_role("heading", name="Wozu Sie wann zugestimmt haben")
        )
        entries = section.get_by_role("listitem")
        expect(entries).to_have_count(3)
        newest, middle, first = entries.all()
        expect(newest).to_contain_text("Widerrufen: alles")
        expect(middle).to_contain_text("Widerrufen: Werbung")
        expect(first).to_contain_text("Zugestimmt: Mitteilungen und Werbung")
        for entry in (newest, middle, first):
            expect(entry).to_contain_text("Vom Relay bestätigt")
        first.get_by_text("Text, der gezeigt wurde").click()
        expect(first.get_by_text("Ihre Einwilligung ist freiwillig")).to_be_visible()

    def test_is_empty_for_somebody_who_just_wrote(self, journeys: Journeys) -> None:
        ines = journeys.customer("phone")
        ines.joins()
        ines.opens_profile()
        expect(ines.page.get_by_text("You have agreed to nothing so far.")).to_be_visible()
        expect(ines.page.get_by_role("button", name="Stop notifications")).to_be_disabled()

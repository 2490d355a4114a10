"""How a chat begins: the company's picture, sentences that a tap sends, and commands behind a slash."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from tests.browser.journey import Airline, Customer, Journeys, running_airline
from tests.browser.test_access import AXE, fits, is_accessible

from handschlag.sandbox.airline import PROMPTS

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Route

pytestmark = pytest.mark.browser

COMMANDS = [
    {"command_name": "flug", "command_description": "Abflugzeit und Gate"},
    {"command_name": "gepaeck", "command_description": "Was mit darf, was es kostet, und wohin mit dem Surfbrett"},
    {"command_name": "/Fluggastrechte", "command_description": "Verspätet?"},
]
REFUSED = r"ERR_FAILED|Failed to load resource"
IS_A_PICTURE = """(one) => one.src.startsWith('blob:') && one.naturalWidth === 144 && one.naturalHeight === 144"""


@pytest.fixture(scope="module")
def airline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Airline]:
    """A sandbox of their own: these tests change what a chat begins with."""
    yield from running_airline(tmp_path_factory.mktemp("airline"))


@pytest.fixture(autouse=True, scope="module")
def commands(airline: Airline) -> None:
    path = f"/v23.0/{airline.connection['phone_number_id']}/conversational_automation"
    assert airline.sandbox.api("POST", path, json={"commands": COMMANDS}) == (200, {"success": True})


def mark(customer: Customer) -> Locator:
    """The company's mark on the screen that is open, the last one if the list stands beside it."""
    return customer.page.locator(".avatar").filter(visible=True).last


def shows_the_picture(customer: Customer) -> None:
    picture = mark(customer).locator("img")
    expect(picture).to_be_visible()
    assert picture.evaluate(IS_A_PICTURE)


def offered(customer: Customer) -> Locator:
    return customer.page.get_by_role("list", name="Vorschläge").or_(
        customer.page.get_by_role("list", name="Suggestions")
    )


def options(customer: Customer) -> Locator:
    return customer.page.get_by_role("listbox").get_by_role("option")


def test_on_a_phone_taps_send_a_sentence_and_choose_a_command(journeys: Journeys) -> None:
    ines = journeys.customer("phone", "de")
    ines.joins(link=ines.airline.link_with("Entwurf"))
    begins_with_a_tap(ines)
    ines.field.fill("/g")
    fits(ines.page)
    options(ines).tap()
    expect(ines.field).to_have_value("/gepaeck ")
    expect(ines.field).to_be_focused()


def test_at_a_desk_keys_choose_a_command_while_the_field_keeps_the_focus(journeys: Journeys) -> None:
    ines = journeys.customer("desktop")
    ines.joins(link=ines.airline.link_with("Entwurf"))
    begins_with_a_tap(ines)
    ines.field.fill("")
    ines.field.press_sequentially("/")
    expect(options(ines).locator(".name")).to_have_text(["/flug", "/gepaeck", "/Fluggastrechte"])
    expect(ines.page.get_by_role("listbox", name="Commands of Möwe Air")).to_be_visible()
    ines.page.evaluate(AXE)
    is_accessible(ines.page)
    expect(options(ines).first).to_have_attribute("aria-selected", "true")
    ines.field.press("ArrowUp")
    expect(ines.field).to_have_attribute("aria-activedescendant", str(options(ines).nth(2).get_attribute("id")))
    expect(options(ines).nth(2)).to_have_attribute("aria-selected", "true")
    ines.field.press_sequentially("FLUG")
    expect(options(ines)).to_have_count(2)
    expect(options(ines).first).to_have_attribute("aria-selected", "true")
    ines.field.press("Escape")
    expect(options(ines)).to_have_count(0)
    expect(ines.field).to_have_value("/FLUG")
    ines.field.press_sequentially("g")
    ines.field.press("Enter")
    expect(ines.field).to_have_value("/Fluggastrechte ")
    expect(ines.field).to_be_focused()
    expect(options(ines)).to_have_count(0)
    ines.field.press_sequentially("MA 204")
    ines.field.press("Enter")
    ines.is_heard("/Fluggastrechte MA 204")
    # In the middle of a text a slash is a slash.
    ines.field.fill("und/oder")
    expect(options(ines)).to_have_count(0)


def begins_with_a_tap(ines: Customer) -> None:
    """Send an offered sentence while another one is being written; the offer ends, the other one stays, also on disk."""
    expect(offered(ines).get_by_role("button")).to_have_text(PROMPTS)
    fits(ines.page)
    ines.page.evaluate(AXE)
    is_accessible(ines.page)
    offered(ines).get_by_role("button", name=PROMPTS[0]).click()
    ines.sees(PROMPTS[0])
    assert ines.is_heard(PROMPTS[0])["type"] == "text"
    expect(offered(ines)).to_have_count(0)
    expect(ines.field).to_have_value("Entwurf")
    ines.page.reload()
    expect(ines.field).to_have_value("Entwurf")
    expect(offered(ines)).to_have_count(0)


class TestThePicture:
    def test_is_seen_wherever_the_company_is_and_needs_the_relay_once(self, journeys: Journeys) -> None:
        ines = journeys.customer("phone")
        asked: list[str] = []
        ines.page.on("request", lambda request: asked.append(request.url) if "/picture?" in request.url else None)
        ines.opens()
        shows_the_picture(ines)
        assert "picture:" not in str(ines.stored("facts")), "who only looks keeps nothing"
        ines.presses("write")
        expect(ines.field).to_be_visible(timeout=20_000)
        shows_the_picture(ines)
        ines.opens_profile()
        shows_the_picture(ines)
        ines.goes_to("#/")
        shows_the_picture(ines)
        ines.page.reload()
        shows_the_picture(ines)
        assert len(asked) == 1

    def test_without_it_the_letters_stand_in_the_same_place(self, journeys: Journeys) -> None:
        ines = journeys.customer("phone")
        ines.expects(REFUSED)
        waiting: list[Route] = []

        def hold(route: Route) -> None:
            waiting.append(route)

        ines.page.route(re.compile("picture[?]"), hold)
        ines.opens()
        expect(mark(ines)).to_have_attribute("data-initials", "MA")
        before = mark(ines).bounding_box()
        expect(mark(ines).locator("img")).to_have_count(0)
        waiting[0].continue_()
        shows_the_picture(ines)
        assert mark(ines).bounding_box() == before

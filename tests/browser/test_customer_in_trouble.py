"""What a customer reads when something between, the relay or the browser does not do its part, and the way out of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect
from tests.browser.journey import Journeys

if TYPE_CHECKING:
    from playwright.sync_api import Route

pytestmark = pytest.mark.browser

CALLS = re.compile(r"/v1/")
ANYONE = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*", "Access-Control-Allow-Methods": "*"}
PAGE = {"content_type": "text/html", "body": "<html>Please log in</html>"}
RUBBISH: list[dict[str, Any]] = [PAGE, {"json": {"a": 1}}, {"status": 500, "body": ""}]


def answer_with(rubbish: dict[str, Any]) -> Any:
    def answer(route: Route) -> None:
        route.fulfill(headers=ANYONE, **rubbish)

    return answer


def test_a_page_instead_of_the_keys_or_of_an_answer_is_said_and_can_be_tried_again(journeys: Journeys) -> None:
    ines = journeys.customer("phone")
    ines.expects(r"status of 500")
    page, context = ines.page, ines.context
    context.route("**/*.wasm", answer_with(PAGE))
    ines.opens()
    ines.presses("write")
    expect(page.get_by_text("What makes your keys could not be loaded.")).to_be_visible()
    assert ines.has_no_account()
    context.unroute("**/*.wasm")
    ines.presses("write")
    expect(ines.field).to_be_visible()
    ines.writes("Moin")
    ines.is_heard("Moin")

    for rubbish in RUBBISH:
        context.route(CALLS, answer_with(rubbish))
        ines.goes_to("#/settings/devices")
        page.reload()
        expect(page.get_by_text("Your devices cannot be looked up right now.")).to_be_visible()
        ines.goes_to("#/companies")
        expect(page.get_by_role("alert")).to_contain_text("cannot be reached")
        context.unroute(CALLS)
    ines.presses("Try again")
    expect(page.get_by_role("alert")).to_have_count(0)
    ines.goes_to("#/settings/devices")
    expect(page.get_by_role("listitem")).to_have_count(1)
    expect(page.get_by_text("Your devices cannot be looked up right now.")).to_have_count(0)

    # Nothing is offered that this browser cannot do.
    ines.goes_to("#/settings/notifications")
    expect(page.get_by_text("This browser cannot show notifications.")).to_be_visible()
    expect(page.get_by_role("radio")).to_have_count(0)
    expect(page.get_by_role("switch")).to_have_count(1)

    # An account that is there, and its keys cannot be opened for now: they are asked for by themselves.
    context.route("**/*.wasm", answer_with(PAGE))
    ines.goes_to("#/chat/moewe-air")
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("The encryption could not be loaded")
    context.unroute("**/*.wasm")
    ines.writes("wieder da")
    ines.is_heard("wieder da")

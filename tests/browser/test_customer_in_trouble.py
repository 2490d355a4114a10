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
# What a browser does whose disk is full, in the page alone; and what the owner of the keys says of its own.
FILL_UP = """window.put = IDBObjectStore.prototype.put;
window.add = IDBObjectStore.prototype.add;
IDBObjectStore.prototype.put = IDBObjectStore.prototype.add = () => { throw new DOMException('', 'QuotaExceededError'); };
0"""
MAKE_ROOM = "Object.assign(IDBObjectStore.prototype, { put: window.put, add: window.add })"
SAY_FULL = """new BroadcastChannel('handschlag').postMessage({ what: 'state', state:
  { owner: 'x', connection: 'online', catchingUp: 0, typing: [], trouble: 'no_room', offset: 0 } })"""
ASK_STATE = "new BroadcastChannel('handschlag').postMessage({ what: 'ask_state' })"
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

    # A full disk is said, and takes nothing of what is being written with it.
    page.evaluate(FILL_UP)
    ines.writes("kein Platz dafür")
    expect(page.get_by_text("There is no room left on this device, so nothing was stored.")).to_be_visible()
    expect(ines.field).to_have_value("kein Platz dafür")
    page.evaluate(SAY_FULL)
    expect(page.get_by_role("alert").filter(has_text="None is lost: they wait for you.")).to_be_visible()
    expect(page.get_by_role("link", name="Make room")).to_have_attribute("href", "#/settings/data")
    expect(ines.field).to_have_value("kein Platz dafür")
    page.evaluate(MAKE_ROOM)
    page.evaluate(ASK_STATE)
    expect(page.get_by_role("link", name="Make room")).to_have_count(0)
    ines.presses("send")
    ines.is_heard("kein Platz dafür")

"""A network that loses answers: what the relay did is done once, whoever waits for it learns how it stands, and nothing stops for good."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import expect
from tests.browser.journey import UTILITY, Customer, Journeys
from tests.browser.test_customer_links_devices import begin, digits_of, link
from tests.browser.test_customer_trusts import reports

if TYPE_CHECKING:
    from playwright.sync_api import Route

pytestmark = pytest.mark.browser
CHANGES = {"POST", "PUT", "DELETE"}
# What is no word of the path: ids of accounts, devices and messages.
ID = re.compile(r"(?<=/)(@[^/]+|[A-Z]{10}|[0-9a-f]{64})(?=/|$)")


class LossyWay:
    """Loses the first answer to each kind of call that changes something."""

    def __init__(self, customer: Customer) -> None:
        self.lost: list[str] = []
        customer.expects("ERR_CONNECTION_RESET|429|410|401|WebSocket")
        customer.context.route(f"{customer.airline.connection['relay_url']}/**", self._pass_on)

    def _pass_on(self, route: Route) -> None:
        request = route.request
        call = f"{request.method} {ID.sub('*', unquote(urlsplit(request.url).path))}"
        if request.method not in CHANGES or call in self.lost:
            return route.fallback()
        self.lost.append(call)
        route.fetch()
        return route.abort("connectionreset")


def test_a_first_message_leaves_after_as_many_tries_as_it_takes(journeys: Journeys) -> None:
    ines = journeys.customer("phone")
    accounts = ines.airline.accounts()
    way = LossyWay(ines)
    ines.opens()
    ines.purpose(UTILITY).check()
    agree = ines.page.get_by_role("button", name="Agree")
    problem = ines.page.get_by_role("status").filter(has_text="cannot be reached")
    while not ines.field.is_visible():
        agree.click()
        expect(problem.or_(ines.field)).to_be_visible()
    assert {"POST /v1/accounts", "POST /v1/keys/upload", "POST /v1/consent/grants"} <= {*way.lost}
    ines.writes("Moin")
    to = ines.is_heard("Moin")["from"]
    ines.has_told(to, "Moin")
    assert ines.airline.accounts() == accounts + 1
    ines.airline.sandbox.send_template(to, "hello_world", "en_US")
    ines.sees("Hello World")


def test_what_a_person_decides_is_done_once(journeys: Journeys) -> None:
    ines = journeys.customer("desktop", permissions=["clipboard-read", "clipboard-write"])
    laptop = journeys.customer("desktop", permissions=["clipboard-read", "clipboard-write"])
    ines.becomes_known("Moin", UTILITY)
    ines.goes_to("#/settings")
    ines.page.get_by_label("Your name").fill("Ines")
    ines.presses("Save")
    link(ines, laptop)
    asked = ines.page.get_by_text("Was that you?")
    expect(asked).to_be_visible()
    way = LossyWay(ines)
    laptop.expects("401|403|WebSocket")

    ines.goes_to("#/settings/devices")
    ines.page.get_by_role("button", name="Sign out Chrome").click()
    ines.page.get_by_role("dialog").get_by_role("button", name="Sign out").click()
    expect(ines.page.get_by_text("This is your only device.")).to_be_visible()
    expect(laptop.page.get_by_role("heading", name="This device was signed out")).to_be_visible()
    expect(ines.page.get_by_text("cannot be looked up right now")).to_have_count(0)
    expect(asked).to_have_count(0)

    ines.goes_to("#/chat/moewe-air")
    ines.opens_profile()
    ines.presses("block")
    expect(ines.page.get_by_role("button", name="Unblock Möwe Air")).to_be_visible()
    before = len(reports(ines.airline))
    ines.presses("Report")
    ines.page.get_by_role("radio", name="I do not want to hear from them").check()
    ines.page.get_by_role("dialog").get_by_role("button", name="Report").click()
    expect(ines.page.get_by_text("Reported. Thank you.")).to_be_visible()
    assert reports(ines.airline)[before:] == [("unwanted", "none", "")]

    ines.goes_to("#/settings/data")
    ines.page.get_by_role("button", name="Erase the account").click()
    ines.page.get_by_role("textbox", name="ERASE").fill("erase")
    ines.presses("Erase the account for ever")
    expect(ines.page.get_by_role("heading", name="This account was erased")).to_be_visible()
    assert {"DELETE /v1/devices/*", "PUT /v1/blocks/*", "POST /v1/reports", "DELETE /v1/account"} <= {*way.lost}


def test_a_browser_is_linked_after_as_many_tries_as_it_takes(journeys: Journeys) -> None:
    """And is one device then, whatever was begun before."""
    ines = journeys.customer("desktop", permissions=["clipboard-read", "clipboard-write"])
    laptop = journeys.customer("desktop", permissions=["clipboard-read", "clipboard-write"])
    laptop.expects("ERR_CONNECTION_RESET|linking")
    ines.becomes_known("Moin")
    left = ["/v1/keys/query", "/v1/devices", "/v1/keys/query"]

    def lose(route: Route) -> None:
        if route.request.method != "POST" or urlsplit(route.request.url).path not in left:
            return route.fallback()
        left.remove(urlsplit(route.request.url).path)
        route.fetch()
        return route.abort("connectionreset")

    laptop.context.route(f"{laptop.airline.connection['relay_url']}/**", lose)
    linked = laptop.page.get_by_role("heading", name="This browser is linked")
    while not linked.is_visible():
        begin(ines, laptop)
        ines.page.get_by_label("Two digits").fill(digits_of(laptop))
        ines.presses("Compare")
        laptop.presses("Yes, it is mine")
        expect(linked.or_(laptop.page.get_by_role("heading", name="Not linked"))).to_be_visible()
    assert left == []
    ines.goes_to("#/settings/devices")
    expect(ines.page.get_by_role("button", name="Rename")).to_have_count(2)
    laptop.goes_to("#/chat/moewe-air")
    laptop.writes("Vom zweiten")
    laptop.is_heard("Vom zweiten")


def test_a_code_that_was_sent_can_be_entered(journeys: Journeys) -> None:
    ines = journeys.customer("phone")
    ines.becomes_known("Moin")
    way = LossyWay(ines)
    ines.goes_to("#/settings/number")
    ines.page.get_by_role("textbox", name="Mobile number").fill("+4915112340099")
    ines.presses("Send a code")
    expect(ines.page.get_by_role("alert")).to_contain_text("does not answer")
    assert "POST /v1/numbers/code" in way.lost
    ines.presses("Send a code")
    field = ines.page.get_by_role("textbox", name="Code from the text message")
    expect(field).to_be_focused()
    expect(ines.page.get_by_role("alert")).to_have_count(0)
    (message,) = ines.airline.sandbox.control("GET", "/text_messages?number=%2B4915112340099")[1]["text_messages"]
    ines.context.unroute_all()
    field.fill(message["code"])
    expect(ines.page.get_by_role("heading", name="Your number", exact=True)).to_be_visible()

"""A form inside the chat: opened from its message, filled in, asked, corrected, finished; on a phone and by keyboard alone."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect
from tests.browser.journey import Airline, Journeys
from tests.browser.test_access import AXE, fits, is_accessible
from tests.gateway.flows.endpoint import PUBLIC_KEY, open_request
from tests.sandbox.process import until

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser

SEATS = [{"id": "1a", "title": "1A", "description": "Window"}, {"id": "1b", "title": "1B"}]
WHO: dict[str, Any] = {
    "id": "WHO",
    "title": "Who flies?",
    "data": {},
    "layout": {
        "type": "SingleColumnLayout",
        "children": [
            {"type": "TextHeading", "text": "`'Moin ' ${form.name}`"},
            {"type": "TextInput", "name": "name", "label": "Name", "required": True, "min-chars": 2},
            {"type": "TextInput", "name": "mail", "label": "E-Mail", "input-type": "email"},
            {"type": "DatePicker", "name": "day", "label": "Day", "min-date": "2030-01-01", "required": True},
            {"type": "OptIn", "name": "seat", "label": "Choose a seat", "required": False},
            {"type": "If", "condition": "${form.seat}", "then": [{"type": "TextCaption", "text": "It costs 5 EUR"}]},
            {
                "type": "Footer",
                "label": "Next",
                "on-click-action": {
                    "name": "navigate",
                    "next": {"type": "screen", "name": "SEAT"},
                    "payload": {"name": "${form.name}"},
                },
            },
        ],
    },
}
SEAT: dict[str, Any] = {
    "id": "SEAT",
    "title": "Your seat",
    "terminal": True,
    "data": {"name": {"type": "string", "__example__": "Ines"}},
    "layout": {
        "type": "SingleColumnLayout",
        "children": [
            {"type": "RadioButtonsGroup", "name": "place", "label": "Seat", "data-source": SEATS, "required": True},
            {
                "type": "CheckboxGroup",
                "name": "extras",
                "label": "Extras",
                "data-source": [{"id": "bag", "title": "A bag"}],
            },
            {"type": "Dropdown", "name": "meal", "label": "Meal", "data-source": [{"id": "veg", "title": "Vegan"}]},
            {
                "type": "Footer",
                "label": "Book",
                "on-click-action": {
                    "name": "complete",
                    "payload": {
                        "name": "${data.name}",
                        "day": "${screen.WHO.form.day}",
                        "place": "${form.place}",
                        "extras": "${form.extras}",
                        "meal": "${form.meal}",
                    },
                },
            },
        ],
    },
}
FLOW = {"version": "7.3", "screens": [WHO, SEAT]}
ANSWERED = {"name": "Ines", "day": "2030-05-17", "place": "1b", "extras": ["bag"], "meal": "veg", "flow_token": "t-9"}


# Asks the company for its first screen, and once more at its end.
ASKED = {
    "version": "7.3",
    "data_api_version": "3.0",
    "routing_model": {"CODE": []},
    "screens": [
        {
            "id": "CODE",
            "title": "Your code",
            "terminal": True,
            "data": {"hello": {"type": "string", "__example__": "Hi"}},
            "layout": {
                "type": "SingleColumnLayout",
                "children": [
                    {"type": "TextBody", "text": "${data.hello}"},
                    {"type": "TextInput", "name": "code", "label": "Code", "input-type": "passcode", "required": True},
                    {
                        "type": "Footer",
                        "label": "Check",
                        "on-click-action": {"name": "data_exchange", "payload": {"code": "${form.code}"}},
                    },
                ],
            },
        }
    ],
}


class CodeDesk(BaseHTTPRequestHandler):
    """The company's data endpoint: greets, and lets one code pass."""

    def do_POST(self) -> None:
        asked, seal = open_request(self.rfile.read(int(self.headers["Content-Length"])))
        answer: dict[str, Any] = {"screen": "CODE", "data": {"hello": "Moin from the company"}}
        if asked["action"] == "ping":
            answer = {"data": {"status": "active"}}
        elif asked["action"] == "data_exchange" and asked["data"]["code"] == "42":
            answer = {"screen": "SUCCESS", "data": {"extension_message_response": {"params": {"checked": True}}}}
        elif asked["action"] == "data_exchange":
            answer["data"]["error_message"] = "This code is not right."
        body = seal(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def code_desk() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), CodeDesk)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/flow"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def flow(airline: Airline) -> str:
    """A published form of the airline."""
    return publishes_form(airline, "seats", FLOW)


def publishes_form(airline: Airline, name: str, flow: dict[str, Any], **more: str) -> str:
    body = {"name": name, "categories": ["OTHER"], "flow_json": json.dumps(flow), "publish": True, **more}
    status, made = airline.sandbox.api("POST", f"/v24.0/{airline.connection['waba_id']}/flows", json=body)
    assert (status, made["success"]) == (200, True), made
    return str(made["id"])


def sends_form(airline: Airline, to: str, flow: str, action: str = "navigate") -> None:
    parameters = {"flow_message_version": "3", "flow_id": flow, "flow_cta": "Book now", "flow_token": "t-9"}
    interactive = {
        "type": "flow",
        "body": {"text": "Book your seat"},
        "action": {"name": "flow", "parameters": {**parameters, "flow_action": action}},
    }
    body = {"messaging_product": "whatsapp", "to": to, "type": "interactive", "interactive": interactive}
    status, answer = airline.sandbox.api("POST", f"/v24.0/{airline.connection['phone_number_id']}/messages", json=body)
    assert status == 200, answer


def heard_reply(airline: Airline, sender: str) -> dict[str, Any]:
    def find() -> dict[str, Any] | None:
        return next((m for m in airline.heard(sender) if m["type"] == "interactive"), None)

    return until(find)


def sheet(page: Page, title: str) -> Locator:
    found = page.get_by_role("dialog", name=title)
    expect(found).to_be_visible()
    return found


def test_one_is_filled_in_and_reaches_the_company(journeys: Journeys, flow: str) -> None:
    ines = journeys.customer()
    sender = ines.becomes_known("I want a seat")
    sends_form(ines.airline, sender, flow)
    ines.page.get_by_role("button", name="Book now").click()
    who = sheet(ines.page, "Who flies?")
    who.get_by_role("button", name="Next").click()
    expect(who.get_by_text("Please fill this in.")).to_have_count(2)
    expect(who.get_by_label("Name")).to_be_focused()
    who.get_by_label("Name").fill("Ines")
    expect(who.get_by_role("heading", name="Moin Ines")).to_be_visible()
    who.get_by_label("E-Mail (optional)").fill("no address")
    who.get_by_label("Day").fill("2029-12-31")
    who.get_by_role("button", name="Next").click()
    expect(who.get_by_label("E-Mail (optional)")).to_have_accessible_description("This is no e-mail address.")
    expect(who.get_by_label("Day")).to_have_accessible_description("This date is not possible.")
    ines.page.evaluate(AXE)
    is_accessible(ines.page)
    fits(ines.page)
    who.get_by_label("E-Mail (optional)").fill("")
    who.get_by_label("Day").fill("2030-05-17")
    who.get_by_role("checkbox", name="Choose a seat").check()
    expect(who.get_by_text("It costs 5 EUR")).to_be_visible()
    # Closed halfway, it is found as it was left.
    who.get_by_role("button", name="Close the form").click()
    ines.page.get_by_role("button", name="Book now").click()
    who = sheet(ines.page, "Who flies?")
    expect(who.get_by_label("Name")).to_have_value("Ines")
    who.get_by_role("button", name="Next").click()
    seat = sheet(ines.page, "Your seat")
    seat.get_by_role("button", name="Back").click()
    sheet(ines.page, "Who flies?").get_by_role("button", name="Next").click()
    seat = sheet(ines.page, "Your seat")
    seat.get_by_role("radio", name="1B").check()
    is_accessible(ines.page)
    seat.get_by_role("checkbox", name="A bag").check()
    seat.get_by_label("Meal (optional)").select_option("Vegan")
    seat.get_by_role("button", name="Book").click()
    expect(seat).to_have_count(0)
    ines.sees_state("Form sent", "delivered")
    reply = heard_reply(ines.airline, sender)
    assert reply["interactive"]["type"] == "nfm_reply"
    assert (reply["interactive"]["nfm_reply"]["name"], reply["interactive"]["nfm_reply"]["body"]) == ("flow", "Sent")
    assert json.loads(reply["interactive"]["nfm_reply"]["response_json"]) == ANSWERED
    assert reply["context"]["id"].startswith("wamid.")


def test_one_asks_the_company_in_german_by_keyboard_alone(journeys: Journeys, code_desk: str) -> None:
    jan = journeys.customer("desktop", "de")
    airline, keyboard = jan.airline, jan.page.keyboard
    path = f"/v24.0/{airline.connection['phone_number_id']}/whatsapp_business_encryption"
    assert airline.sandbox.api("POST", path, json={"business_public_key": PUBLIC_KEY})[0] == 200
    asked = publishes_form(airline, "asked", ASKED, endpoint_uri=code_desk)
    sender = jan.becomes_known("Ich habe einen Code")
    sends_form(airline, sender, asked, "data_exchange")
    jan.page.get_by_role("button", name="Book now").press("Enter")
    form = sheet(jan.page, "Your code")
    expect(form.get_by_text("Moin from the company")).to_be_visible()
    expect(form.get_by_role("heading", name="Your code")).to_be_focused()
    keyboard.press("Tab")
    expect(form.get_by_role("button", name="Formular schließen")).to_be_focused()
    keyboard.press("Tab")
    keyboard.type("x")
    keyboard.press("Enter")
    expect(form.get_by_label("Code")).to_have_accessible_description("Bitte nur Ziffern.")
    keyboard.press("Backspace")
    keyboard.type("41")
    keyboard.press("Enter")
    expect(form.get_by_role("alert")).to_have_text("This code is not right.")
    form.get_by_label("Code").fill("42")
    keyboard.press("Enter")
    expect(form).to_have_count(0)
    answered = json.loads(heard_reply(airline, sender)["interactive"]["nfm_reply"]["response_json"])
    assert answered == {"flow_token": "t-9", "checked": True}
    # Questions and answers are no messages: nothing of them stands in the chat.
    assert jan.texts == ["Ich habe einen Code", "Book your seat", "Formular gesendet"]

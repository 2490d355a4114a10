"""Every type of message in a real browser: told in words, answered by a tap."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect
from tests.browser.journey import UTILITY, Journeys
from tests.content.message_examples import BUTTONS, LINK, LIST, SENT
from tests.sandbox.process import until
from tests.support.media_files import FILES

if TYPE_CHECKING:
    from tests.browser.journey import Customer

pytestmark = pytest.mark.browser

KINDS = {
    "en": {"document": "ticket.pdf", "map": "Open in maps", "details": "Details", "send": "Send"},
    "de": {"document": "ticket.pdf", "map": "In Karten öffnen", "details": "Einzelheiten", "send": "Senden"},
}


def sends(customer: Customer, to: str, message: dict[str, Any]) -> str:
    return customer.airline.sandbox.send({"to": to, **message})


def answered(customer: Customer, wamid: str) -> dict[str, Any]:
    """Wait for the webhook of an answer to a message."""
    return until(lambda: next((m for m in customer.airline.heard() if m.get("context", {}).get("id") == wamid), None))


@pytest.mark.parametrize(("device", "language"), [("phone", "en"), ("desktop", "de")])
def test_each_type_is_told_and_answers_are_tapped(journeys: Journeys, device: str, language: str) -> None:
    ines = journeys.customer(device, language)
    to = ines.becomes_known("Moin")
    sandbox = ines.airline.sandbox
    words = KINDS[language]
    for name in ("location", "contacts"):
        sends(ines, to, SENT[name])
    place = ines.sees("Headquarters")
    expect(place).to_contain_text("37.758056, -122.425332")
    expect(place.get_by_role("link", name=words["map"])).to_have_attribute(
        "href", re.compile(r"openstreetmap\.org/.*37\.758056")
    )
    card = ines.sees("John Smith")
    expect(card.get_by_role("link")).to_have_attribute("href", "tel:+16505551234")
    card.get_by_role("button", name=words["details"]).click()
    sheet = ines.page.get_by_role("dialog")
    for told in ("Möwe Air", "john@example.com", "example.com", "Am Kai 1", "24159 Kiel", "2012"):
        expect(sheet).to_contain_text(told)
    ines.page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    path = f"/{sandbox.connection['phone_number_id']}/media"
    mime_type, content = FILES["ticket.pdf"]
    form = {"messaging_product": "whatsapp"}
    media = sandbox.api("POST", path, files={"file": ("ticket.pdf", content, mime_type)}, data=form)[1]["id"]
    document = {"id": media, "caption": "Gute Reise", "filename": "ticket.pdf"}
    sends(ines, to, {"type": "document", "document": document})
    expect(ines.sees("Gute Reise")).to_contain_text(words["document"])
    sends(ines, to, {"type": "interactive", "interactive": LINK})
    expect(ines.sees("Your ticket").get_by_role("link", name="Open")).to_have_attribute(
        "href", "https://example.com/ticket?a=1"
    )

    asked = sends(ines, to, {"type": "interactive", "interactive": BUTTONS})
    expect(ines.sees("Do you want to rebook?")).to_contain_text("Flight MA 204")
    ines.presses("Yes")
    assert answered(ines, asked)["interactive"]["button_reply"] == {"id": "yes", "title": "Yes"}
    asked = sends(ines, to, {"type": "interactive", "interactive": LIST})
    ines.sees("Where do you want to sit?").get_by_role("button", name="Choose").click()
    expect(sheet.get_by_role("group", name="Back")).to_contain_text("20C")
    sheet.get_by_role("radio", name="1A window").check()
    sheet.get_by_role("button", name=words["send"]).click()
    assert answered(ines, asked)["interactive"]["list_reply"] == {"id": "1a", "title": "1A", "description": "window"}
    expect(ines.page.get_by_role("article").last).to_contain_text("1A")

    theirs = ines.is_heard("Moin")["id"]
    sends(ines, to, {"type": "reaction", "reaction": {"message_id": theirs, "emoji": "🛫"}})
    expect(ines.page.get_by_role("article").filter(has_text="Moin").first).to_contain_text("🛫")
    sends(ines, to, {"type": "reaction", "reaction": {"message_id": theirs, "emoji": ""}})
    expect(ines.page.get_by_role("article").filter(has_text="Moin").first).not_to_contain_text("🛫")


def test_a_templates_quick_reply_is_tapped(journeys: Journeys) -> None:
    ines = journeys.customer("phone", "en")
    to = ines.becomes_known("Moin", UTILITY)
    sandbox = ines.airline.sandbox
    replies = [{"type": "QUICK_REPLY", "text": "Confirm"}, {"type": "QUICK_REPLY", "text": "Cancel"}]
    components = [{"type": "BODY", "text": "Do you fly tomorrow?"}, {"type": "BUTTONS", "buttons": replies}]
    made = {"name": "fly_tomorrow", "language": "en_US", "category": "UTILITY", "components": components}
    status, answer = sandbox.api("POST", f"/{sandbox.connection['waba_id']}/message_templates", json=made)
    assert status == 200, answer
    until(lambda: sandbox.api("GET", f"/{answer['id']}?fields=status")[1]["status"] == "APPROVED")
    payload = {
        "type": "button",
        "sub_type": "quick_reply",
        "index": "0",
        "parameters": [{"type": "payload", "payload": "fly:yes"}],
    }
    expected = [{"payload": "fly:yes", "text": "Confirm"}, {"payload": "Cancel", "text": "Cancel"}]
    for count, answer in enumerate(expected, start=1):
        asked = sandbox.send_template(to, "fly_tomorrow", "en_US", [payload])
        buttons = ines.bubble("Do you fly tomorrow?").get_by_role("button", name=answer["text"], exact=True)
        expect(buttons).to_have_count(count)
        buttons.last.click()
        assert answered(ines, asked)["button"] == answer

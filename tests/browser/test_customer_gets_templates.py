"""Templates of every kind in a real browser: a file's name, a place, codes to copy, an offer with its end, cards whose answers are tapped."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect
from tests.browser.journey import MARKETING, UTILITY, Customer, Journeys
from tests.browser.test_access import AXE, fits, is_accessible
from tests.sandbox.process import until
from tests.support.media_files import FILES

pytestmark = pytest.mark.browser

BODY = {"type": "BODY", "text": "Hello {{1}}, look at this."}
ANSWER = {"type": "QUICK_REPLY", "text": "More"}
CARD = {
    "components": [
        {"type": "HEADER", "format": "IMAGE"},
        {"type": "BODY", "text": "Seat {{1}} is free."},
        {"type": "BUTTONS", "buttons": [ANSWER, {"type": "URL", "text": "Buy", "url": "https://shop.example/{{1}}"}]},
    ]
}
ADA = {"type": "body", "parameters": [{"type": "text", "text": "Ada"}]}


def create(ines: Customer, name: str, *components: dict[str, Any], category: str = "UTILITY") -> None:
    """Create a template once, and wait until it may be sent."""
    sandbox = ines.airline.sandbox
    path = f"/{sandbox.connection['waba_id']}/message_templates"
    body = {"name": name, "language": "en", "category": category, "components": list(components)}
    status, answer = sandbox.api("POST", path, json=body)
    assert status == 200 or answer["error"]["error_subcode"] == 2388024, answer
    until(lambda: sandbox.api("GET", path, params={"name": name})[1]["data"][0]["status"] == "APPROVED")


def upload(ines: Customer, name: str) -> str:
    sandbox = ines.airline.sandbox
    mime_type, content = FILES[name]
    path = f"/{sandbox.connection['phone_number_id']}/media"
    form = {"messaging_product": "whatsapp"}
    return str(sandbox.api("POST", path, files={"file": (name, content, mime_type)}, data=form)[1]["id"])


def header(kind: str, value: object) -> dict[str, Any]:
    return {"type": "header", "parameters": [{"type": kind, kind: value}]}


def button(sub_type: str, index: int, parameter: dict[str, Any]) -> dict[str, Any]:
    return {"type": "button", "sub_type": sub_type, "index": index, "parameters": [parameter]}


def sends(ines: Customer, to: str, name: str, *components: dict[str, Any]) -> str:
    return str(ines.airline.sandbox.send_template(to, name, "en", list(components)))


def test_every_part_is_shown_and_what_can_be_tapped_works(journeys: Journeys) -> None:
    ines = journeys.customer("phone", "de", permissions=["clipboard-read", "clipboard-write"])
    ines.context.add_init_script(AXE)
    to = ines.becomes_known("Moin", UTILITY, MARKETING)

    call = {"type": "PHONE_NUMBER", "text": "Call us", "phone_number": "+49 30 123"}
    create(ines, "paper", {"type": "HEADER", "format": "DOCUMENT"}, BODY, {"type": "BUTTONS", "buttons": [call]})
    ticket = {"id": upload(ines, "ticket.pdf"), "filename": "Ticket 1.pdf"}
    sends(ines, to, "paper", header("document", ticket), ADA)
    shown = ines.sees("Ticket 1.pdf")
    expect(shown.get_by_role("button", name="Öffnen: Ticket 1.pdf")).to_be_visible()
    expect(shown.get_by_role("link", name="Call us")).to_have_attribute("href", "tel:+4930123")

    create(ines, "place", {"type": "HEADER", "format": "LOCATION"}, BODY)
    sends(ines, to, "place", header("location", {"latitude": 53.5, "longitude": 9.9, "name": "Pier 1"}), ADA)
    expect(ines.sees("Pier 1")).to_contain_text("53.5, 9.9")

    copy = {"type": "COPY_CODE", "example": "X"}
    offer = {"type": "LIMITED_TIME_OFFER", "limited_time_offer": {"text": "Spring sale", "has_expiration": True}}
    create(ines, "sale", offer, BODY, {"type": "BUTTONS", "buttons": [copy]}, category="MARKETING")
    for code, end, word in (
        ("SOON25", 4_000_000_000_000, "Endet in"),
        ("PAST25", 1_000_000_000_000, "vorbei"),
    ):
        ends = {"type": "limited_time_offer", "limited_time_offer": {"expiration_time_ms": end}}
        coupon = button("copy_code", 0, {"type": "coupon_code", "coupon_code": code})
        sends(ines, to, "sale", {"type": "limited_time_offer", "parameters": [ends]}, ADA, coupon)
        shown = ines.sees(code)
        expect(shown).to_contain_text(MARKETING["de"])
        expect(shown.locator(".offer")).to_contain_text("Spring sale")
        expect(shown.locator(".offer")).to_contain_text(word)

    create(ines, "seats", BODY, {"type": "CAROUSEL", "cards": [CARD, CARD]}, category="MARKETING")
    picture = {"id": upload(ines, "gate.png")}
    cards = [
        {
            "card_index": n,
            "components": [
                header("image", picture),
                {"type": "body", "parameters": [{"type": "text", "text": seat}]},
                button("quick_reply", 0, {"type": "payload", "payload": f"more-{seat}"}),
                button("url", 1, {"type": "text", "text": seat}),
            ],
        }
        for n, seat in enumerate(("1A", "2B"))
    ]
    wamid = sends(ines, to, "seats", ADA, {"type": "carousel", "cards": cards})
    shown = ines.sees("Seat 2B is free.")
    expect(shown.get_by_role("listitem")).to_have_count(2)
    second = shown.get_by_role("listitem").nth(1)
    expect(second.get_by_role("link", name="Buy")).to_have_attribute("href", "https://shop.example/2B")
    fits(ines.page)
    is_accessible(ines.page)
    second.get_by_role("button", name="More").click()
    answer = until(lambda: next((m for m in ines.airline.heard(to) if m.get("context", {}).get("id") == wamid), None))
    assert answer["button"] == {"payload": "more-2B", "text": "More"}

    copying = ines.sees("PAST25").get_by_role("button", name="Copy code")
    copying.click()
    expect(ines.sees("PAST25").get_by_role("button", name="Kopiert")).to_be_visible()
    assert ines.page.evaluate("navigator.clipboard.readText()") == "PAST25"

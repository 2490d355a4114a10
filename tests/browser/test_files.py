"""Files of messages: shown as what they are, fetched and brought piece by piece, and never shown if they are not what was sent."""

from __future__ import annotations

import io
import json
import random
import re
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from playwright.sync_api import expect
from tests.browser.journey import Customer, Journeys
from tests.browser.test_customer_composes import chooses, downloaded
from tests.sandbox.process import until
from tests.support.recordings import ogg_opus

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

pytestmark = pytest.mark.browser

# Everything that moves by itself is noted; a test of pictures that load expects nothing.
NOTE_SHIFTS = """window.shifts = [];
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) if (!one.hadRecentInput) window.shifts.push(one.value);
}).observe({ type: 'layout-shift' });"""
ICS = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nSUMMARY:Boarding MA 204\\, gate B12\r\nLOCATION:Kiel\r\n"
    "DTSTART;TZID=America/New_York:20270310T180000\r\nDTEND;TZID=America/New_York:20270310T190000\r\n"
    "END:VEVENT\r\nEND:VCALENDAR\r\n"
)
PASS = {
    "formatVersion": 1,
    "organizationName": "Möwe Air",
    "description": "Boarding pass MA 204",
    "boardingPass": {"primaryFields": [{"key": "seat", "label": "Seat", "value": "12A"}]},
    "barcodes": [{"format": "PKBarcodeFormatQR", "message": "MA204-12A", "messageEncoding": "iso-8859-1"}],
}
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Contents 4 0 R/Resources<<>>>>endobj\n"
    b"4 0 obj<</Length 27>>stream\n1 0 0 rg 20 20 160 60 re f \nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


def picture(width: int = 1200, height: int = 900) -> bytes:
    written = io.BytesIO()
    Image.radial_gradient("L").resize((width, height)).convert("RGB").save(written, "JPEG", quality=60)
    return written.getvalue()


def wallet_pass() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("pass.json", json.dumps(PASS))
    return written.getvalue()


def kept(customer: Customer, mime_type: str, content: bytes, name: str) -> str:
    """Upload a file by the API and return its id."""
    sandbox = customer.airline.sandbox
    status, made = sandbox.api(
        "POST",
        f"/{sandbox.connection['phone_number_id']}/media",
        files={"file": (name, content, mime_type)},
        data={"messaging_product": "whatsapp", "type": mime_type},
    )
    assert status == 200, made
    return str(made["id"])


def sends(customer: Customer, to: str, kind: str, part: dict[str, Any]) -> str:
    return customer.airline.sandbox.send({"to": to, "type": kind, kind: part})


def pumped(page: Page, noted: list[Any]) -> list[Any]:
    """Return what routes noted, after the page had a moment to call them."""
    page.wait_for_timeout(20)
    return noted


def statuses_of(customer: Customer, wamid: str) -> list[str]:
    values = customer.airline.endpoint.values
    return [one["status"] for value in values for one in value.get("statuses", []) if one["id"] == wamid]


def test_files_of_a_company_are_shown_as_what_they_are(journeys: Journeys) -> None:
    """Nothing moves while they load; a picture opens large, a voice message is told as played, a ticket shows its code."""
    ines = journeys.customer("phone")
    page = ines.page
    to = ines.becomes_known("Moin")
    held: list[Route] = []
    open_way: list[bool] = []

    def hold(route: Route) -> None:
        held.append(route)
        if open_way:
            route.continue_()

    ines.context.route(re.compile(r"/v1/media/[0-9a-f]{48}$"), hold)
    sends(ines, to, "image", {"id": kept(ines, "image/jpeg", picture(), "gate.jpg"), "caption": "Your gate"})
    ines.sees("Your gate")
    sends(ines, to, "image", {"id": kept(ines, "image/jpeg", picture(400, 1200), "tower.jpg"), "caption": "The tower"})
    voice = sends(ines, to, "audio", {"id": kept(ines, "audio/ogg", ogg_opus(3), "voice.ogg"), "voice": True})
    expect(page.get_by_role("button", name="Stop loading")).to_have_count(3)
    until(lambda: len(pumped(page, held)) == 2)
    page.evaluate(NOTE_SHIFTS)
    open_way.append(True)
    for route in held[:2]:
        route.continue_()
    expect(page.get_by_role("button", name="Show Photo")).to_have_count(2)
    expect(page.get_by_role("img", name="Photo")).to_have_count(2)
    play = page.get_by_role("button", name="Play: Voice message")
    expect(play).to_be_visible()
    assert page.evaluate("window.shifts") == []

    box = ines.bubble("Your gate").locator(".file").bounding_box()
    assert box is not None
    assert abs(box["width"] / box["height"] - 4 / 3) < 0.02
    page.get_by_role("button", name="Show Photo").first.click()
    viewer = page.get_by_role("dialog")
    expect(viewer).to_contain_text("1 of 2")
    viewer.get_by_role("button", name="Larger").click()
    expect(viewer.get_by_role("img")).to_have_attribute("style", re.compile(r"scale\(1\.5\)"))
    page.keyboard.press("ArrowRight")
    expect(viewer).to_contain_text("2 of 2")
    with page.expect_download() as saved:
        viewer.get_by_role("button", name="Save").click()
    assert saved.value.suggested_filename == "image.jpg"
    assert saved.value.path().read_bytes() == picture(400, 1200)
    page.keyboard.press("Escape")
    expect(viewer).to_have_count(0)
    expect(page.get_by_role("button", name="Show Photo").first).to_be_focused()

    play.click()
    expect(page.get_by_role("slider", name="Position")).to_have_attribute("aria-valuemax", "3")
    until(lambda: "played" in statuses_of(ines, voice))
    page.get_by_role("button", name="Speed 1×").click()
    expect(page.get_by_role("button", name="Speed 1.5×")).to_be_visible()

    for name, mime_type, content in (
        ("boarding.ics", "text/calendar", ICS.encode()),
        ("seat.pkpass", "application/vnd.apple.pkpass", wallet_pass()),
        ("ticket.pdf", "application/pdf", PDF),
        ("notes.txt", "text/plain", b"Gleis 7 <b>links</b>"),
    ):
        messages = page.get_by_role("article")
        there = messages.count()
        sends(ines, to, "document", {"id": kept(ines, mime_type, content, name), "filename": name})
        expect(messages).to_have_count(there + 1)
        # Small ones are fetched when they come into view.
        messages.last.scroll_into_view_if_needed()
    date = ines.bubble("Boarding MA 204, gate B12")
    expect(date.locator("time")).to_have_attribute("datetime", "2027-03-10T23:00:00.000Z")
    expect(date).to_contain_text("Kiel")
    with page.expect_download() as saved:
        date.get_by_role("button", name="Add to calendar").click()
    assert saved.value.suggested_filename == "boarding.ics"
    ticket = ines.bubble("Boarding pass MA 204")
    expect(ticket).to_contain_text("12A")
    expect(ticket.get_by_role("img", name="Code to show")).to_be_visible()
    paper = ines.bubble("ticket.pdf")
    page_of = paper.get_by_role("img", name="First page of ticket.pdf").locator("canvas")
    until(
        lambda: page_of.evaluate(
            "(one) => one.width > 100 && one.getContext('2d').getImageData(one.width / 2, one.height / 2, 1, 1).data[0] > 200"
        )
    )
    paper.get_by_role("button", name="Open: ticket.pdf").click()
    expect(viewer.locator("canvas")).to_be_visible()
    page.keyboard.press("Escape")
    expect(viewer).to_have_count(0)
    expect(ines.bubble("notes.txt")).to_contain_text("<b>links</b>")


def test_what_the_relay_does_not_have_or_changed_is_said_and_can_be_tried_again(journeys: Journeys) -> None:
    """A large one waits for a tap, a cut download goes on where it was, changed bytes are never shown."""
    ines = journeys.customer("desktop")
    ines.expects(r"status of 404|ERR_FAILED")
    page = ines.page
    to = ines.becomes_known("Moin")
    how = {"do": "change"}
    asked: list[str] = []

    def between(route: Route) -> None:
        asked.append(route.request.headers.get("range", ""))
        if how["do"] == "gone":
            return route.fulfill(status=404, json={"error": {"code": "not_found", "message": "gone"}}, headers=CORS)
        answer = route.fetch()
        body = answer.body()
        if how["do"] == "change":
            body = body[:-20] + bytes([body[-20] ^ 1]) + body[-19:]
        return route.fulfill(response=answer, body=body)

    ines.context.route(re.compile(r"/v1/media/[0-9a-f]{48}$"), between)
    content = random.Random(7).randbytes(2_500_000)
    sends(
        ines,
        to,
        "document",
        {"id": kept(ines, "application/pdf", b"%PDF-" + content, "map.pdf"), "filename": "map.pdf"},
    )
    bubble = ines.sees("map.pdf")
    load = bubble.get_by_role("button", name="Load Document, 2.5 MB")
    expect(load).to_be_visible()
    assert not asked
    load.click()
    expect(bubble).to_contain_text("This is not the file that was sent")
    how["do"] = "gone"
    bubble.get_by_role("button", name="Try again").click()
    expect(bubble).to_contain_text("No longer available")
    how["do"] = "nothing"
    bubble.get_by_role("button", name="Try again").click()
    save = bubble.get_by_role("button", name="Save: map.pdf")
    expect(save).to_be_visible()
    with page.expect_download() as saved:
        save.click()
    assert saved.value.path().read_bytes() == b"%PDF-" + content


CORS = {"Access-Control-Allow-Origin": "*", "Content-Type": "application/json"}


def test_a_file_that_is_being_sent_goes_on_after_a_cut_and_a_reload(journeys: Journeys) -> None:
    """What was written after it follows it; one that is taken back leaves no trace."""
    ines = journeys.customer("desktop")
    ines.expects(r"ERR_FAILED|ERR_CONNECTION")
    page = ines.page
    to = ines.becomes_known("Moin")
    offsets: list[int] = []
    cut = {"after": 1}

    def between(route: Route) -> None:
        if route.request.method == "PATCH":
            offsets.append(int(route.request.headers["upload-offset"]))
            if len(offsets) > cut["after"]:
                return route.abort()
        return route.continue_()

    ines.context.route(re.compile(r"/v1/media/uploads/"), between)
    content = random.Random(8).randbytes(1_500_000)
    chooses(ines, "Document", ("plan.bin", "application/octet-stream", content))
    page.get_by_role("dialog").get_by_role("button", name=re.compile("^Send")).click()
    bubble = ines.sees("plan.bin")
    expect(bubble.get_by_role("button", name="Do not send")).to_be_visible()
    ines.writes("Passt das?")
    until(lambda: len(pumped(page, offsets)) > 1)
    assert not any(one["type"] == "document" for one in ines.airline.heard(to))
    page.reload()
    expect(ines.sees("plan.bin").get_by_role("progressbar")).to_be_attached()
    cut["after"] = 10**6
    # A test that waits for the program hears no route: the page is asked first.
    expect(ines.sees("plan.bin").get_by_role("progressbar")).to_have_count(0)
    expect(ines.sees("plan.bin").get_by_role("button", name="Save: plan.bin")).to_be_visible()
    document = until(lambda: next((m["document"] for m in ines.airline.heard(to) if m["type"] == "document"), None))
    assert document["filename"] == "plan.bin"
    assert downloaded(ines, document) == content
    ines.is_heard("Passt das?")
    kinds = [one["type"] for one in ines.airline.heard(to)][-2:]
    assert kinds == ["document", "text"]
    assert offsets[0] == 0
    assert 0 < offsets[1] <= 256 * 1024
    assert 0 not in offsets[1:]

    cut["after"] = 0
    chooses(ines, "Document", ("nothing.bin", "application/octet-stream", content))
    page.get_by_role("dialog").get_by_role("button", name=re.compile("^Send")).click()
    ines.sees("nothing.bin").get_by_role("button", name="Do not send").click()
    expect(ines.bubble("nothing.bin")).to_have_count(0)
    assert ines.stored("uploads") == {}
    ines.writes("Danach")
    ines.is_heard("Danach")

"""A company's link with its preview in a real browser: a card under the words, and not one request to the page it shows."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from playwright.sync_api import expect

if TYPE_CHECKING:
    from tests.browser.journey import Journeys

pytestmark = pytest.mark.browser
HEAD = (
    '<meta property="og:title" content="Fahrräder an Bord"><meta property="og:description" content="Für 15 Euro">'
    '<meta property="og:image" content="/photo.jpg">'
)


class Site:
    """A web site that notes who asks it."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append((self.path, self.headers["User-Agent"]))
                photo = io.BytesIO()
                Image.new("RGB", (1200, 630), "teal").save(photo, "JPEG")
                is_photo = self.path.endswith(".jpg")
                body = photo.getvalue() if is_photo else f"<html><head>{HEAD}</head></html>".encode()
                self.send_response(200)
                self.send_header("Content-Type", "image/jpeg" if is_photo else "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_arguments: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.close()


@pytest.mark.parametrize(("device", "language"), [("phone", "de"), ("desktop", "en")])
def test_a_linked_page_is_shown_and_only_the_company_asked_it(
    journeys: Journeys, site: Site, device: str, language: str
) -> None:
    """That no page asks a stranger for anything is watched on every journey, so also here."""
    ines = journeys.customer(device, language)
    to = ines.becomes_known("Moin")
    link = f"http://{site.host}/bicycles"
    text = {"body": f"Siehe {link}.", "preview_url": True}
    ines.airline.sandbox.send({"to": to, "type": "text", "text": text})
    message = ines.sees("Siehe")
    card = message.get_by_role("link", name=f"Fahrräder an Bord Für 15 Euro {site.host}")
    expect(card).to_have_attribute("href", link)
    expect(card).to_have_attribute("rel", "noopener noreferrer")
    expect(card).to_have_attribute("target", "_blank")
    picture = card.locator("img")
    assert picture.evaluate("(one) => one.decode().then(() => [one.naturalWidth, one.naturalHeight])") == [320, 168]
    assert (picture.get_attribute("width"), picture.get_attribute("height")) == ("320", "168")
    shown = picture.bounding_box()
    around = card.bounding_box()
    assert shown is not None
    assert around is not None
    assert shown["width"] == pytest.approx(around["width"], abs=1)
    assert shown["width"] / shown["height"] == pytest.approx(320 / 168, abs=0.05)
    assert around["height"] >= 44
    assert site.asked == [("/bicycles", "handschlag"), ("/photo.jpg", "handschlag")]
    # What stands on it can be found.
    ines.goes_to("#/")
    ines.page.get_by_role("searchbox").fill("fahrräder bord")
    expect(ines.page.locator("nav .excerpt")).to_contain_text("Fahrräder an Bord")


def test_without_being_asked_for_there_is_no_card(journeys: Journeys, site: Site) -> None:
    ines = journeys.customer()
    to = ines.becomes_known("Moin")
    ines.airline.says(to, f"Siehe http://{site.host}/bicycles.")
    expect(ines.sees("Siehe").get_by_role("link")).to_have_count(1)
    assert site.asked == []

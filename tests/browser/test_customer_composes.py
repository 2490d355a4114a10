"""What a customer writes with: photos without their places, files, voice, places, cards, emoji, second thoughts."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from PIL import Image
from playwright.sync_api import expect
from tests.browser.journey import Customer, Journeys
from tests.sandbox.process import until
from tests.support.chromium import FLAGS, chromium_path
from tests.support.media_files import FILES

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserType

pytestmark = pytest.mark.browser

GPS_TAG, LATITUDE = 0x8825, 2
MICROPHONE = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]


def photo(width: int = 3000, height: int = 2000) -> bytes:
    """A photo as a telephone makes it: with the place where it was taken, and turned on its side."""
    picture = Image.radial_gradient("L").resize((width, height)).convert("RGB")
    exif = picture.getexif()
    exif[0x0112] = 6
    exif[0x010F] = "Telephone"
    exif.get_ifd(GPS_TAG).update({1: "N", LATITUDE: (53.0, 33.0, 1.0), 3: "E", 4: (9.0, 59.0, 2.0)})
    written = io.BytesIO()
    picture.save(written, "JPEG", exif=exif, quality=70)
    return written.getvalue()


def received(ines: Customer, kind: str, count: int = 1) -> list[dict[str, Any]]:
    """Wait until the company's program was told of so many messages of a type."""

    def find() -> list[dict[str, Any]] | None:
        found = [one[kind] for one in ines.airline.heard() if one["type"] == kind]
        return found if len(found) >= count else None

    return until(find)[-count:]


def downloaded(ines: Customer, media: dict[str, Any]) -> bytes:
    """Fetch a received file by the API, as a company's program does."""
    sandbox = ines.airline.sandbox
    status, facts = sandbox.api("GET", f"/{media['id']}")
    assert status == 200, facts
    answer = httpx.get(facts["url"], headers={"Authorization": f"Bearer {sandbox.connection['access_token']}"})
    assert answer.status_code == 200, answer.text
    return answer.content


def menu(ines: Customer, item: str) -> None:
    ines.presses("Attach")
    ines.page.get_by_role("menuitem", name=item, exact=True).click()


def chooses(ines: Customer, item: str, *files: tuple[str, str, bytes]) -> None:
    """Choose files by the menu, as (name, type, content)."""
    with ines.page.expect_file_chooser() as chooser:
        menu(ines, item)
    chooser.value.set_files([{"name": name, "mimeType": kind, "buffer": content} for name, kind, content in files])


def hands_over(ines: Customer, how: str, *files: tuple[str, str, bytes]) -> None:
    """Paste into the field or drop onto the chat, as the browser tells a page of it."""
    given = [{"name": name, "type": kind, "data": base64.b64encode(content).decode()} for name, kind, content in files]
    target = ines.field if how == "paste" else ines.page.get_by_role("log")
    target.evaluate(
        """(target, [how, files]) => {
          const data = new DataTransfer();
          for (const { name, type, data: text } of files) {
            data.items.add(new File([Uint8Array.from(atob(text), (one) => one.charCodeAt(0))], name, { type }));
          }
          const more = { bubbles: true, cancelable: true };
          if (how === 'paste') return target.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, ...more }));
          for (const step of how === 'drop' ? ['dragenter', 'dragover', 'drop'] : [how]) {
            target.dispatchEvent(new DragEvent(step, { dataTransfer: data, ...more }));
          }
        }""",
        [how, given],
    )


@pytest.fixture(scope="module")
def speaking_browser(browser_type: BrowserType) -> Iterator[Browser]:
    """A browser with a microphone and a camera of its own, which beep and blink."""
    path = chromium_path()
    made = browser_type.launch(args=[*FLAGS, *MICROPHONE], **({"executable_path": path} if path else {}))
    yield made
    made.close()


def test_photos_leave_without_the_place_where_they_were_taken(journeys: Journeys) -> None:
    ines = journeys.customer("desktop")
    ines.joins()
    ines.field.fill("Mein Gepäck")
    chooses(
        ines,
        "Photos and videos",
        ("koffer.jpg", "image/jpeg", photo()),
        ("ticket.png", "image/png", FILES["photo.png"][1] if "photo.png" in FILES else photo(40, 40)),
    )
    sheet = ines.page.get_by_role("dialog", name="Send 2 files")
    expect(sheet.get_by_role("textbox", name="Caption")).to_have_value("Mein Gepäck")
    sheet.get_by_role("button", name="Send 2").click()
    expect(sheet).to_have_count(0)
    expect(ines.field).to_have_value("")
    first, second = received(ines, "image", 2)
    assert first["caption"] == "Mein Gepäck"
    assert "caption" not in second
    drawn = Image.open(io.BytesIO(downloaded(ines, first)))
    assert (drawn.format, drawn.size, dict(drawn.getexif())) == ("JPEG", (1365, 2048), {})
    assert b"Telephone" not in downloaded(ines, first)

"""What a customer writes with: photos without their places, files, voice, places, cards, emoji, second thoughts."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from PIL import Image
from playwright.sync_api import expect
from tests.browser.harness.disk import Disk
from tests.browser.journey import Customer, Journeys
from tests.sandbox.process import until
from tests.support.chromium import FLAGS, chromium_path
from tests.support.media_files import FILES

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FilePayload
    from tests.browser.journey import Airline

pytestmark = pytest.mark.browser

GPS_TAG, LATITUDE = 0x8825, 2
# It asks for each permission: a test answers.
MICROPHONE = ["--use-fake-device-for-media-stream"]


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
    given: list[FilePayload] = [{"name": name, "mimeType": kind, "buffer": content} for name, kind, content in files]
    chooser.value.set_files(given)


def hands_over(ines: Customer, how: str, *files: tuple[str, str, bytes | int]) -> None:
    """Paste into the field or drop onto the chat, as the browser tells a page of it; a number stands for that many bytes."""
    given = [
        {"name": name, "type": kind, "data": data if isinstance(data, int) else base64.b64encode(data).decode()}
        for name, kind, data in files
    ]
    target = ines.field if how == "paste" else ines.page.get_by_role("log")
    target.evaluate(
        """(target, [how, files]) => {
          const data = new DataTransfer();
          for (const { name, type, data: text } of files) {
            const bytes = typeof text === 'number' ? new Uint8Array(text) : Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
            data.items.add(new File([bytes], name, { type }));
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
def speaking_browser(browser: Browser) -> Iterator[Browser]:
    """A browser with a microphone and a camera of its own, which beep and blink."""
    made = browser.browser_type.launch(executable_path=chromium_path(), args=[*FLAGS, *MICROPHONE])
    yield made
    made.close()


def test_photos_leave_without_the_place_where_they_were_taken(journeys: Journeys) -> None:
    ines = journeys.customer("desktop")
    ines.joins()
    ines.field.fill("Mein Gepäck")
    picture = photo()
    chooses(ines, "Photos and videos", ("koffer.jpg", "image/jpeg", picture), ("b.jpg", "image/jpeg", photo(40, 30)))
    sheet = ines.page.get_by_role("dialog", name="Send 2 files")
    expect(sheet.get_by_role("textbox", name="Caption")).to_have_value("Mein Gepäck")
    sheet.get_by_role("button", name="Move later").click()
    sheet.get_by_role("button", name="Send 2", exact=True).click()
    expect(sheet).to_have_count(0)
    expect(ines.field).to_have_value("")
    small, large = ines.is_told("image", 2)
    assert "caption" not in small
    assert large["caption"] == "Mein Gepäck"
    drawn = Image.open(io.BytesIO(downloaded(ines, large)))
    assert (drawn.format, drawn.size, dict(drawn.getexif())) == ("JPEG", (1365, 2048), {})

    hands_over(ines, "paste", ("original.jpg", "image/jpeg", picture))
    sheet = ines.page.get_by_role("dialog", name="Send 1 file")
    sheet.get_by_role("checkbox", name="Send as document").check()
    sheet.get_by_role("button", name="Send", exact=True).click()
    (document,) = ines.is_told("document")
    content = downloaded(ines, document)
    original = Image.open(io.BytesIO(content))
    assert (original.size, dict(original.getexif()), b"Telephone" in content) == ((3000, 2000), {0x0112: 6}, False)


def test_files_are_dropped_onto_the_chat_and_what_is_too_large_stays(journeys: Journeys) -> None:
    ines = journeys.customer("desktop")
    ines.joins()
    film = ("film.mp4", "video/mp4", 17 * 1024 * 1024)
    mime_type, ticket = FILES["ticket.pdf"]
    hands_over(ines, "dragenter", ("ticket.pdf", mime_type, ticket))
    expect(ines.page.get_by_text("Drop here to send to Möwe Air")).to_be_visible()
    hands_over(ines, "drop", film, ("ticket.pdf", mime_type, ticket))
    expect(ines.page.get_by_text("Drop here to send to Möwe Air")).to_have_count(0)
    sheet = ines.page.get_by_role("dialog", name="Send 2 files")
    expect(sheet.get_by_role("alert")).to_have_text("Video of 17 MB: at most 16 MB can be sent.")
    sheet.get_by_role("button", name="2 of 2: ticket.pdf").click()
    sheet.get_by_role("textbox", name="Caption").fill("Das Ticket")
    sheet.get_by_role("button", name="Send 1", exact=True).or_(
        sheet.get_by_role("button", name="Send", exact=True)
    ).click()
    (document,) = ines.is_told("document")
    assert (document["filename"], document["caption"]) == ("ticket.pdf", "Das Ticket")
    assert downloaded(ines, document) == ticket
    ines.page.get_by_role("dialog", name="Send 1 file").get_by_role("button", name="Remove film.mp4").click()
    expect(ines.page.get_by_role("dialog")).to_have_count(0)
    expect(ines.field).to_be_focused()


def test_what_cannot_be_packed_or_stored_is_kept_until_it_can(airline: Airline, speaking_browser: Browser) -> None:
    """On a disk that is really full."""
    journeys = Journeys(airline, speaking_browser)
    ines = journeys.customer("phone", permissions=["microphone"])
    ines.expects("ERR_FAILED|QuotaExceeded|room")
    disk = Disk(ines.page, airline.messenger)
    ines.becomes_known("Moin")
    ines.context.route("**/a/to_ogg-*", lambda route: route.abort())
    ines.presses("Record a voice message")
    bar = ines.page.get_by_role("group", name="Recording a voice message")
    expect(bar.get_by_label(re.compile("Length 0:0[1-9]"))).to_be_visible()
    send = bar.get_by_role("button", name="Send the voice message")
    send.click()
    expect(ines.page.get_by_role("alert").filter(has_text="That did not work.")).to_be_visible()
    ines.context.unroute_all()
    disk.is_full()
    send.click()
    expect(ines.page.get_by_role("alert").filter(has_text="There is no room left on this device.")).to_be_visible()
    expect(bar.get_by_role("button", name="Listen")).to_be_visible()
    disk.has_room()
    send.click()
    expect(bar).to_have_count(0)
    (sound,) = ines.is_told("audio")
    assert downloaded(ines, sound)[:4] == b"OggS"

    disk.is_full()
    chooses(ines, "Document", ("ticket.pdf", *FILES["ticket.pdf"]))
    sheet = ines.page.get_by_role("dialog", name="Send 1 file")
    sheet.get_by_role("button", name="Send", exact=True).click()
    expect(ines.page.get_by_text("There is no room left on this device.").first).to_be_visible()
    disk.has_room()
    sheet.get_by_role("button", name="Send", exact=True).click()
    (document,) = ines.is_told("document")
    assert downloaded(ines, document) == FILES["ticket.pdf"][1]
    journeys.end()


def test_what_is_spoken_arrives_as_ogg_and_a_photo_is_taken(airline: Airline, speaking_browser: Browser) -> None:
    journeys = Journeys(airline, speaking_browser)
    ines = journeys.customer("desktop")
    ines.joins()
    ines.presses("Record a voice message")
    expect(ines.page.get_by_role("alert")).to_contain_text("may not use the microphone")
    ines.context.grant_permissions(["microphone", "camera"])
    ines.presses("Try again")
    bar = ines.page.get_by_role("group", name="Recording a voice message")
    expect(bar.get_by_label(re.compile("Length 0:0[1-9]"))).to_be_visible()
    # A newer build, or a slip of the finger, does not take away what was said: the browser asks first.
    assert ines.page.evaluate("!dispatchEvent(new Event('beforeunload', { cancelable: true }))")
    bar.get_by_role("button", name="Stop").click()
    bar.get_by_role("button", name="Listen").click()
    bar.get_by_role("button", name="Send the voice message").click()
    expect(bar).to_have_count(0)
    (sound,) = ines.is_told("audio")
    assert (sound["mime_type"], sound["voice"]) == ("audio/ogg; codecs=opus", True)
    content = downloaded(ines, sound)
    assert (content[:4], content[28:36]) == (b"OggS", b"OpusHead")

    microphone = ines.page.get_by_role("button", name="Record a voice message").bounding_box()
    assert microphone is not None
    ines.page.mouse.move(microphone["x"] + 10, microphone["y"] + 10)
    ines.page.mouse.down()
    expect(ines.page.get_by_text("Slide to cancel")).to_be_visible()
    ines.page.mouse.move(microphone["x"] - 150, microphone["y"] + 10, steps=4)
    ines.page.mouse.up()
    expect(ines.page.get_by_text("Recording deleted")).to_be_visible()
    expect(ines.field).to_be_visible()

    menu(ines, "Camera")
    ines.page.get_by_role("button", name="Take the photo").click()
    ines.page.get_by_role("dialog", name="Send 1 file").get_by_role("button", name="Send", exact=True).click()
    assert downloaded(ines, ines.is_told("image")[0])[:2] == b"\xff\xd8"
    assert len(ines.is_told("audio")) == 1
    assert ines.page.evaluate("dispatchEvent(new Event('beforeunload', { cancelable: true }))")
    journeys.end()


def test_places_and_cards_are_sent_when_seen_and_a_no_is_explained(journeys: Journeys) -> None:
    ines = journeys.customer("phone", geolocation={"latitude": 53.5503, "longitude": 9.9937, "accuracy": 18})
    ines.expects("ermission")
    ines.joins()
    menu(ines, "Location")
    sheet = ines.page.get_by_role("dialog", name="Send your location")
    denied = sheet.get_by_text("This page may not know where you are")
    expect(denied).to_be_visible()
    sheet.get_by_role("textbox", name="Or write where you are").fill("Terminal 1")
    sheet.get_by_role("button", name="Send as text").click()
    ines.is_heard("Terminal 1")
    menu(ines, "Location")
    expect(denied).to_be_visible()
    ines.context.grant_permissions(["geolocation"])
    sheet.get_by_role("button", name="Try again").click()
    expect(sheet.get_by_text("53.55030° N, 9.99370° E")).to_be_visible()
    expect(sheet.get_by_text("Accurate to about 18 m")).to_be_visible()
    sheet.get_by_role("button", name="Send location").click()
    (place,) = ines.is_told("location")
    assert (place["latitude"], place["longitude"]) == (53.5503, 9.9937)

    menu(ines, "Contact")
    sheet = ines.page.get_by_role("dialog", name="Send a contact")
    sheet.get_by_role("textbox", name="Name").fill("Ines Brandt")
    sheet.get_by_role("button", name="Send contact").click()
    expect(sheet.get_by_text("Give a phone number or an e-mail address.")).to_be_visible()
    sheet.get_by_role("textbox", name="Phone").fill("+49 40 1234")
    sheet.get_by_role("button", name="Send contact").click()
    ((card,),) = ines.is_told("contacts")
    assert (card["name"]["formatted_name"], card["phones"][0]["phone"]) == ("Ines Brandt", "+49 40 1234")


def test_emoji_drafts_and_second_thoughts_by_keyboard(journeys: Journeys) -> None:
    ines = journeys.customer("desktop", "de")
    ines.joins()
    ines.field.press_sequentially("Moin :smile")
    expect(ines.page.get_by_role("option", selected=True)).to_contain_text(":smile")
    ines.field.press("Enter")
    expect(ines.field).to_have_value("Moin 😄 ")
    ines.presses("Emoji")
    search = ines.page.get_by_role("searchbox", name="Emoji suchen")
    search.fill("flugzeug")
    search.press("ArrowDown")
    expect(ines.page.get_by_role("button", name="Flugzeug", exact=True)).to_be_focused()
    ines.page.keyboard.press("Enter")
    ines.page.keyboard.press("Escape")
    expect(ines.field).to_have_value("Moin 😄 ✈️")
    ines.field.press("Enter")
    ines.is_heard("Moin 😄 ✈️")

    ines.field.press("ArrowUp")
    expect(ines.page.get_by_text("Wird bearbeitet")).to_be_visible()
    ines.field.fill("Moin, Möwe")
    ines.field.press("Enter")
    expect(ines.page.get_by_role("article").last).to_contain_text("Moin, Möwe")
    expect(ines.field).to_have_value("")

    ines.goes_to("#/settings")
    ines.page.get_by_role("checkbox", name="Eingabetaste sendet").uncheck()
    ines.page.go_back()
    ines.page.get_by_role("article").last.focus()
    ines.page.keyboard.press("Enter")
    ines.page.get_by_role("menuitem", name="Antworten").click()
    ines.field.fill("Eine Frage")
    ines.field.press("Enter")
    ines.field.press_sequentially("noch")
    until(lambda: [one for one in ines.stored("companies").values() if one["draft"] == "Eine Frage\nnoch"])
    ines.page.reload()
    expect(ines.field).to_have_value("Eine Frage\nnoch")
    expect(ines.page.get_by_text("Antwort auf Sie")).to_be_visible()
    ines.field.press("Control+Enter")
    assert ines.is_heard("Eine Frage\nnoch")["context"]["id"]

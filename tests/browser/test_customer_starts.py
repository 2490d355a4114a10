"""The first minute: a code before the camera or in a picture, the directory, the way to a first message; and a number for who wants one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import segno
from PIL import Image
from playwright.sync_api import expect
from tests.browser.journey import Airline, Customer, Journeys
from tests.browser.test_access import SMALL_TARGETS, fits
from tests.sandbox.process import until
from tests.support.chromium import FLAGS, chromium_path

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

NUMBER = "+4915112345678"


def picture_of(text: str, path: Path, scale: int = 6) -> Path:
    segno.make_qr(text, error="m").save(str(path), scale=scale, border=4)
    return path


def film_of(picture: Path, path: Path) -> Path:
    """Write what a camera sees that looks at a picture, as the browser's fake camera reads it."""
    frame = Image.new("RGB", (640, 480), "#b8b0a8")
    code = Image.open(picture).convert("RGB").resize((300, 300))
    frame.paste(code.rotate(4, fillcolor="#b8b0a8", expand=True), (160, 80))
    y, cb, cr = (plane.tobytes() for plane in frame.convert("YCbCr").split())
    half = [Image.frombytes("L", (640, 480), plane).resize((320, 240)).tobytes() for plane in (cb, cr)]
    path.write_bytes(b"YUV4MPEG2 W640 H480 F10:1 Ip A0:0 C420\n" + (b"FRAME\n" + y + half[0] + half[1]) * 2)
    return path


def starts(ines: Customer) -> None:
    """See the first screen, which says what this is."""
    ines.goes_to("")
    expect(ines.page.get_by_role("heading", level=1)).to_have_text(re.compile("Companies write|Hier schreiben"))


def writes_first(ines: Customer, text: str) -> dict[str, Any]:
    """From the invitation to a message that the company's program heard."""
    expect(ines.page.get_by_role("heading", level=1, name="Möwe Air")).to_be_visible()
    ines.presses("write")
    expect(ines.field).to_be_visible(timeout=20_000)
    ines.writes(text)
    return ines.is_heard(text)


class TestACode:
    @pytest.fixture
    def camera(self, airline: Airline, browser: Browser, tmp_path: Path) -> Iterator[Browser]:
        """A browser whose camera looks at the airline's code."""
        film = film_of(picture_of(airline.link, tmp_path / "code.png"), tmp_path / "camera.y4m")
        fake = ["--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}"]
        looking = browser.browser_type.launch(executable_path=chromium_path(), args=[*FLAGS, *fake])
        yield looking
        looking.close()

    def test_before_the_camera_leads_to_a_first_message_and_the_camera_is_let_go(
        self, airline: Airline, camera: Browser
    ) -> None:
        journeys = Journeys(airline, camera)
        ines = journeys.customer("phone", permissions=["camera"])
        starts(ines)
        ines.page.evaluate("""() => {
          const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
          navigator.mediaDevices.getUserMedia = async (wanted) => (window.camera = await ask(wanted));
        }""")
        ines.page.get_by_role("link", name="Scan a code").click()
        writes_first(ines, "Mit der Kamera")
        assert ines.page.evaluate("window.camera.getTracks().map((one) => one.readyState)") == ["ended"]
        journeys.end()

    def test_in_a_picture_does_where_there_is_no_camera(self, journeys: Journeys, tmp_path: Path) -> None:
        ines = journeys.customer("desktop", "de")
        starts(ines)
        ines.page.get_by_role("link", name="Code scannen").click()
        page = ines.page
        expect(page.get_by_role("alert")).to_contain_text("keine Kamera")
        chosen = page.locator("input[type=file]")
        Image.new("RGB", (300, 200), "#eee").save(tmp_path / "nothing.png")
        chosen.set_input_files(tmp_path / "nothing.png")
        said = page.locator(".said")
        expect(said).to_contain_text("kein Code zu finden")
        (tmp_path / "text.png").write_text("not a picture")
        chosen.set_input_files(tmp_path / "text.png")
        expect(said).to_contain_text("kein Code zu finden")
        for other in ("https://example.com/menu", "moewe-air"):
            chosen.set_input_files(picture_of(other, tmp_path / "other.png"))
            expect(said).to_contain_text("aber nicht der eines Unternehmens")
        chosen.set_input_files(picture_of(ines.airline.link, tmp_path / "small.png", scale=1))
        assert writes_first(ines, "Aus einem Bild")["text"] == {"body": "Aus einem Bild"}

    def test_is_pasted_where_the_camera_is_denied(self, journeys: Journeys) -> None:
        ines = journeys.customer("phone")
        page = ines.page
        page.add_init_script("""navigator.mediaDevices.getUserMedia = async () => {
          throw new DOMException('no', window.taken ? 'NotReadableError' : 'NotAllowedError'); };""")
        ines.goes_to("#/scan")
        expect(page.get_by_role("alert")).to_contain_text("may not use the camera")
        page.evaluate("window.taken = true")
        ines.presses("Try the camera again")
        expect(page.get_by_role("alert")).to_contain_text("Another app")
        page.get_by_role("textbox", name="Link or code as text").fill(ines.airline.link_with("Moin aus dem Link"))
        ines.presses("Open")
        expect(page.get_by_role("heading", level=1, name="Möwe Air")).to_be_visible()
        ines.presses("write")
        expect(ines.field).to_have_value("Moin aus dem Link", timeout=20_000)


class TestTheDirectory:
    def test_leads_from_a_word_to_a_first_message_and_says_that_the_key_is_seen_first(self, journeys: Journeys) -> None:
        ines = journeys.customer("phone")
        page = ines.page
        starts(ines)
        page.get_by_role("link", name="Find a company").click()
        expect(page.get_by_role("link", name="Möwe Air")).to_contain_text("Demonstration")
        search = page.get_by_role("searchbox")
        search.fill("bank")
        expect(page.get_by_text("No company fits.")).to_be_visible()
        search.fill("moewe kiel")
        page.get_by_role("link", name="Möwe Air").click()
        expect(page.get_by_text("The link carries no key")).to_be_visible()
        writes_first(ines, "Gefunden")
        ines.goes_to("#/companies")
        page.get_by_role("link", name=re.compile("Möwe Air Kurze")).click()
        expect(ines.field).to_be_visible()

    def test_that_is_switched_off_or_away_says_so(self, journeys: Journeys) -> None:
        ines = journeys.customer("desktop")
        ines.expects("Failed to load resource|ERR_FAILED")
        page = ines.page
        page.route("**/v1/directory*", lambda route: route.abort())
        ines.goes_to("#/companies")
        expect(page.get_by_role("alert")).to_contain_text("cannot be reached")
        page.unroute("**/v1/directory*")
        error = '{"error":{"code":"not_found","message":"none"}}'
        headers = {"Access-Control-Allow-Origin": "*"}
        page.route(
            "**/v1/directory*",
            lambda route: route.fulfill(status=404, body=error, content_type="application/json", headers=headers),
        )
        ines.presses("Try again")
        expect(page.get_by_text("keeps no directory")).to_be_visible()

    def test_shows_no_company_whose_signatures_do_not_hold(self, journeys: Journeys) -> None:
        ines = journeys.customer("phone")

        def other_name(route: Any) -> None:
            answer = route.fetch()
            route.fulfill(response=answer, body=answer.text().replace("Kurze Wege", "Lange Wege"))

        ines.page.route("**/v1/directory*", other_name)
        ines.goes_to("#/companies")
        expect(ines.page.get_by_text("No company wants to be found")).to_be_visible()


class TestANumber:
    def code(self, ines: Customer, number: str = NUMBER) -> str:
        def find() -> str | None:
            _, answer = ines.airline.sandbox.control("GET", f"/text_messages?number=%2B{number[1:]}")
            found = answer["text_messages"]
            return str(found[-1]["code"]) if found else None

        return until(find)

    def test_is_proved_by_a_code_told_to_one_company_and_taken_back(self, journeys: Journeys) -> None:
        ines = journeys.customer("phone")
        page = ines.page
        pseudo = ines.becomes_known("Ohne Nummer")
        assert pseudo.startswith("999")
        ines.goes_to("#/settings/number")
        page.get_by_role("combobox").select_option("AT")
        number = page.get_by_role("textbox", name="Mobile number")
        number.fill("0151")
        ines.presses("Send a code")
        expect(page.get_by_role("alert")).to_contain_text("whole number")
        number.fill("+49 (0)151 12345678")
        expect(page.get_by_role("combobox")).to_have_value("DE")
        ines.presses("Send a code")
        field = page.get_by_role("textbox", name="Code from the text message")
        expect(field).to_be_focused()
        expect(field).to_have_attribute("autocomplete", "one-time-code")
        code = self.code(ines)
        field.fill(f"{(int(code) + 1) % 1_000_000:06}")
        expect(page.get_by_role("alert")).to_contain_text("not the code")
        expect(page.get_by_role("button", name=re.compile("A new code in"))).to_be_disabled()
        field.fill(f"{code} is your code. Tell it to nobody.")
        expect(page.get_by_role("heading", name="Your number", exact=True)).to_be_visible()
        assert [one["from"] for one in ines.airline.heard(pseudo) if one["type"] == "system"] == [], (
            "nobody was told yet"
        )
        switch = page.get_by_role("switch", name="Möwe Air")
        switch.click()
        expect(switch).to_be_checked()
        told = until(lambda: next((one for one in ines.airline.heard(pseudo) if one["type"] == "system"), None))
        assert (told["system"]["type"], told["system"]["wa_id"]) == ("user_changed_number", NUMBER[1:])
        ines.goes_to("#/chat/moewe-air")
        ines.writes("Mit Nummer")
        assert ines.is_heard("Mit Nummer")["from"] == NUMBER[1:]
        ines.airline.says(NUMBER, "An die Nummer")
        ines.sees("An die Nummer")
        ines.goes_to("#/settings/number")
        ines.presses("Remove number")
        page.get_by_role("dialog").get_by_role("button", name="Remove number").click()
        expect(page.get_by_role("textbox", name="Mobile number")).to_be_visible()
        until(lambda: [one for one in ines.airline.heard(NUMBER[1:]) if one["type"] == "system"])
        ines.goes_to("#/chat/moewe-air")
        ines.writes("Wieder ohne")
        assert ines.is_heard("Wieder ohne")["from"] == pseudo

    def test_that_somebody_else_proved_is_told_to_nobody_any_more(self, journeys: Journeys) -> None:
        """The second holder proves it, and the first is told so."""
        first, second = journeys.customer("phone"), journeys.customer("desktop")
        number = "+4915187654321"
        for one in (first, second):
            one.becomes_known(f"Moin {id(one)}")
            one.goes_to("#/settings/number")
            one.page.get_by_role("textbox", name="Mobile number").fill(number)
            one.presses("Send a code")
            field = one.page.get_by_role("textbox", name="Code from the text message")
            expect(field).to_be_visible()
            field.fill(self.code(one, number))
            expect(one.page.get_by_role("heading", name="Your number", exact=True)).to_be_visible()
        first.page.get_by_role("switch", name="Möwe Air").click()
        expect(first.page.get_by_role("alert")).to_contain_text("Somebody else proved this number")
        expect(first.page.get_by_role("textbox", name="Mobile number")).to_be_visible()


def test_the_first_screens_are_large_enough_for_thumbs_and_can_be_written_from_the_right(journeys: Journeys) -> None:
    ines = journeys.customer("phone", "de")
    page = ines.page
    ready = {
        "": "Code scannen",
        "#/scan": "Bild auswählen",
        "#/companies": "Möwe Air",
        "#/settings/number": "Code schicken",
    }
    for path, name in ready.items():
        if path == "#/settings/number":
            ines.joins()
        ines.goes_to(path)
        expect(page.get_by_role("link", name=name).or_(page.get_by_role("button", name=name))).to_be_visible()
        assert page.evaluate(SMALL_TARGETS, 44 if path in {"", "#/companies"} else 24) == [], path
        page.evaluate("document.documentElement.dir = 'rtl'")
        for width, zoom in ((320, 100), (390, 200), (390, 100)):
            page.set_viewport_size({"width": width, "height": 844})
            page.evaluate("(zoom) => { document.documentElement.style.fontSize = `${zoom}%`; }", zoom)
            fits(page)
        heading = page.get_by_role("heading", level=1).bounding_box()
        assert heading
        assert heading["x"] + heading["width"] > 300, "what begins a line stands on the right"
        page.evaluate("document.documentElement.dir = 'ltr'")


def test_what_makes_the_keys_is_loaded_while_the_first_screen_is_read(journeys: Journeys) -> None:
    ines = journeys.customer("phone")
    with ines.page.expect_request("**/*.wasm"):
        starts(ines)
    assert ines.has_no_account()

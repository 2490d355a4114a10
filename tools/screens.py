"""Takes a screenshot of every screen of the messenger: both themes, both languages, phone and desktop, with a real sandbox.

`make screens` writes screens/<screen>-<theme>-<language>-<phone|desktop>.png; names of screens as arguments take only those.
"""

from __future__ import annotations

import http.server
import json
import queue
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.support.chromium import FLAGS, chromium_path  # noqa: E402  the same browser as the tests

TARGET = ROOT / "screens"
PATIENCE = 15.0
DEVICES = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1280, "height": 800}}
LOCALES = {"en": "en-GB", "de": "de-DE"}
WORDS = {
    "en": {
        "agree": "Agree", "composer": "Message to", "send": "Send", "about": "About Möwe Air", "block": "Block Möwe Air",
        "undo": "Undo", "erase": "Erase everything on this device", "chats": "Back to the chats", "reply": "Reply",
        "question": "Good morning! Which gate does *MA 204* leave from?", "again": "And can I bring a bicycle?",
        "thanks": "Wonderful, see you on board.", "draft": "One more question:",
    },
    "de": {
        "agree": "Zustimmen", "composer": "Nachricht an", "send": "Senden", "about": "Über Möwe Air",
        "block": "Möwe Air blockieren", "undo": "Rückgängig", "erase": "Alles auf diesem Gerät löschen",
        "chats": "Zurück zu den Chats", "reply": "Antworten",
        "question": "Moin! Von welchem Gate geht *MA 204*?", "again": "Und darf ein Fahrrad mit?",
        "thanks": "Wunderbar, bis gleich an Bord.", "draft": "Eine Frage noch:",
    },
}  # fmt: skip
ANSWERS = {
    "en": [
        "Good morning Ines! Gate *B12*, on time.",
        "Bicycles travel with us for 15 euros, see https://moewe-air.example/bicycles",
    ],
    "de": [
        "Moin Ines! Gate *B12*, pünktlich.",
        "Fahrräder reisen für 15 Euro mit, siehe https://moewe-air.example/fahrrad",
    ],
}


class Webhook(http.server.BaseHTTPRequestHandler):
    """Takes the gateway's webhooks: the first message of a customer says how to write back."""

    senders: queue.Queue[str] = queue.Queue()

    def do_GET(self) -> None:
        """Answer the challenge."""
        self._answer(parse_qs(urlsplit(self.path).query).get("hub.challenge", [""])[0].encode())

    def do_POST(self) -> None:
        """Note who wrote."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        for entry in body["entry"]:
            for change in entry["changes"]:
                for message in change["value"].get("messages", []):
                    self.senders.put(message["from"])
        self._answer(b"")

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Airline:
    """The company's side, over the Cloud API."""

    def __init__(self, connection: dict[str, str], webhook: str) -> None:
        self._connection = connection
        app = f"{connection['app_id']}|{connection['app_secret']}"
        subscription = {"object": "whatsapp_business_account", "callback_url": webhook, "fields": "messages"}
        self._post(f"{connection['app_id']}/subscriptions", {**subscription, "verify_token": "screens"}, app)

    def send(self, to: str, kind: str, content: dict[str, Any]) -> None:
        """Send a message."""
        message = {"messaging_product": "whatsapp", "to": to, "type": kind, kind: content}
        self._post(f"{self._connection['phone_number_id']}/messages", message, self._connection["access_token"])

    def send_departure(self, to: str, language: str) -> None:
        """Send the template that tells a flight's gate."""
        values = {"header": ["MA 204"], "body": ["Ines", "Helgoland", "14:05", "B12"]}
        components: list[dict[str, Any]] = [
            {"type": part, "parameters": [{"type": "text", "text": text} for text in texts]}
            for part, texts in values.items()
        ]
        button = {"type": "button", "sub_type": "url", "index": "0", "parameters": [{"type": "text", "text": "8KX2"}]}
        code = "de" if language == "de" else "en_US"
        template = {"name": "departure", "language": {"code": code}, "components": [*components, button]}
        self.send(to, "template", template)

    def _post(self, path: str, body: dict[str, Any], token: str) -> None:
        request = urllib.request.Request(  # noqa: S310  the address is our own sandbox's
            f"{self._connection['gateway_url']}/v23.0/{path}",
            json.dumps(body).encode(),
            {"Content-Type": "application/json", "Authorization": f"Bearer {token}"},
        )
        urllib.request.urlopen(request, timeout=PATIENCE).close()  # noqa: S310  as above


class Album:
    """Plays a customer's story in one language on one device, and takes the pictures."""

    def __init__(self, page: Page, connection: dict[str, str], airline: Airline, language: str, device: str) -> None:
        self._page, self._connection, self._airline = page, connection, airline
        self._language, self._device, self._words = language, device, WORDS[language]

    def shoot(self, screen: str) -> None:
        """Take one screen in both themes."""
        if len(sys.argv) > 1 and screen not in sys.argv[1:]:
            return
        for theme in ("light", "dark"):
            self._page.emulate_media(color_scheme="light" if theme == "light" else "dark")
            name = f"{screen}-{theme}-{self._language}-{self._device}.png"
            self._page.screenshot(path=TARGET / name, animations="disabled")

    def play(self) -> None:
        """Go through every screen."""
        self._arrive()
        customer = self._talk()
        self._profile()
        self._come_back(customer)
        self._settings()

    def _arrive(self) -> None:
        page, link = self._page, self._connection["click_to_chat_url"]
        page.goto(self._connection["messenger_url"])
        page.get_by_role("heading", level=1).wait_for()
        self.shoot("start")
        wrong_key = link.partition("?")[0] + "?k=" + "A" * 43
        page.goto(wrong_key)
        page.get_by_role("alert").wait_for()
        self.shoot("problem")
        page.goto(f"{link}&text={self._words['draft']}")
        page.get_by_role("checkbox").first.wait_for()
        self.shoot("invitation")
        page.get_by_role("checkbox").first.check()
        page.get_by_role("textbox").fill("Ines")
        self.shoot("invitation-ticked")
        page.get_by_role("button", name=self._words["agree"]).click()
        page.get_by_role("textbox", name=self._words["composer"]).wait_for()
        self.shoot("thread-empty")

    def _talk(self) -> str:
        page, words = self._page, self._words
        # What the customer before wrote last is of no interest any more.
        Webhook.senders.queue.clear()
        self._write(words["question"])
        self._write(words["again"])
        customer = Webhook.senders.get(timeout=PATIENCE)
        page.get_by_role("article").nth(1).wait_for()
        for text in ANSWERS[self._language]:
            self._airline.send(customer, "text", {"body": text})
        self._airline.send_departure(customer, self._language)
        page.get_by_role("article").nth(4).wait_for()
        self.shoot("thread")
        message = page.get_by_role("article").nth(2)
        message.focus()
        message.press("Enter")
        page.get_by_role("menu").wait_for()
        self.shoot("menu")
        page.get_by_role("menuitem", name=words["reply"]).click()
        page.get_by_role("textbox", name=words["composer"]).fill(words["thanks"])
        self.shoot("reply")
        self._write(words["thanks"])
        page.context.set_offline(True)
        self._write(words["draft"])
        page.get_by_role("status").get_by_text("offline").wait_for()
        self.shoot("offline")
        page.context.set_offline(False)
        return customer

    def _write(self, text: str) -> None:
        self._page.get_by_role("textbox", name=self._words["composer"]).fill(text)
        self._page.get_by_role("button", name=self._words["send"], exact=True).click()

    def _profile(self) -> None:
        page, words = self._page, self._words
        page.get_by_role("link", name=words["about"]).click()
        page.get_by_role("switch").first.wait_for()
        self.shoot("profile")
        page.get_by_role("button", name=words["block"]).click()
        page.get_by_role("button", name=words["undo"]).wait_for()
        self.shoot("profile-blocked")
        page.get_by_role("button", name=words["undo"]).click()
        page.get_by_role("button", name=words["block"]).wait_for()
        page.get_by_role("listitem").last.scroll_into_view_if_needed()
        self.shoot("profile-history")

    def _come_back(self, customer: str) -> None:
        page, messenger = self._page, self._connection["messenger_url"]
        page.goto(f"{messenger}/#/")
        page.get_by_role("navigation").get_by_role("link", name="Möwe Air").wait_for()
        for text in ANSWERS[self._language] * 6:
            self._airline.send(customer, "text", {"body": text})
        page.get_by_role("navigation").get_by_text("12", exact=True).wait_for()
        self.shoot("chats")
        page.goto(f"{messenger}/#/add")
        page.get_by_role("heading", level=1).wait_for()
        self.shoot("add")
        page.goto(f"{messenger}/#/chat/moewe-air")
        page.get_by_role("article").last.wait_for()
        self.shoot("thread-unread")

    def _settings(self) -> None:
        page, words = self._page, self._words
        page.goto(f"{self._connection['messenger_url']}/#/settings")
        page.get_by_role("combobox").wait_for()
        self.shoot("settings")
        page.get_by_role("button", name=words["erase"]).click()
        page.get_by_role("dialog").wait_for()
        self.shoot("erase")


def free_port_base() -> int:
    """Return the first of four neighbouring ports nobody listens on."""
    for base in range(21_000, 60_000, 7):
        probes = [socket.socket() for _ in range(4)]
        try:
            for offset, probe in enumerate(probes):
                probe.bind(("127.0.0.1", base + offset))
        except OSError:
            continue
        finally:
            for probe in probes:
                probe.close()
        return base
    raise RuntimeError("no four free ports in a row")


@contextmanager
def running_sandbox() -> Iterator[dict[str, str]]:
    """Run a sandbox in a temporary folder and yield its addresses."""
    with tempfile.TemporaryDirectory(prefix="handschlag-screens-") as folder:
        command = [str(Path(sys.executable).parent / "handschlag"), "sandbox", "--json"]
        process = subprocess.Popen(
            [*command, "--data", folder, "--port-base", str(free_port_base())], stdout=subprocess.PIPE, text=True
        )
        try:
            assert process.stdout is not None
            yield json.loads(process.stdout.readline())
        finally:
            process.terminate()
            process.wait(PATIENCE)


def take_all(browser: Browser, connection: dict[str, str], airline: Airline) -> None:
    """Play the story once for each language and device."""
    for device, viewport in DEVICES.items():
        for language, locale in LOCALES.items():
            phone = device == "phone"
            context = browser.new_context(
                viewport={"width": viewport["width"], "height": viewport["height"]},
                locale=locale, timezone_id="Europe/Berlin", has_touch=phone, is_mobile=phone,
            )  # fmt: skip
            page = context.new_page()
            page.set_default_timeout(PATIENCE * 1000)
            Album(page, connection, airline, language, device).play()
            context.close()
            print(f"{device} {language}: done", flush=True)


def main() -> None:
    """Start everything, take the pictures, stop everything."""
    TARGET.mkdir(exist_ok=True)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Webhook)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with running_sandbox() as connection, sync_playwright() as playwright:
        airline = Airline(connection, f"http://127.0.0.1:{server.server_port}/")
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        take_all(browser, connection, airline)
        browser.close()
    server.shutdown()


if __name__ == "__main__":
    main()

"""A customer's way through the messenger in a real browser, before a sandbox whose company is a program on the Cloud API.

Every page is watched: an error on the console, an exception, a violation of the Content-Security-Policy or a request to
any origin but the messenger's and the relay's fails the test that made it.
"""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import expect
from tests.sandbox.process import SandboxProcess, until
from tests.sandbox.webhooks import Endpoint

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request

PATIENCE = 15.0
expect.set_options(timeout=PATIENCE * 1000)
DEVICES: dict[str, dict[str, Any]] = {
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
    "desktop": {"viewport": {"width": 1280, "height": 800}},
}
LOCALES = {"en": "en-GB", "de": "de-DE"}
WORDS = {
    "en": {
        "agree": "Agree", "write": "Just write", "leave": "Leave", "field": "Message to Möwe Air", "send": "Send",
        "about": "About Möwe Air", "stop": "Stop notifications", "block": "Block Möwe Air", "undo": "Undo", "you": "You",
    },
    "de": {
        "agree": "Zustimmen", "write": "Nur schreiben", "leave": "Verlassen", "field": "Nachricht an Möwe Air",
        "send": "Senden", "about": "Über Möwe Air", "stop": "Benachrichtigungen beenden", "block": "Möwe Air blockieren",
        "undo": "Rückgängig", "you": "Sie",
    },
}  # fmt: skip
UTILITY = {"en": "Your flights", "de": "Ihre Flüge"}
MARKETING = {"en": "Advertising", "de": "Werbung"}
# What the browser itself says on the console of a network that is away.
AWAY = r"ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_NETWORK|WebSocket connection"
# A violation is also told to the page; on the console it would be one line among many.
TELL_VIOLATIONS = """addEventListener('securitypolicyviolation', (event) =>
  console.error(`violates ${event.effectiveDirective}: ${event.blockedURI}`));"""

READ_STORE = """(name) => new Promise((resolve, reject) => {
  const open = indexedDB.open('handschlag');
  open.onerror = () => reject(open.error);
  open.onsuccess = () => {
    const found = {};
    const cursor = open.result.transaction(name).objectStore(name).openCursor();
    cursor.onsuccess = () => {
      if (cursor.result) {
        found[cursor.result.key] = JSON.parse(JSON.stringify(cursor.result.value));
        cursor.result.continue();
      } else {
        open.result.close();
        resolve(found);
      }
    };
  };
})"""


class Airline:
    """Möwe Air's program: calls its gateway, and is told its events at a subscribed endpoint."""

    def __init__(self, folder: Path) -> None:
        self.sandbox = SandboxProcess(folder / "data").start()
        connection = self.connection = self.sandbox.connection
        self.endpoint = Endpoint(connection["verify_token"], connection["app_secret"])
        assert self.sandbox.subscribe(self.endpoint.url) == (200, {"success": True})
        self.messenger = connection["messenger_url"]
        self.link = connection["click_to_chat_url"]
        self.origins = {self.messenger, connection["relay_url"]}

    def close(self) -> None:
        self.endpoint.close()
        self.sandbox.stop()

    def link_with(self, text: str) -> str:
        return f"{self.link}&text={quote(text)}"

    def short_link(self, text: str) -> str:
        """Make a short link and return where it leads."""
        path = f"/v23.0/{self.connection['phone_number_id']}/message_qrdls"
        status, made = self.sandbox.api("POST", path, json={"prefilled_message": text})
        assert status == 200, made
        return self.sandbox.http.get(made["deep_link_url"]).headers["Location"]

    def heard(self, sender: str = "") -> list[dict[str, Any]]:
        """Return the messages the webhook told of, one sender's or all."""
        messages = [message for value in self.endpoint.values for message in value.get("messages", [])]
        return [message for message in messages if sender in {"", message["from"]}]

    def says(self, to: str, text: str, **more: Any) -> str:
        return self.sandbox.send_text(to, text, **more)

    def has_read(self, message: dict[str, Any], **more: Any) -> None:
        """Tell the customer by the API that a message was read; with `typing_indicator`, that an answer is being written."""
        body = {"messaging_product": "whatsapp", "status": "read", "message_id": message["id"], **more}
        path = f"/v23.0/{self.connection['phone_number_id']}/messages"
        assert self.sandbox.api("POST", path, json=body) == (200, {"success": True})

    def sockets(self) -> int:
        """Return how many devices are connected to the relay now."""
        figures = self.sandbox.http.get(f"{self.connection['relay_url']}/metrics").text
        return int(float(re.findall(r"^handschlag_relay_sockets (\S+)", figures, re.MULTILINE)[0]))

    def accounts(self) -> int:
        """Return how many accounts the relay keeps, by its own database."""
        file = Path(self.connection["relay_data"]) / "relay.sqlite3"
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
            return int(database.execute("SELECT count(*) FROM accounts").fetchone()[0])


@pytest.fixture(scope="session")
def airline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Airline]:
    """One sandbox for all who only write to its company."""
    yield from running_airline(tmp_path_factory.mktemp("airline"))


def running_airline(folder: Path) -> Iterator[Airline]:
    """Run a sandbox; a file of tests that changes company, relay or clock makes `airline` anew with this."""
    made = Airline(folder)
    yield made
    made.close()


@pytest.fixture
def journeys(airline: Airline, browser: Browser) -> Iterator[Journeys]:
    made = Journeys(airline, browser)
    yield made
    made.end()


class Customer:
    """One person with one browser profile: what they do as methods, what they see as locators."""

    def __init__(self, airline: Airline, context: BrowserContext, language: str = "en") -> None:
        self.airline, self.context, self.language = airline, context, language
        self.words = WORDS[language]
        # How the company's program addresses this customer, once it was written to.
        self.sender = ""
        self.problems: list[str] = []
        self.expected = re.compile(r"(?!)")
        self._before = len(airline.heard())
        watch(self)
        self.page: Page = context.new_page()

    # Arriving

    def opens(self, link: str = "") -> None:
        self.page.goto(link or self.airline.link)

    def goes_to(self, path: str) -> None:
        """Follow an address inside the messenger, as the links on its screens do."""
        self.page.goto(f"{self.airline.messenger}/{path}")

    def joins(self, *ticked: dict[str, str], link: str = "") -> None:
        """Open the link, agree to what is named, or just write; the chat is open then."""
        self.opens(link)
        for one in ticked:
            self.purpose(one).check()
        self.presses("agree" if ticked else "write")
        expect(self.field).to_be_visible(timeout=20_000)

    def becomes_known(self, text: str, *ticked: dict[str, str]) -> str:
        """Join and write a first message; returns what the company's program addresses the customer by."""
        self.joins(*ticked)
        self.writes(text)
        return str(self.is_heard(text)["from"])

    def purpose(self, one: dict[str, str]) -> Locator:
        return self.page.get_by_role("checkbox", name=one[self.language])

    # Writing and reading

    @property
    def field(self) -> Locator:
        return self.page.get_by_role("textbox", name=self.words["field"])

    def writes(self, text: str) -> None:
        self.field.fill(text)
        self.presses("send")

    def is_heard(self, text: str) -> dict[str, Any]:
        """Wait until the company's webhook was told of this text since this customer is here; return the message."""

        def find() -> dict[str, Any] | None:
            since = self.airline.heard()[self._before :]
            return next((one for one in since if one.get("text", {}).get("body") == text), None)

        return until(find, pause=self._pause)

    def has_told(self, sender: str, *texts: str) -> None:
        """Wait until the webhook was told of as many messages as these, and compare all that this sender wrote."""
        until(lambda: len(self.airline.heard(sender)) >= len(texts), pause=self._pause)
        assert [one["text"]["body"] for one in self.airline.heard(sender)] == list(texts)

    def is_told(self, kind: str, count: int = 1) -> list[Any]:
        """Wait until the webhook was told of so many messages of a type since this customer is here; return what they hold."""

        def find() -> list[Any] | None:
            since = self.airline.heard()[self._before :]
            found = [one[kind] for one in since if one["type"] == kind]
            return found if len(found) >= count else None

        return until(find, pause=self._pause)

    def _pause(self, seconds: float) -> None:
        """Let time pass; as long as there is a page, what it asks of a test meanwhile is answered."""
        if self.page.is_closed():
            time.sleep(seconds)
        else:
            self.page.wait_for_timeout(seconds * 1000)

    def bubble(self, text: str) -> Locator:
        return self.page.get_by_role("article").filter(has_text=text)

    def sees(self, text: str) -> Locator:
        """Wait until exactly one message with this text is there."""
        found = self.bubble(text)
        expect(found).to_have_count(1)
        return found

    def sees_state(self, text: str, state: str) -> None:
        expect(self.bubble(text)).to_have_accessible_name(re.compile(rf"^{self.words['you']}, \d\d:\d\d, {state}$"))

    @property
    def texts(self) -> list[str]:
        """Return what every bubble says, from top to bottom."""
        return self.page.locator("article .text").all_inner_texts()

    def presses(self, word: str) -> None:
        self.page.get_by_role("button", name=self.words.get(word, word), exact=True).click()

    def sees_event(self, text: str) -> None:
        """Wait for a line in the chat that nobody wrote."""
        expect(self.page.get_by_role("article").get_by_text(text)).to_be_visible()

    def pastes_code(self, text: str) -> None:
        """Give the open scanner a code as text."""
        field = self.page.get_by_role("textbox").last
        field.fill(text)
        field.press("Enter")

    @property
    def company_account(self) -> str:
        """Return the account of the one company in the chats."""
        (account,) = self.stored("companies")
        return account

    # The profile

    def opens_profile(self) -> None:
        self.page.get_by_role("banner").or_(self.page.locator(".pane header")).get_by_role(
            "link", name=self.words["about"]
        ).click()
        expect(self.page.get_by_role("heading", level=1, name=self.words["about"])).to_be_visible()

    def switch(self, one: dict[str, str]) -> Locator:
        return self.page.get_by_role("switch", name=one[self.language])

    # Staying

    def opens_another_tab(self) -> Customer:
        """Open the messenger once more in the same browser, at the same place."""
        other = object.__new__(Customer)
        other.__dict__ |= self.__dict__
        other.page = self.context.new_page()
        other.page.goto(self.page.url)
        return other

    def stored(self, name: str) -> dict[str, Any]:
        """Return one store of the browser's database by its keys, read from outside the app."""
        found: dict[str, Any] = self.page.evaluate(READ_STORE, name)
        return found

    def has_no_account(self) -> bool:
        return "account" not in self.stored("facts")

    # What must not happen

    def expects(self, pattern: str) -> None:
        """Allow console errors that a test brings about on purpose: a network that is away, a name nobody has."""
        self.expected = re.compile(pattern)

    def leaves_no_problems(self) -> None:
        unexpected = [one for one in self.problems if not self.expected.search(one)]
        assert unexpected == [], unexpected


def watch(customer: Customer) -> None:
    """Note everything of a browser's context that a customer's page must never do."""
    context, problems = customer.context, customer.problems
    allowed = {urlsplit(url).netloc for url in customer.airline.origins}

    def on_console(line: ConsoleMessage) -> None:
        if line.type == "error":
            problems.append(f"console: {line.text} {line.location.get('url', '')}")

    def on_request(request: Request) -> None:
        url = urlsplit(request.url)
        if url.scheme not in {"data", "blob"} and url.netloc not in allowed:
            problems.append(f"request to a stranger: {request.url}")

    context.add_init_script(TELL_VIOLATIONS)
    context.on("console", on_console)
    context.on("weberror", lambda error: problems.append(f"exception: {error.error}"))
    context.on("request", on_request)


class Journeys:
    """Makes customers for one test, and asks all of them at its end whether something went wrong unseen."""

    def __init__(self, airline: Airline, browser: Browser) -> None:
        self.airline, self._browser = airline, browser
        self.customers: list[Customer] = []

    def customer(self, device: str = "phone", language: str = "en", **more: Any) -> Customer:
        """Return somebody who has never been here, on a device of their own.

        The app is not kept for offline use unless `service_workers="allow"`: that is a second of work for each customer.
        """
        context = self._browser.new_context(
            **DEVICES[device],
            locale=LOCALES[language],
            timezone_id="Europe/Berlin",
            **{"service_workers": "block"} | more,
        )
        return self.take(context, language)

    def take(self, context: BrowserContext, language: str = "en") -> Customer:
        context.set_default_timeout(PATIENCE * 1000)
        made = Customer(self.airline, context, language)
        self.customers.append(made)
        return made

    def end(self) -> None:
        for customer in self.customers:
            customer.context.close()
        for customer in self.customers:
            customer.leaves_no_problems()

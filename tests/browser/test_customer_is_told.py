"""Being told of answers: asked for after the first message, woken without a word, one notice a chat, the right chat at a tap."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect
from tests.browser.journey import Airline, Customer, Journeys
from tests.sandbox.process import until
from tests.support.push_service import Browser, PushService

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession

pytestmark = pytest.mark.browser

# A browser in a test has no push service: this one's address is that of the test's own.
SUBSCRIBE = """(() => {
  const said = %s;
  let made = null;
  PushManager.prototype.getSubscription = async () => made;
  PushManager.prototype.subscribe = async ({ applicationServerKey, userVisibleOnly }) => {
    if (!userVisibleOnly || applicationServerKey.byteLength !== 65) throw new TypeError('no such key');
    made = { options: { applicationServerKey: applicationServerKey.buffer }, toJSON: () => said, unsubscribe: async () => { made = null; return true; } };
    return made;
  };
})();"""
SHOWN = """async () => {
  const registration = await navigator.serviceWorker.getRegistration();
  return (await registration.getNotifications()).map(({ title, body, tag, data }) => ({ title, body, tag, path: data.path }));
}"""
# Whether a window has the focus is the machine's affair: in a test nobody sits before it.
FOCUS = (
    "(focused) => Object.defineProperty(WindowClient.prototype, 'focused', { configurable: true, get: () => focused })"
)
BADGE = "navigator.setAppBadge = async (n) => { window.badge = n; }; navigator.clearAppBadge = async () => { window.badge = 0; };"


@pytest.fixture(scope="module")
def service() -> Iterator[PushService]:
    made = PushService()
    yield made
    made.close()


@pytest.fixture(scope="module")
def airline(tmp_path_factory: pytest.TempPathFactory, service: PushService) -> Iterator[Airline]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HANDSCHLAG_RELAY_PUSH_ORIGINS", json.dumps([service.origin]))
        patch.setenv("HANDSCHLAG_RELAY_PUSH_SECONDS", "0.2")
        made = Airline(tmp_path_factory.mktemp("airline"))
    yield made
    made.close()


class Told(Customer):
    """A customer whose browser can be woken, and what it shows."""

    browser: Browser
    service: PushService
    devtools: CDPSession

    def may_be_told(self) -> None:
        """Answer the browser's own question with yes; without this it is answered with no."""
        self.context.grant_permissions(["notifications"], origin=self.airline.messenger)

    def shown(self) -> list[dict[str, str]]:
        found: list[dict[str, str]] = self.page.evaluate(SHOWN)
        return found

    def looks_away(self, *, away: bool = True) -> None:
        worker = self.context.service_workers[0]
        worker.evaluate(FOCUS, not away)

    def pushed(self) -> list[dict[str, Any]]:
        """Open what the push service got for this browser."""
        return [json.loads(self.browser.open(one.body)) for one in self.service.posted]

    def is_woken(self, text: str) -> None:
        """Let the service worker have what was pushed, as the browser would."""
        registrations: list[dict[str, Any]] = []
        self.devtools.on("ServiceWorker.workerRegistrationUpdated", lambda e: registrations.extend(e["registrations"]))
        self.devtools.send("ServiceWorker.enable")
        while not registrations:
            # Events of the browser come in while the page is asked something.
            self.page.evaluate("0")
        self.devtools.send(
            "ServiceWorker.deliverPushMessage",
            {"origin": self.airline.messenger, "registrationId": registrations[0]["registrationId"], "data": text},
        )


@pytest.fixture
def ines(journeys: Journeys, service: PushService) -> Told:
    made = journeys.customer("phone", service_workers="allow")
    made.__class__ = Told
    assert isinstance(made, Told)
    made.browser, made.service = Browser(), service
    service.posted.clear()
    address = {"endpoint": f"{service.origin}/ines", "keys": made.browser.keys}
    made.context.add_init_script(SUBSCRIBE % json.dumps(address))
    made.context.add_init_script(BADGE)
    made.devtools = made.context.new_cdp_session(made.page)
    return made


def test_a_customer_is_asked_after_the_first_message_and_then_woken_without_a_word(ines: Told) -> None:
    page = ines.page
    ines.joins()
    question = page.get_by_role("heading", name="Shall we tell you when Möwe Air answers?")
    expect(question).to_have_count(0)
    ines.writes("Moin")
    to = ines.is_heard("Moin")["from"]
    expect(question).to_be_visible()
    (account,) = ines.stored("companies")
    ines.may_be_told()
    ines.presses("Yes, tell me")
    expect(page.get_by_text("We tell you when a company writes.")).to_be_visible()
    expect(question).to_have_count(0)
    until(lambda: ines.stored("facts").get("push_told", "unknown") != "unknown")

    # A tab is open, and somebody looks elsewhere: one notice for the chat, without what was said, and the count on the app.
    ines.goes_to("#/")
    ines.looks_away()
    for text in ("streng geheim", "noch geheimer"):
        ines.airline.says(to, text)
    until(lambda: page.evaluate("window.badge") == 2)
    until(ines.shown)
    expected = {"title": "Möwe Air", "body": "New message", "tag": f"chat:{account}", "path": "#/chat/moewe-air"}
    assert ines.shown() == [expected]
    # What is read is neither counted nor announced any longer.
    page.get_by_role("navigation").get_by_role("link", name="Möwe Air").click()
    until(lambda: page.evaluate("window.badge") == 0)
    until(lambda: not ines.shown())
    assert ines.service.posted == []

    # A file opened by itself makes the browser look for a picture of the page.
    ines.expects(r"favicon\.ico")
    # Closed: the relay wakes the browser with a company's account and nothing else.
    connected = ines.airline.sockets()
    page.close()
    until(lambda: ines.airline.sockets() < connected)
    ines.airline.says(to, "während du weg warst")
    until(lambda: ines.service.posted)
    assert ines.pushed()[0] == {"company": account, "version": 1}
    ines.page = page = ines.context.new_page()
    ines.devtools = ines.context.new_cdp_session(page)
    page.goto(f"{ines.airline.messenger}/config.json")
    ines.is_woken(json.dumps(ines.pushed()[0]))
    page.goto(f"{ines.airline.messenger}/#/settings/notifications")
    until(ines.shown)
    assert ines.shown() == [expected]

    # A tap opens the right chat in the tab that is there.
    ines.context.service_workers[0].evaluate("""async () => {
      const [notification] = await self.registration.getNotifications();
      self.dispatchEvent(new NotificationEvent('notificationclick', { notification }));
    }""")
    expect(ines.field).to_be_visible()
    ines.sees("während du weg warst")
    until(lambda: not ines.shown())

    # The browser took the address away and does not say which: the service worker gets another, and the relay hears of it.
    moved = {"endpoint": f"{ines.service.origin}/moved", "keys": ines.browser.keys}
    ines.context.service_workers[0].evaluate(SUBSCRIBE % json.dumps(moved))
    ines.context.service_workers[0].evaluate("void self.dispatchEvent(new ExtendableEvent('pushsubscriptionchange'))")
    until(lambda: moved["endpoint"] in ines.stored("facts").get("push_told", ""))

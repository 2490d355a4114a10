"""A customer in a real browser: the client's commands as methods, what it shows as properties, and waiting for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Error as PlaywrightError
from tests.browser.harness.world import World

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

PATIENCE = 15.0
SAY_OF_LINKING = "(ask) => window.client.tab.channel.postMessage({ what: 'link', ask })"


class Customer:
    """One tab; `company` is the account it talks to."""

    def __init__(self, world: World, context: BrowserContext, *, ahead: int = 0) -> None:
        self.world = world
        self.context = context
        self.company = ""
        self.problems: list[str] = []
        self.page: Page = context.new_page()
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("console", lambda line: self.problems.append(line.text) if line.type == "warning" else None)
        if ahead:
            # The worker reads it off the page's address (skewed_clock.ts).
            self.page.add_init_script(f"const honest = Date.now.bind(Date); Date.now = () => honest() + {ahead};")
        self.page.goto(f"{world.messenger.url}/?ahead={ahead or ''}")
        self._started()

    def _started(self) -> None:
        self.until(lambda: self.page.evaluate("window.started"))

    def reload(self) -> None:
        """Load the page again, and look at the same chat."""
        self.page.reload()
        self._started()
        if self.company:
            self.look_at(self.company)

    def until(self, condition: Callable[[], Any], patience: float = PATIENCE) -> Any:
        """Wait until something true is returned; says at the end what the client shows."""
        end = time.monotonic() + patience
        while not (found := condition()):
            if time.monotonic() > end:
                raise AssertionError(f"it did not come: {self.app} {str(self.messages)[-1500:]} {self.problems}")
            self.page.wait_for_timeout(20)
        return found

    def join(self, link: str, company: str, *, purposes: tuple[str, ...] = ("utility",), name: str = "Anna") -> None:
        """Join a company; fails the test if that fails."""
        problem = self.try_to_join(link, purposes=purposes, name=name)
        assert problem is None, (problem, self.problems)
        self.company = company
        self.online()
        # The introduction is on its way; what a test does next comes after it.
        self.until(lambda: self.store("outbox") == [])

    def try_to_join(self, link: str, *, purposes: tuple[str, ...] = ("utility",), name: str = "Anna") -> Any:
        return self.page.evaluate("([l, p, n]) => window.join(l, p, n)", [link, list(purposes), name])

    def online(self) -> None:
        self.until(lambda: self.app["connection"] == "online")

    def second_tab(self) -> Customer:
        """Open another tab of the same browser, looking at the same chat."""
        other = Customer(self.world, self.context)
        other.look_at(self.company)
        return other

    def links(self, other: Customer) -> None:
        """Make another browser a device of the same account, older messages and all."""
        # Nobody hears it before the worker owns the keys; like a screen, it is said again until then.
        other.until(
            lambda: other.page.evaluate(SAY_OF_LINKING, {"ask": "show"}) or other.page.evaluate("window.seen.linking")
        )
        self.says_of_linking(ask="read", link=other.linking("shown")["link"])
        self.linking("enter")
        self.says_of_linking(ask="digits", digits=other.linking("code")["code"])
        other.linking("asked")
        other.says_of_linking(ask="join", yes=True, history=True)
        for one in (other, self):
            one.linking("done")
        other.look_at(self.company)
        other.online()

    def says_of_linking(self, **ask: Any) -> None:
        """Tell the owner of the keys what a person wants or answers."""
        self.page.evaluate(SAY_OF_LINKING, ask)

    def linking(self, step: str) -> Any:
        """Wait until linking is at a step; return what is shown then."""
        seen = "window.seen.linking"
        self.until(lambda: (self.page.evaluate(seen) or {}).get("step") == step)
        return self.page.evaluate(seen)

    def look_at(self, company: str) -> None:
        self.company = company
        self.page.evaluate("(company) => window.watch(company)", company)
        self.until(lambda: self.thread is not None)

    def send(self, *texts: str) -> None:
        """Write these, one after the other, as fast as the store takes them."""
        self.page.evaluate(
            "async ([c, texts]) => { for (const text of texts) await window.client.send(c, text); }",
            [self.company, list(texts)],
        )

    def call(self, name: str, *arguments: Any) -> Any:
        return self.page.evaluate("([name, a]) => window.client[name](...a)", [name, list(arguments)])

    def command(self, **command: Any) -> Any:
        """Have the owner of the keys carry something out for this chat; return what it answers."""
        return self.page.evaluate("(one) => window.client.tab.command(one)", {"company": self.company, **command})

    def refused_command(self, **command: Any) -> str:
        """Have a command carried out that must fail; return why it did."""
        ask = "(one) => window.client.tab.command(one).then(() => '', String)"
        return str(self.page.evaluate(ask, {"company": self.company, **command}))

    @property
    def app(self) -> Any:
        return self.page.evaluate("window.seen?.app")

    @property
    def thread(self) -> Any:
        return self.page.evaluate("(company) => window.seen?.threads[company] ?? null", self.company)

    @property
    def chat(self) -> Any:
        chats = self.page.evaluate("window.seen.chats")
        return next((chat for chat in chats if chat["company"]["account"] == self.company), None)

    @property
    def messages(self) -> list[Any]:
        return list((self.thread or {}).get("messages", []))

    @property
    def received(self) -> list[str]:
        return [m["text"] for m in self.messages if m["direction"] == "in"]

    def statuses(self) -> dict[str, str]:
        return {m["text"]: m["status"] for m in self.messages if m["direction"] == "out"}

    def until_received(self, *texts: str, patience: float = PATIENCE) -> None:
        """Wait for exactly these, in this order."""
        self.until(lambda: self.received == list(texts), patience)

    def until_status(self, text: str, *statuses: str) -> None:
        self.until(lambda: self.statuses().get(text) in statuses)

    def begin(self) -> None:
        """Write first: from then on the company may answer for 24 hours."""
        self.send("Moin")
        self.until_status("Moin", "accepted", "delivered")

    @property
    def phase(self) -> str | None:
        """The app's phase; None while the page loads itself again."""
        try:
            phase: str | None = self.page.evaluate("window.seen?.app?.phase")
        except PlaywrightError:
            return None
        return phase

    def until_type(self, type_: str) -> Any:
        return self.until(lambda: next((m for m in self.messages if m["type"] == type_), None))

    def store(self, name: str) -> Any:
        """Return what lies in one object store, looked at from outside the client."""
        return self.page.evaluate(
            """(name) => new Promise((resolve, reject) => {
              const open = indexedDB.open('handschlag');
              open.onerror = () => reject(open.error);
              open.onsuccess = () => {
                const all = open.result.transaction(name).objectStore(name).getAll();
                all.onsuccess = () => { open.result.close(); resolve(JSON.parse(JSON.stringify(all.result))); };
              };
            })""",
            name,
        )

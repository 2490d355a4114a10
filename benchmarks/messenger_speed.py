"""Measure the messenger in a real Chromium with full stores: starting, opening, typing, scrolling, searching, and a week's messages.

A customer joins the sandbox's airline; chats of 5,000 and 20,000 messages and a list of 300 chats are written straight into the
browser's store, in the shapes the client writes. Times are from the click or key to the frame that shows what it did, on a desktop
and without a network in between; processor time is that of the page's own thread, and for what was queued that of the whole browser.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from loop.figures import Figures, console_for, finish  # noqa: E402  a program beside its parts
from playwright.sync_api import sync_playwright  # noqa: E402
from rich.box import SIMPLE  # noqa: E402
from rich.table import Table  # noqa: E402
from tests.browser.journey import Airline, Customer, Journeys  # noqa: E402
from tests.support.chromium import FLAGS, chromium_path  # noqa: E402  the same browser as the tests

if TYPE_CHECKING:
    from playwright.sync_api import Browser, CDPSession, Page
    from rich.console import Console

QUEUED = 1000
CHATS = 300
PATIENCE = 120_000
TARGETS = {
    "start until the list is shown": "",
    "open a chat": "500 ms",
    "open at a message far up": "500 ms",
    "a key in the chat": "50 ms",
    "one page up": "",
    "first search": "",
    "search": "200 ms",
    "one screen of the list": "50 ms",
    "queued messages": "15 s",
    "open so many unread": "500 ms",
}

FILL = """({chats, messages}) => new Promise((resolve, reject) => {
  const open = indexedDB.open('handschlag');
  open.onsuccess = () => {
    const transaction = open.result.transaction(['companies', 'messages'], 'readwrite');
    const [companies, stored] = [transaction.objectStore('companies'), transaction.objectStore('messages')];
    const put = (company, at, id, text) => stored.put({
      id, company, direction: at % 2 ? 'in' : 'out', at, type: 'text', text, header: '', footer: '', buttons: [], category: null,
      status: at % 2 ? null : 'read', attempt: 0, kind: 'service', unread: 0, quote: null, body: { type: 'text', text: { body: text } } });
    companies.getAll().onsuccess = ({ target }) => {
      const first = target.result.find((one) => one.company.handle === 'moewe-air');
      const number = (n) => String(n).padStart(8, '0');
      for (let n = 0; n < messages; n++) {
        const text = `Nachricht Nr${n} über Gepäck, Straße und Gate `.repeat(1 + n % 4);
        put(first.account, 1.6e12 + n * 60001, `${number(n)}-0000-7000-8000-000000000000`, text);
      }
      for (let c = 0; c < chats; c++) {
        const account = '@' + String(c).padStart(26, 'b').replace(/[0-9]/g, (digit) => 'cdefghijkl'[digit]) + first.account.slice(27);
        const company = { ...first.company, account, handle: `shop-${c}`, name: `Laden ${c}`, picture: '' };
        companies.put({ ...first, account, records: [], receipts: {}, purposes: [], company });
        put(account, 1.6e12 + c, `${number(c)}-0000-7000-9000-000000000000`, `Guten Tag aus Laden ${c}`);
      }
    };
    transaction.oncomplete = () => { open.result.close(); resolve(); };
    transaction.onerror = () => reject(transaction.error);
  };
})"""

# In every page from its beginning: notes when the list was painted, and tasks that kept the page.
WATCH = """
window.long = [];
const note = (list) => window.long.push(...list.getEntries().map((one) => one.duration));
new PerformanceObserver(note).observe({ type: 'longtask', buffered: true });
window.painted = (then) => requestAnimationFrame(() => setTimeout(then));
window.listShown = new Promise((resolve) => {
  const look = () => {
    if (document.querySelector('nav [data-row]')) window.painted(() => resolve(performance.now()));
    else requestAnimationFrame(look);
  };
  look();
});
"""

# Does something, and returns the milliseconds until the frame in which a selector matches is painted.
UNTIL = """([action, argument, wanted]) => new Promise((resolve, reject) => {
  setTimeout(() => reject(new Error(`${wanted} did not come`)), 60_000);
  window.long.length = 0;
  const started = performance.now();
  const end = () => window.painted(() => resolve(performance.now() - started));
  const look = () => document.querySelector(wanted) ? end() : requestAnimationFrame(look);
  if (action === 'click') document.querySelector(argument).click();
  else if (action === 'go') location.hash = argument;
  else {
    const field = document.querySelector('nav input[type=search]');
    field.value = argument;
    field.dispatchEvent(new InputEvent('input', { bubbles: true }));
  }
  look();
})"""

# Types as a keyboard does, and returns for each letter the milliseconds until it was painted.
TYPE = """async () => {
  window.long.length = 0;
  document.querySelector('textarea').focus();
  const times = [];
  for (const letter of 'Wie schnell ist ein Buchstabe zu sehen, wenn der Chat lang ist?') {
    const started = performance.now();
    document.execCommand('insertText', false, letter);
    await new Promise((resolve) => window.painted(resolve));
    times.push(performance.now() - started);
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  return times;
}"""

# Scrolls by a part of the screen for every frame, and returns the milliseconds from each frame to the next.
SCROLL = """([selector, step, frames]) => new Promise((resolve) => {
  window.long.length = 0;
  const area = document.querySelector(selector);
  const gaps = [];
  let before = performance.now();
  const move = (now) => {
    gaps.push(now - before);
    before = now;
    area.scrollTop += step * area.clientHeight;
    if (gaps.length < frames) requestAnimationFrame(move);
    else resolve(gaps.slice(2));
  };
  requestAnimationFrame(move);
})"""


class Meter:
    """A page, and what measuring it takes: processor time of its thread and of the whole browser."""

    def __init__(self, browser: Browser, customer: Customer) -> None:
        self.customer = customer
        self._browser: CDPSession = browser.new_browser_cdp_session()
        customer.context.add_init_script(WATCH)
        self.page = customer.page
        self.watch(customer.page)

    def watch(self, page: Page) -> None:
        self.page = page
        self._session = page.context.new_cdp_session(page)
        self._session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def thread_seconds(self) -> float:
        metrics = self._session.send("Performance.getMetrics")["metrics"]
        return float(next(one["value"] for one in metrics if one["name"] == "TaskDuration"))

    def browser_seconds(self) -> float:
        return float(sum(one["cpuTime"] for one in self._browser.send("SystemInfo.getProcessInfo")["processInfo"]))

    def times(self, code: str, argument: Any = None) -> Figures:
        """Run what returns milliseconds; return them with the processor time and the longest task meanwhile."""
        used = self.thread_seconds()
        taken = self.page.evaluate(code, argument)
        each = taken if isinstance(taken, list) else [taken]
        used = self.thread_seconds() - used
        longest = float(self.page.evaluate("Math.max(0, ...window.long)"))
        return summary(each, used * 1000 / len(each), longest)

    def until(self, action: str, argument: str, wanted: str) -> Figures:
        return self.times(UNTIL, [action, argument, wanted])

    def leaves(self) -> None:
        """Close the app; a new tab, which a browser makes something of itself for, is ready."""
        self.page.close()
        self.watch(self.customer.context.new_page())
        self.page.wait_for_timeout(1500)

    def starts(self) -> Figures:
        """Open the installed app in a new tab, and return how long until its list was painted."""
        self.leaves()
        return self.opens()

    def opens(self) -> Figures:
        self.page.goto(f"{self.customer.airline.messenger}/#/")
        taken, longest = self.page.evaluate("async () => [await window.listShown, Math.max(0, ...window.long)]")
        return summary([taken], self.thread_seconds() * 1000, longest)


def summary(times: list[float], used: float, longest: float) -> Figures:
    return {
        "median_ms": round(median(times), 1),
        "worst_ms": round(max(times), 1),
        "cpu_ms": round(used, 1),
        "longest_task_ms": round(longest, 1),
    }


def best_of(measured: list[Figures]) -> Figures:
    """Return the medians of several runs, and the worst of the worst."""
    columns = {name: [one[name] for one in measured] for name in measured[0]}
    return {name: max(each) if name == "worst_ms" else round(median(each), 1) for name, each in columns.items()}


def filled(browser: Browser, journeys: Journeys, *, chats: int, messages: int) -> Meter:
    """Return a customer whose store holds so much."""
    customer = journeys.customer("desktop", service_workers="allow")
    meter = Meter(browser, customer)
    customer.becomes_known("Moin")
    customer.page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    customer.page.evaluate(FILL, {"chats": chats, "messages": messages})
    return meter


def long_chat(meter: Meter, messages: int, runs: int) -> dict[str, Figures]:
    found: dict[str, Figures] = {}
    chat = "nav a[href='#/chat/moewe-air']"
    meter.starts()
    opened = []
    for _ in range(runs):
        opened.append(meter.until("click", chat, ".log article"))
        meter.page.evaluate("location.hash = '#/'")
        meter.page.locator(".log").wait_for(state="detached")
    found[f"open a chat ({messages:,})"] = best_of(opened)
    meter.until("click", chat, ".log article")
    meter.page.wait_for_timeout(500)
    found[f"a key in the chat ({messages:,})"] = meter.times(TYPE)
    found[f"one page up ({messages:,})"] = meter.times(SCROLL, [".log", -1, 60])
    old = "00000010-0000-7000-8000-000000000000"
    found[f"open at a message far up ({messages:,})"] = meter.until(
        "go", f"#/chat/moewe-air/at/{old}", f"[data-message='{old}']"
    )
    # A new tab, whose index of words is empty; somebody goes to the field, and is as quick as a key.
    meter.starts()
    meter.page.locator("nav input[type=search]").focus()
    found[f"first search ({messages:,})"] = meter.until("search", "gepack nr77", "nav .excerpt mark")
    again = []
    for number in range(runs):
        meter.page.locator("nav input[type=search]").fill("")
        meter.page.locator("nav .excerpt").first.wait_for(state="detached")
        again.append(meter.until("search", f"strasse nr{number}", "nav .excerpt mark"))
    found[f"search ({messages:,})"] = best_of(again)
    return found


def long_list(meter: Meter, runs: int) -> dict[str, Figures]:
    return {
        f"start until the list is shown ({CHATS})": best_of([meter.starts() for _ in range(runs)]),
        f"one screen of the list ({CHATS})": meter.times(SCROLL, ["nav .scroll", 0.5, 60]),
    }


def after_a_week(meter: Meter, console: Console) -> dict[str, Figures]:
    """The app is closed, messages come, and it is opened again."""
    customer = meter.customer
    to = customer.airline.heard()[-1]["from"]
    meter.leaves()
    with console.status(f"{QUEUED:,} messages to somebody who is away"), ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda number: customer.airline.says(to, f"Nachricht Nr{number}"), range(QUEUED)))
    customer.airline.says(to, "das war die letzte")
    used = meter.browser_seconds()
    meter.opens()
    meter.page.locator("progress").first.wait_for()
    progress = meter.page.evaluate("performance.now()")
    row = meter.page.locator("nav a[href='#/chat/moewe-air']")
    row.filter(has_text="das war die letzte").wait_for(timeout=PATIENCE)
    meter.page.locator("progress").wait_for(state="detached", timeout=PATIENCE)
    taken = meter.page.evaluate("performance.now()")
    longest = float(meter.page.evaluate("Math.max(0, ...window.long)"))
    used = (meter.browser_seconds() - used) * 1000
    queued = summary([taken], used, longest)
    queued["progress_ms"] = round(progress)
    console.print(
        f"{QUEUED:,} queued: {used / QUEUED:.1f} ms of the whole browser's processor for each, progress seen after {progress:.0f} ms"
    )
    meter.page.wait_for_timeout(500)
    opened = meter.until("click", "nav a[href='#/chat/moewe-air']", ".log article")
    opened["rows"] = meter.page.locator(".log article").count()
    return {f"queued messages ({QUEUED:,})": queued, f"open so many unread ({QUEUED:,})": opened}


def measure(browser: Browser, airline: Airline, options: Namespace, console: Console) -> dict[str, Figures]:
    """Fill, measure, close, once for each store."""
    found: dict[str, Figures] = {}
    for chats, messages in ((0, 5_000), (0, 20_000), (CHATS, 10), (0, 0)):
        journeys = Journeys(airline, browser)
        meter = filled(browser, journeys, chats=chats, messages=messages)
        with console.status(f"{messages:,} messages, {chats} more chats"):
            if chats:
                found |= long_list(meter, options.runs)
            elif messages:
                found |= long_chat(meter, messages, options.runs)
        if not messages:
            found |= after_a_week(meter, console)
        for customer in journeys.customers:
            customer.context.close()
    return found


def show(console: Console, rows: dict[str, Figures]) -> None:
    """Print a line for each thing measured, and its target beside it."""
    table = Table(
        box=SIMPLE,
        title="the messenger in Chromium, in ms: until it is painted, the page's own processor time, its longest task",
    )
    for name in ("", "median", "worst", "CPU", "task", "target"):
        table.add_column(name, justify="right" if name else "left", no_wrap=True)
    for name, figures in rows.items():
        shown = (f"{figures[one]:,.0f}" for one in ("median_ms", "worst_ms", "cpu_ms", "longest_task_ms"))
        table.add_row(name, *shown, TARGETS[name.rpartition(" (")[0]])
    console.print(table)


def main(options: Namespace, console: Console) -> dict[str, Figures]:
    with TemporaryDirectory(prefix="handschlag-speed-") as folder, sync_playwright() as playwright:
        airline = Airline(Path(folder))
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        try:
            return measure(browser, airline, options, console)
        finally:
            browser.close()
            airline.close()


if __name__ == "__main__":
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="how often a thing is done whose median counts")
    parser.add_argument(
        "--json", action="store_true", help="print one line of JSON and nothing else on standard output"
    )
    chosen = parser.parse_args()
    output = console_for(chosen)
    results = main(chosen, output)
    show(output, results)
    finish(chosen, dict(results))

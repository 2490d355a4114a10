"""Measures the messenger's long chats in a real browser: opening, typing, searching, scrolling a long list.

`python -m benchmarks.messenger_speed` runs a sandbox, joins a company, writes chats of several lengths straight into the browser's
store, and prints one line for each figure. Times are from the tap or key to the frame that shows what it did.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import sync_playwright
from tests.browser.journey import Airline, Customer, Journeys
from tests.support.chromium import FLAGS, chromium_path

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FILL = """({chats, messages}) => new Promise((resolve, reject) => {
  const open = indexedDB.open('handschlag');
  open.onsuccess = () => {
    const transaction = open.result.transaction(['companies', 'messages'], 'readwrite');
    const companies = transaction.objectStore('companies');
    const put = (company, at, id, text) => transaction.objectStore('messages').put({
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

# Follows an address inside the app, and returns the milliseconds until the frame in which a selector matches.
GO = """([hash, wanted]) => new Promise((resolve) => {
  const started = performance.now();
  const end = () => resolve(performance.now() - started);
  const look = () => requestAnimationFrame(document.querySelector(wanted) ? end : look);
  location.hash = hash;
  look();
})"""

# Types letters as a keyboard does, and returns for each the milliseconds until the next frame, and the long tasks meanwhile.
TYPE = """async () => {
  const long = [];
  const observer = new PerformanceObserver((list) => long.push(...list.getEntries().map((one) => one.duration)));
  observer.observe({ type: 'longtask' });
  const field = document.querySelector('textarea');
  field.focus();
  const times = [];
  for (const letter of 'Wie schnell ist ein Buchstabe zu sehen, wenn der Chat lang ist?') {
    const started = performance.now();
    document.execCommand('insertText', false, letter);
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    times.push(performance.now() - started);
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  observer.disconnect();
  times.sort((a, b) => a - b);
  return [times[Math.floor(times.length / 2)], times.at(-1), long];
}"""

SEARCH = """(words) => new Promise((resolve) => {
  const field = document.querySelector('nav input[type=search]');
  field.focus();
  field.value = words;
  const started = performance.now();
  field.dispatchEvent(new InputEvent('input', { bubbles: true }));
  const look = () => document.querySelector('nav .excerpt mark') ? resolve(performance.now() - started) : requestAnimationFrame(look);
  look();
})"""

SCROLL = """() => new Promise((resolve) => {
  const list = document.querySelector('nav .scroll');
  const gaps = [];
  let before = performance.now();
  const step = (now) => {
    gaps.push(now - before);
    before = now;
    list.scrollTop += 120;
    if (list.scrollTop + list.clientHeight < list.scrollHeight - 1) requestAnimationFrame(step);
    else resolve([gaps.length, Math.max(...gaps.slice(2))]);
  };
  requestAnimationFrame(step);
})"""


def line(what: str, took: float, budget: str, more: str = "") -> None:
    """Print one row of the table."""
    print(f"{what:<58}{took:>8.0f} ms   {budget:<12}{more}", flush=True)


def filled(journeys: Journeys, *, chats: int, messages: int) -> Customer:
    """Return a customer whose store holds so much."""
    customer = journeys.customer("desktop")
    customer.joins()
    customer.page.evaluate(FILL, {"chats": chats, "messages": messages})
    customer.goes_to("#/")
    customer.page.reload()
    customer.page.locator("nav [data-row]").first.wait_for()
    return customer


def measure(browser: Browser, airline: Airline) -> None:
    """Fill, measure, print."""
    journeys = Journeys(airline, browser)
    for messages in (5_000, 20_000):
        page = filled(journeys, chats=0, messages=messages).page
        wanted = "article:last-of-type"
        line(f"open a chat of {messages:,}", page.evaluate(GO, ["#/chat/moewe-air", wanted]), "< 500")
        median, worst, long = page.evaluate(TYPE)
        line(
            f"a key in a chat of {messages:,}, median", median, "< 50", f"worst {worst:.0f} ms, {len(long)} long tasks"
        )
        line(
            f"the first search through {messages:,}",
            page.evaluate(SEARCH, "gepack nr77"),
            "",
            "reads every message once",
        )
        line(f"a further search through {messages:,}", again(page, "strasse nr123"), "< 200")
        old = ["#/chat/moewe-air/at/00000010-0000-7000-8000-000000000000", "[data-message^='00000010']"]
        line(f"open at a message {messages - 10:,} back", page.evaluate(GO, old), "< 500")
    page = filled(journeys, chats=300, messages=10).page
    frames, worst = page.evaluate(SCROLL)
    line("longest frame while scrolling 300 chats", worst, "< 50", f"{frames} frames")
    for customer in journeys.customers:
        customer.context.close()


def again(page: Any, words: str) -> float:
    """Clear the field, then search for something else."""
    field = page.locator("nav input[type=search]")
    field.fill("")
    page.locator("nav .excerpt").first.wait_for(state="detached")
    took: float = page.evaluate(SEARCH, words)
    return took


def main() -> None:
    """Run the sandbox and the browser around the measuring."""
    with tempfile.TemporaryDirectory(prefix="handschlag-speed-") as folder, sync_playwright() as playwright:
        airline = Airline(Path(folder))
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        try:
            measure(browser, airline)
        finally:
            browser.close()
            airline.close()


if __name__ == "__main__":
    main()

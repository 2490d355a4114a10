"""A chat of 5,000 messages opens at once, and what changes in one chat does not read the others."""

from __future__ import annotations

import pytest
from tests.browser.harness.customer import Customer

pytestmark = pytest.mark.browser

FILL = """(company) => new Promise((resolve, reject) => {
  const open = indexedDB.open('handschlag');
  open.onsuccess = () => {
    const transaction = open.result.transaction('messages', 'readwrite');
    for (let n = 0; n < 5000; n++) transaction.objectStore('messages').put({
      id: `018${String(n).padStart(5, '0')}-0000-7000-8000-000000000000`, company, direction: n % 2 ? 'in' : 'out', at: 1_700_000_000_000 + n,
      type: 'text', text: `Nachricht ${n} `.repeat(8), header: '', footer: '', buttons: [], category: null, status: n % 2 ? null : 'read',
      attempt: 0, kind: 'service', unread: 0, quote: null, body: { type: 'text', text: { body: `Nachricht ${n}` } },
    });
    transaction.oncomplete = () => { open.result.close(); resolve(); };
    transaction.onerror = () => reject(transaction.error);
  };
})"""

OPEN = """(company) => new Promise((resolve) => {
  const started = performance.now();
  const stop = window.client.thread(company, 200).subscribe((thread) => {
    if (thread) { resolve([performance.now() - started, thread.messages.length, thread.messages.at(-1).text, thread.hasOlder]); stop?.(); }
  });
})"""


def test_a_chat_of_five_thousand_messages_opens_in_half_a_second(anna: Customer) -> None:
    anna.page.evaluate(FILL, anna.company)
    took, count, newest, older = anna.page.evaluate(OPEN, anna.company)
    print(f"opened in {took:.0f} ms")
    assert (count, older) == (200, True)
    assert newest.startswith("Nachricht 4999")
    assert took < 500

"""A chat of 5,000 messages opens at once, and what changes is read and drawn alone: all chats at once, a draft not at all."""

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

# Does something, and returns the stores of each transaction that the page began for it.
STORES_READ = """async (action) => {
  const stores = [];
  const { transaction } = IDBDatabase.prototype;
  IDBDatabase.prototype.transaction = function (names, ...more) {
    stores.push([names].flat().join());
    return transaction.call(this, names, ...more);
  };
  const { client, seen } = window;
  const [{ company: { account: company } }] = seen.chats;
  const before = seen.chats;
  if (action === 'draft') await client.setDraft(company, 'Moi');
  else client.tab.announce(action === 'one' ? company : undefined);
  while (seen.chats === before || (action !== 'draft' && !stores.at(-1).includes('messages'))) await new Promise((resolve) => setTimeout(resolve));
  IDBDatabase.prototype.transaction = transaction;
  return [stores, seen.chats[0].draft];
}"""
# Follows a chat while one of its messages changes; returns which of those shown are other objects than before.
DRAWN_AGAIN = """(company) => new Promise((resolve) => {
  let before = null;
  const { client } = window;
  const { store } = client.tab;
  client.thread(company, 50).subscribe(async (thread) => {
    if (!thread) return;
    const known = before;
    before = thread.messages;
    if (known) return resolve(thread.messages.filter((one) => !known.includes(one)).map((one) => one.text.slice(0, 14)));
    await store.put('messages', { ...await store.get('messages', thread.messages[7].id), reaction: '✈️' });
    client.tab.announce(company);
  });
})"""


def test_a_chat_of_five_thousand_messages_opens_in_half_a_second(anna: Customer) -> None:
    anna.page.evaluate(FILL, anna.company)
    took, count, newest, older = anna.page.evaluate(OPEN, anna.company)
    print(f"opened in {took:.0f} ms")
    assert (count, older) == (200, True)
    assert newest.startswith("Nachricht 4999")
    assert took < 500


def test_what_changes_is_read_and_drawn_alone(anna: Customer) -> None:
    anna.page.evaluate(FILL, anna.company)
    stores, _ = anna.page.evaluate(STORES_READ, "all")
    assert stores.count("companies,messages") == 1
    stores, draft = anna.page.evaluate(STORES_READ, "draft")
    assert (stores, draft) == (["companies"], "Moi")
    assert anna.page.evaluate(DRAWN_AGAIN, anna.company) == ["Nachricht 4957"]

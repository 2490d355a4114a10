// Lines of an archive: what is written is read, and what does not fit is refused with a word for it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StoredCompany, StoredMessage } from '../store.ts';
import { compress, decompress } from './compression.ts';
import { ARCHIVE, ArchiveError, lineText, parseLine } from './lines.ts';

const ACCOUNT = `@${'a'.repeat(26)}:relay.example`;
const message = {
  id: '0190163d-8694-739b-aea5-966c26f8ad91', company: ACCOUNT, direction: 'out', at: 5, type: 'text', text: 'Grüße', header: '', footer: '', buttons: [],
  category: null, quote: null, status: 'read', attempt: 0, kind: 'service', body: { type: 'text' }, unread: 0,
} as StoredMessage;
const company = {
  account: ACCOUNT, company: { account: ACCOUNT, handle: 'airline', name: 'Airline' }, masterKey: 'k', offer: null, offerHash: '', records: [], receipts: {}, purposes: [],
  blocked: false, draft: '', templates: {}, introduced: true, mutedUntil: Infinity,
} as unknown as StoredCompany;

const refusal = (text: string): string => {
  try {
    parseLine(text);
  } catch (error) {
    if (error instanceof ArchiveError) return error.problem;
  }
  return 'taken';
};

test('each kind of line is read as it was written', () => {
  for (const line of [{ archive: ARCHIVE } as const, { message }, { end: { companies: 1, messages: 2 } }]) assert.deepEqual(parseLine(lineText(line)), line);
});

test('what is muted for ever stays so for longer than anybody lives', () => {
  const read = parseLine(lineText({ company })) as unknown as { company: { mutedUntil: number } };
  assert.equal(read.company.mutedUntil, Number.MAX_SAFE_INTEGER);
});

test('another version is called by its name', () => {
  assert.equal(refusal('{"archive":"handschlag.archive.v2"}'), 'unknown_version');
});

test('rubbish is refused: no JSON, no object, a kind nobody knows, rows that do not fit', () => {
  const rows = ['', 'x', '[]', '7', '{}', '{"keys":{}}', '{"constructor":1}', '{"fact":"store_key","value":1}', '{"end":{"companies":-1,"messages":0}}'];
  const broken = { ...message, at: 'soon' } as unknown as StoredMessage;
  for (const text of [...rows, lineText({ message: broken }), lineText({ company: { ...company, records: [1] } as unknown as StoredCompany })]) {
    assert.equal(refusal(text), 'broken', text);
  }
});

test('a chunk is smaller when it is compressed, and the same afterwards', async () => {
  const text = new TextEncoder().encode(lineText({ message }).repeat(500)) as Uint8Array<ArrayBuffer>;
  const small = await compress(text);
  assert.ok(small.length < text.length / 20);
  assert.deepEqual(await decompress(small), text);
});

test('what is not compressed, or grows without end, is no chunk', async () => {
  const bomb = await compress(new Uint8Array(9_000_000));
  for (const bytes of [new Uint8Array([1, 2, 3]), bomb]) await assert.rejects(decompress(bytes), ArchiveError);
});

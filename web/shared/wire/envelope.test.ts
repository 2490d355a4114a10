// Headers, ids and padding: the same bytes as in Python.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashOf, toBytes } from './canonical.ts';
import {
  BUCKETS, headerText, isEnvelopeId, makeAccountId, makeContent, makeDeviceId, makeEnvelopeId, messageId, parseHeader, parseMessageId, timeOfId,
} from './envelope.ts';
import { vectors } from './vectors.ts';

test('a header has one spelling and one hash', async () => {
  for (const { header, canonical, hash } of vectors('headers').cases) {
    assert.ok(parseHeader(header));
    assert.equal(headerText(header), canonical);
    assert.equal(await hashOf(canonical), hash);
  }
});

test('a broken header is refused', () => {
  for (const { header, why } of vectors('headers').refused) assert.equal(parseHeader(header), null, why);
});

test('what is no header at all is refused, and so is each field of another type', () => {
  const [{ header }] = vectors('headers').cases;
  for (const value of [null, undefined, 5, '', [], {}, [header]]) assert.equal(parseHeader(value), null);
  for (const field of Object.keys(header)) {
    for (const value of [null, {}, [], true, -1, 'x']) assert.equal(parseHeader({ ...header, [field]: value }), null, `${field} ${value}`);
  }
  for (const spoiled of [{ attempt: 10 }, { attempt: -1 }, { ttl: 0 }, { sent_at: 1.5 }]) assert.equal(parseHeader({ ...header, ...spoiled }), null);
});

test('a wamid is computed from the envelope id and back', () => {
  const { cases, accepted, refused } = vectors('message_ids');
  for (const { id, wamid } of cases) {
    assert.equal(messageId(id), wamid);
    assert.equal(parseMessageId(wamid), id);
  }
  for (const { id, wamid } of accepted) assert.equal(parseMessageId(wamid), id);
  for (const text of refused) assert.equal(parseMessageId(text), null, text);
});

test('a content is padded to exactly the smallest bucket that holds it', () => {
  for (const { header, body, salt, size, pad } of vectors('padding').cases) {
    // The browser never seals a template, which alone has a salt.
    if (salt !== null) continue;
    const { size: _, ...draft } = header;
    const content = makeContent(draft, JSON.parse(body));
    assert.equal(content.header.size, size);
    assert.equal(content.pad, '0'.repeat(pad));
    assert.equal(toBytes(JSON.stringify(content)).length, size);
  }
});

test('a content beyond the largest bucket is refused', () => {
  const [{ header }] = vectors('padding').cases;
  assert.throws(() => makeContent(header, { text: 'x'.repeat(BUCKETS.at(-1)!) }), RangeError);
});

test('ids that are made are ids, and carry their time', () => {
  const now = 1_763_900_000_123;
  const id = makeEnvelopeId(now);
  assert.ok(isEnvelopeId(id));
  assert.equal(timeOfId(id), now);
  const header = {
    id, from: makeAccountId('relay.example:8700'), from_device: makeDeviceId(), to: makeAccountId('localhost'), kind: 'service', sent_at: 1, size: 512,
  };
  assert.ok(parseHeader(header));
});

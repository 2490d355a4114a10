// What was asked for again is remembered until it comes, and asked for once more no longer than somebody would answer.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeEnvelopeId } from '../../shared/wire/envelope.ts';
import { noteAsked, noteCame, stillAsked, type Awaited } from './awaited.ts';

const NOW = Date.UTC(2026, 10, 1);
const [HARBOUR, AIRLINE] = ['@harbour:relay.example', '@airline:relay.example'];

test('what was asked for is awaited with its last attempt, until it comes', () => {
  const awaited: Awaited = {};
  const id = makeEnvelopeId(NOW);
  noteAsked(awaited, AIRLINE, { id, attempt: 0 });
  noteAsked(awaited, AIRLINE, { id, attempt: 1 });
  assert.deepEqual(stillAsked(awaited, AIRLINE, NOW), [{ id, attempt: 1 }]);
  assert.deepEqual(stillAsked(awaited, HARBOUR, NOW), []);
  assert.equal(noteCame(awaited, HARBOUR, id), false);
  assert.equal(noteCame(awaited, AIRLINE, id), true);
  assert.deepEqual(awaited, {});
});

test('what nobody has to answer any more is not asked for', () => {
  const awaited: Awaited = {};
  noteAsked(awaited, AIRLINE, { id: makeEnvelopeId(NOW - 8 * 86_400_000), attempt: 0 });
  assert.deepEqual(stillAsked(awaited, AIRLINE, NOW), []);
});

test('a relay that damages everything makes no more than 400 remembered, the newest', () => {
  const awaited: Awaited = {};
  const ids = Array.from({ length: 500 }, (_, number) => makeEnvelopeId(NOW + number));
  for (const id of ids) noteAsked(awaited, AIRLINE, { id, attempt: 0 });
  assert.deepEqual(stillAsked(awaited, AIRLINE, NOW).map((one) => one.id).sort(), ids.slice(100).sort());
});

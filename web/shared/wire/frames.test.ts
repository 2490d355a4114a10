// Whatever a relay says on the socket is either a frame or nothing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFrame } from './frames.ts';

const WELCOME = { type: 'welcome', time: 1.5, waiting: 0, one_time_keys: 50, unused_fallback_keys: ['signed_curve25519'] };

test('the four frames are read', () => {
  for (const frame of [
    WELCOME,
    { type: 'keys', one_time_keys: 3, unused_fallback_keys: [] },
    { type: 'results', results: [{ id: 'x', at: 1.5 }, { id: 'y', attempt: 1, refusal: { code: 'blocked' } }] },
    { type: 'deliver', events: [{ number: 7, note: { what: 'delivered' } }] },
  ]) assert.deepEqual(parseFrame(JSON.stringify(frame)), frame);
});

test('rubbish is no frame', () => {
  for (const text of ['', '{', 'null', '5', '[]', '"welcome"', '{}', '<html>', '{"type":"welcome"}', new ArrayBuffer(3), undefined]) assert.equal(parseFrame(text), null);
});

test('a frame with a part of another type is none', () => {
  for (const spoiled of [
    { ...WELCOME, time: 'now' },
    { ...WELCOME, unused_fallback_keys: [5] },
    { ...WELCOME, one_time_keys: null },
    { type: 'results', results: {} },
    { type: 'results', results: [null] },
    { type: 'results', results: [{ id: 'x' }] },
    { type: 'results', results: [{ id: 'x', refusal: 'no' }] },
    { type: 'results', results: [{ id: 'x', refusal: {} }] },
    { type: 'deliver', events: [{ number: '7' }] },
    { type: 'deliver', events: [{ number: 1e300 }] },
    { type: 'deliver', events: null },
    { type: 'keys' },
    { type: 'shout' },
  ]) assert.equal(parseFrame(JSON.stringify(spoiled)), null, JSON.stringify(spoiled));
});

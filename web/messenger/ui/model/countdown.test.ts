// How long an offer still lasts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { remaining } from './countdown.ts';

const HOUR = 3_600_000;

test('days are counted until the last two, then every second is', () => {
  assert.equal(remaining(80 * HOUR, 0, 'en').text, '3 days');
  assert.equal(remaining(80 * HOUR, 0, 'de').text, '3 Tage');
  assert.equal(remaining(48 * HOUR, 0, 'en').text, '2 days');
  assert.equal(remaining(48 * HOUR - 1, 0, 'en').text, '47:59:59');
  assert.equal(remaining(61_500, 0, 'en').text, '00:01:01');
});

test('it says when its text will be another one', () => {
  assert.equal(remaining(80 * HOUR, 0, 'en').next, 8 * HOUR + 1);
  assert.equal(remaining(61_500, 0, 'en').next, 501);
});

test('what is spoken does not change each second', () => {
  assert.equal(remaining(61_500, 0, 'en').spoken, '1 minute');
  assert.equal(remaining(5 * HOUR + 10, 0, 'de').spoken, '5 Stunden');
  assert.equal(remaining(900, 0, 'en').spoken, '1 minute');
});

test('at its end it is over, not at zero', () => {
  assert.equal(remaining(1000, 999, 'en').over, false);
  assert.equal(remaining(1000, 1000, 'en').over, true);
  assert.equal(remaining(1000, 5000, 'en').over, true);
});

// When it is not the time for a notification.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isQuiet } from './choices.ts';

const at = (hour: number, minute = 0): Date => new Date(2026, 10, 24, hour, minute);

test('quiet hours reach over midnight, and end on their minute', () => {
  const night = { start: 22 * 60, end: 7 * 60 };
  assert.deepEqual([at(21, 59), at(22), at(3), at(6, 59), at(7)].map((one) => isQuiet(night, one)), [false, true, true, true, false]);
  const noon = { start: 12 * 60, end: 13 * 60 };
  assert.deepEqual([at(11, 59), at(12), at(12, 59), at(13)].map((one) => isQuiet(noon, one)), [false, true, true, false]);
  assert.equal(isQuiet(null, at(3)), false);
});

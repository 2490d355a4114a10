// How moments are named, in English and German.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dayOf, dayText, rowText } from './dates.ts';

const now = new Date(2026, 10, 25, 14, 5).getTime();
const daysAgo = (days: number, hour = 9): number => new Date(2026, 10, 25 - days, hour, 7).getTime();

test('the days nearby have names, the week has weekdays, the rest dates', () => {
  assert.deepEqual([0, 1, 3, 40, 400].map((days) => dayText(daysAgo(days), now, 'en-GB')), [
    'Today', 'Yesterday', 'Sunday', '16 October', '21 October 2025',
  ]);
  assert.deepEqual([0, 1, 3, 40].map((days) => dayText(daysAgo(days), now, 'de')), ['Heute', 'Gestern', 'Sonntag', '16. Oktober']);
});

test('a row of the list shows a time today and a day before', () => {
  assert.deepEqual([0, 1, 3, 40].map((days) => rowText(daysAgo(days), now, 'de')), ['09:07', 'Gestern', 'So', '16.10.26']);
});

test('a day begins at local midnight, also where the clocks change', () => {
  assert.equal(dayOf(new Date(2026, 9, 25, 23, 59).getTime()) + 1, dayOf(new Date(2026, 9, 26, 0, 0).getTime()));
  assert.equal(dayOf(new Date(2026, 2, 29, 0, 0).getTime()), dayOf(new Date(2026, 2, 29, 23, 59).getTime()));
});

test('a message from a clock slightly ahead is of today', () => {
  assert.equal(rowText(now + 60_000, now, 'de'), '14:06');
});

// How long the live socket waits before it tries again; what needs a network is tested in a browser.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitBefore } from './live_socket.ts';

test('the wait is anything up to a bound that doubles, and ends at half a minute', () => {
  for (const [attempt, longest] of [[0, 500], [1, 1000], [3, 4000], [6, 30_000], [1000, 30_000]] as const) {
    assert.equal(waitBefore(attempt, 1), longest);
    assert.equal(waitBefore(attempt, 0.5), longest / 2);
    assert.equal(waitBefore(attempt, 0), 0);
  }
});

test('it is never shorter than asked for', () => {
  assert.equal(waitBefore(0, 0, 30_000), 30_000);
  assert.equal(waitBefore(6, 1, 5000), 30_000);
});

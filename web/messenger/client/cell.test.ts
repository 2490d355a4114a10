// A value that is watched.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Cell } from './cell.ts';

test('a watcher hears the value at once and at each change, until it stops', () => {
  const cell = new Cell(1);
  const heard: number[] = [];
  const stop = cell.subscribe((value) => heard.push(value));
  cell.set(2);
  stop();
  cell.set(3);
  assert.deepEqual(heard, [1, 2]);
  assert.equal(cell.value, 3);
});

test('a part is changed, the rest stays', () => {
  const cell = new Cell({ a: 1, b: 2 });
  cell.change({ b: 3 });
  assert.deepEqual(cell.value, { a: 1, b: 3 });
});

test('work is done only while somebody watches, once for all, and begins anew', () => {
  const cell = new Cell(0);
  const log: string[] = [];
  cell.onUse(() => {
    log.push('start');
    return () => log.push('stop');
  });
  const [first, second] = [cell.subscribe(() => {}), cell.subscribe(() => {})];
  first();
  first();
  assert.deepEqual(log, ['start']);
  second();
  assert.deepEqual(log, ['start', 'stop']);
  cell.subscribe(() => {})();
  assert.deepEqual(log, ['start', 'stop', 'start', 'stop']);
});

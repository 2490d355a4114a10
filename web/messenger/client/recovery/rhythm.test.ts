// When backups are made: what changed is not left for long, not made too often, and what failed is tried again.
import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';
import { Rhythm } from './rhythm.ts';

const MINUTE = 60_000;
let now = 0;
let made: number[] = [];

beforeEach(() => {
  [now, made] = [0, []];
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout'] });
  mock.method(performance, 'now', () => now);
});

const rhythm = (make: () => Promise<void> = async () => {}): Rhythm => new Rhythm(async () => {
  made.push(now / MINUTE);
  await make();
});

async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

/** Lets time pass, second by second. */
async function pass(minutes: number): Promise<void> {
  for (let second = 0; second < minutes * 60; second++) {
    now += 1000;
    mock.timers.tick(1000);
    await settled();
  }
}

test('a minute after the start, then two after a change, and ten apart', async () => {
  const one = rhythm();
  one.start();
  await pass(5);
  one.note();
  await pass(1);
  one.note();
  await pass(20);
  assert.deepEqual(made, [1, 11]);
  one.note();
  await pass(20);
  assert.deepEqual(made, [1, 11, 28]);
});

test('what comes while one is being made is in the next', async () => {
  let finish = () => {};
  const one = rhythm(() => new Promise((resolve) => (finish = resolve)));
  void one.now();
  await pass(1);
  one.note();
  await pass(1);
  finish();
  await pass(9);
  assert.deepEqual(made, [0, 10]);
});

test('whoever wants one at once gets one that began after they asked', async () => {
  let finish = () => {};
  const one = rhythm(() => new Promise((resolve) => (finish = resolve)));
  const ended: string[] = [];
  void one.now().then(() => ended.push('first'));
  void one.now().then(() => ended.push('second'));
  await settled();
  assert.deepEqual([made.length, ended], [1, []]);
  finish();
  await settled();
  assert.deepEqual([made.length, ended], [2, ['first']]);
  finish();
  await settled();
  assert.deepEqual(ended, ['first', 'second']);
});

test('what failed is tried again, less and less often, and at once when the network is back', async () => {
  const one = rhythm(async () => one.failed());
  void one.now();
  await pass(30);
  assert.deepEqual(made, [0, 0.25, 1.25, 6.25, 21.25]);
  one.wake();
  await pass(0.5);
  assert.equal(made.length, 6);
});

test('an error of one does not stop the next', async () => {
  let failing = true;
  const one = rhythm(async () => {
    if (failing) throw new Error('no room');
  });
  await assert.rejects(one.now(), /no room/);
  failing = false;
  await one.now();
  assert.equal(made.length, 2);
});

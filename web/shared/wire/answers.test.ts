// What counts as an answer that can be read.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { having, listOf, number, object, objectOf, orNothing, record, text } from './answers.ts';

const SIGNED = { record: '{}', key: 'ed25519:A', signature: 's' };

test('every field must be there and of its kind; others are nobody\'s business', () => {
  const check = having({ name: text, time: number });
  assert.ok(check({ name: 'a', time: 1, more: [] }));
  for (const wrong of [null, [], 'a', {}, { name: 'a' }, { name: 1, time: 1 }, { name: 'a', time: '1' }, { name: 'a', time: null }]) assert.ok(!check(wrong), JSON.stringify(wrong));
});

test('lists and objects are looked into', () => {
  assert.ok(having({ records: listOf(record) })({ records: [SIGNED] }));
  assert.ok(!having({ records: listOf(record) })({ records: [SIGNED, {}] }));
  assert.ok(!having({ records: listOf(record) })({ records: { 0: SIGNED } }));
  assert.ok(having({ keys: objectOf(objectOf(object)) })({ keys: { a: { b: {} } } }));
  assert.ok(!having({ keys: objectOf(objectOf(object)) })({ keys: { a: [] } }));
});

test('what may be missing may be nothing, but not something else', () => {
  const check = having({ list: orNothing(record) });
  assert.ok([{}, { list: null }, { list: SIGNED }].every(check));
  assert.ok(!check({ list: 'no' }));
});

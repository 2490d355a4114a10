// Grouping of a thread into days and groups.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Message } from '../../client/api.ts';
import { daysOf } from './rows.ts';

const at = (day: number, hour: number, minute: number, second = 0): number => new Date(2026, 10, day, hour, minute, second).getTime();
const message = (id: string, when: number, change: Partial<Message> = {}): Message => ({
  id, at: when, direction: 'in', type: 'text', text: id, header: '', footer: '', buttons: [], category: null, quote: null, status: null, ...change,
});
const shape = (messages: Message[], unread: string | null = null): string[] =>
  daysOf(messages, unread).map(({ rows }) => rows.map((row) => `${row.unread ? '|' : ''}${row.first ? '(' : ''}${row.message.id}${row.last ? ')' : ''}`).join(' '));

test('messages of one side and minute are a group', () => {
  const messages = [message('a', at(3, 9, 0)), message('b', at(3, 9, 0, 40)), message('c', at(3, 9, 1)), message('d', at(3, 9, 1), { direction: 'out' })];
  assert.deepEqual(shape(messages), ['(a b) (c) (d)']);
});

test('a new day begins a new group', () => {
  assert.deepEqual(shape([message('a', at(3, 23, 59, 59)), message('b', at(4, 0, 0))]), ['(a)', '(b)']);
});

test('the unread bar parts a group', () => {
  assert.deepEqual(shape([message('a', at(3, 9, 0)), message('b', at(3, 9, 0, 5)), message('c', at(3, 9, 0, 6))], 'b'), ['(a) |(b c)']);
});

test('a failed message and a notice stand alone', () => {
  const out = { direction: 'out' } as const;
  const messages = [message('a', at(3, 9, 0), { ...out, status: 'failed' }), message('b', at(3, 9, 0), out), message('c', at(3, 9, 0), { type: 'withheld' }), message('d', at(3, 9, 0))];
  assert.deepEqual(shape(messages), ['(a) (b) (c) (d)']);
});

test('time and state stand at the end of a group, and where the state changes within it', () => {
  const sent = (id: string, status: Message['status']): Message => message(id, at(3, 9, 0), { direction: 'out', status });
  const [day] = daysOf([sent('a', 'read'), sent('b', 'read'), sent('c', 'waiting'), sent('d', 'waiting')], null);
  assert.deepEqual(day!.rows.map((row) => row.meta), [false, true, false, true]);
});

// Free-form messages: what Python understands is shown here, and what it does not is said to be unsupported.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { vectors } from '../../shared/wire/vectors.ts';
import { parseBody } from './bodies.ts';
import { showService } from './shown.ts';

type Message = Record<string, unknown> & { type: string };
const { shown, unsupported } = vectors('messages') as { shown: Message[]; unsupported: Message[] };

test('every message a company may send is shown', () => {
  for (const message of shown) assert.match(String(parseBody('service', message)?.is), /^(shown|reaction)$/, JSON.stringify(message).slice(0, 200));
});

test('what breaks a limit, or only customers send, is unsupported', () => {
  for (const message of unsupported) assert.equal(parseBody('service', message)?.is, 'unsupported', JSON.stringify(message).slice(0, 300));
});

test('a tap sends what was offered, and nothing else of the message', () => {
  const of = (kind: string) => shown.find(({ interactive }) => (interactive as { type?: string } | undefined)?.type === kind)!;
  const buttons = showService('interactive', of('button').interactive)!;
  assert.deepEqual(buttons.choices.map((one) => one.answer), ['yes', 'no'].map((id) => (
    { type: 'interactive', interactive: { type: 'button_reply', button_reply: { id, title: id === 'yes' ? 'Yes' : 'No' } } })));
  const list = showService('interactive', of('list').interactive)!;
  assert.deepEqual([list.chooser, list.choices.map((one) => [one.section, one.text, one.hint])], ['Choose', [['Front', '1A', 'window'], ['Back', '20C', '']]]);
  assert.deepEqual(list.choices[0]!.answer, { type: 'interactive', interactive: { type: 'list_reply', list_reply: { id: '1a', title: '1A', description: 'window' } } });
});

test('a place and cards are told by their names', () => {
  const part = (type: string) => showService(type, shown.find((one) => one.type === type)![type])!.part;
  assert.deepEqual(part('location'), { kind: 'location', name: 'Headquarters, Am Kai 1' });
  assert.deepEqual(part('contacts'), { kind: 'contacts', name: 'John Smith' });
  assert.deepEqual(part('document'), { kind: 'document', name: 'f' });
  assert.deepEqual(part('audio'), { kind: 'voice', name: '' });
});

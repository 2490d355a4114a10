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

const part = (type: string) => showService(type, shown.find((one) => one.type === type)![type])!.part!;

test('a place is told by its name and found by its degrees', () => {
  const place = { latitude: 37.758056, longitude: -122.425332, name: 'Headquarters', address: 'Am Kai 1', url: '' };
  assert.deepEqual(part('location'), { kind: 'location', name: 'Headquarters, Am Kai 1', place });
});

test('a card keeps everything that is on it', () => {
  const { kind, name, contacts } = part('contacts');
  assert.deepEqual([kind, name, contacts?.length], ['contacts', 'John Smith', 1]);
  const card = contacts![0]!;
  assert.deepEqual([card.company, card.title, card.birthday], ['Möwe Air', 'Cook', '2012-08-18']);
  assert.deepEqual([card.numbers, card.emails], [[{ kind: 'WORK', value: '+1 (650) 555-1234' }], [{ kind: 'WORK', value: 'john@example.com' }]]);
  assert.deepEqual(card.addresses.map(({ street, zip, city }) => [street, zip, city]), [['Am Kai 1', '24159', 'Kiel']]);
});

test('files are told by their kind and name', () => {
  const { file, preview, ...document } = part('document');
  assert.deepEqual([document, preview], [{ kind: 'document', name: 'f' }, {}]);
  assert.deepEqual(file, { id: 'blob', key: file!.key, prefix: file!.prefix, sha256: file!.sha256, mime: 'application/pdf', size: 1234 });
  assert.deepEqual([part('audio').kind, part('audio').file!.mime], ['voice', 'audio/ogg']);
});

test('the cards of a carousel stand side by side, and their answers are counted on', () => {
  const carousel = shown.find(({ interactive }) => (interactive as { type?: string } | undefined)?.type === 'carousel')!;
  const message = showService('interactive', carousel.interactive)!;
  assert.deepEqual(message.extras!.cards.map(({ text, first }) => [text, first]), [['Route 0', 0], ['Route 1', 0]]);
  assert.deepEqual(message.extras!.cards.map(({ buttons }) => buttons.length), [1, 1]);
});

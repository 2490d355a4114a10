// What a template becomes in the chat: every button has its place, and an answer carries its payload.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { vectors } from '../../../shared/wire/vectors.ts';
import type { Part } from '../api.ts';
import { parseDefinition } from './definition.ts';
import { messageOf } from './message.ts';
import { render } from './rendering.ts';

const { definitions, rendered } = vectors('templates');
const messages = (name: string) => rendered
  .filter((one: { definition: string }) => one.definition === name)
  .map(({ components }: { components: unknown }) => messageOf(render(parseDefinition(JSON.parse(definitions[name].text)), components)));

test('pages, answers and numbers of a template', () => {
  const [message] = messages('departure');
  assert.deepEqual(message.buttons, [{ text: 'Ticket', url: 'https://www.fly.example/t/abc?x=1&y=%20z' }]);
  assert.deepEqual(message.choices.map((one: { answer: unknown }) => one.answer), [{ type: 'button', button: { payload: 'ok', text: 'Thanks' } }]);
  assert.deepEqual(message.extras.numbers, [{ text: 'Call', number: '+4930123456' }]);
});

test('a file is named, and a place by its words or its degrees', () => {
  const [{ part: { file, ...picture } }, { part: paper }] = [messages('picture')[0], messages('paper')[0]];
  assert.deepEqual(picture, { kind: 'image', name: '', preview: {} });
  assert.deepEqual([file.mime, file.size], ['image/jpeg', 1234]);
  assert.deepEqual([paper.kind, paper.name, paper.file.mime], ['document', 'Ticket 1.pdf', 'application/pdf']);
  assert.deepEqual(messages('place').map(({ part: { kind, name, place } }: { part: Part }) => [kind, name, place!.longitude]), [
    ['location', 'Harbour, Am Kai 1, Hamburg', -9.9937], ['location', '-90, 180', 180],
  ]);
});

test('codes, forms and an offer with its end', () => {
  assert.deepEqual(messages('code')[0].extras.codes, [{ text: 'Copy code', code: '123456' }]);
  assert.deepEqual(messages('form')[0].extras.forms, ['Open form']);
  const { offer, codes } = messages('sale')[0].extras;
  assert.deepEqual([offer, codes], [{ text: 'Spring sale', expiresAt: 1_795_000_000_000 }, [{ text: 'Copy code', code: '25OFF' }]]);
});

test('answers on cards are counted on from those above them', () => {
  const [message] = messages('carousel');
  assert.deepEqual(message.extras.cards.map(({ text, first }: { text: string; first: number }) => [text, first]), [['Number 1 for Ada only.', 0], ['Number 2 for Bob only.', 1]]);
  assert.deepEqual(message.choices.length, 2);
  assert.equal(message.extras.cards[1].choices[0].answer.button.payload, 'More');
});

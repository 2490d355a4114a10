// Which form a message brings, and which answers an open form takes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formOfMessage, formOfTemplate, parseFormAnswer, Questions } from './forms.ts';
import type { Notice } from './broadcast.ts';

const ID = '019b2c3d-4e5f-7a6b-8c7d-9e0f1a2b3c4d';
const TEXT = '{"version":"7.3","screens":[{"id":"A"}]}';
const message = (parameters: object) => ({ interactive: { action: { parameters } } });
const SCREEN = { screen: 'A', data: { x: 1 }, problem: null, message: null };

test('a message brings its form and how it is opened', () => {
  const form = formOfMessage(message({ flow: { text: TEXT }, flow_token: 't', flow_action: 'data_exchange', flow_action_payload: { screen: 'A', data: { x: 1 } } }));
  assert.deepEqual(form, { flow: JSON.parse(TEXT), token: 't', action: 'data_exchange', screen: 'A', data: { x: 1 } });
  assert.deepEqual(formOfMessage(message({ flow: { text: TEXT } })), { flow: JSON.parse(TEXT), token: 'unused', action: 'navigate', screen: null, data: {} });
  const opening = { target: { flow_action: 'navigate', navigate_screen: 'A' }, token: 't', data: '{"x":1}', form: { text: TEXT } };
  const button = { type: 'flow', text: 'Go', url: '', phone_number: '', payload: '', code: '', flow: opening };
  assert.deepEqual(formOfTemplate([button] as never), { flow: JSON.parse(TEXT), token: 't', action: 'navigate', screen: 'A', data: { x: 1 } });
});

test('what is no form is none', () => {
  for (const flow of [undefined, null, {}, { text: 5 }, { text: '{' }, { text: '[]' }, { text: '{"screens":[]}' }, { text: `{"screens":[{}],"x":"${'x'.repeat(50_000)}"}` }]) {
    assert.equal(formOfMessage(message({ flow })), null);
  }
  assert.equal(formOfMessage({}), null);
  assert.equal(formOfTemplate([]), null);
});

test('an answer is a screen or a problem', () => {
  assert.deepEqual(parseFormAnswer({ request: ID, screen: 'A', data: { x: 1 } }), { request: ID, answer: SCREEN });
  assert.deepEqual(parseFormAnswer({ request: ID, problem: 'token', message: 'Over' })?.answer, { screen: null, data: {}, problem: 'token', message: 'Over' });
  const refused = [
    {}, { request: ID }, { request: ID, screen: 'A', problem: 'token' }, { request: ID, problem: 'fun' }, { request: ID, screen: 'A', data: [] },
    { request: ID, screen: 'A', text: 'hidden' }, { request: ID, screen: 'A'.repeat(201) }, { request: ID, problem: 'token', message: 'x'.repeat(1001) },
  ];
  for (const value of refused) assert.equal(parseFormAnswer(value), null, JSON.stringify(value).slice(0, 80));
});

test('only the company that was asked can answer, and only while the question is open', async () => {
  const told: Notice[] = [];
  const questions = new Questions((notice) => told.push(notice));
  const answer = questions.ask('@a', ID, { action: 'INIT', screen: null, data: {} }, 1_767_225_600_000);
  const [asked] = told as [Extract<Notice, { what: 'ask' }>];
  assert.deepEqual(asked.body, { flow_request: { message: ID, action: 'INIT', data: {} } });
  questions.hear('@b', asked.id, { ...SCREEN, screen: 'B' });
  questions.hear('@a', ID, { ...SCREEN, screen: 'B' });
  questions.hear('@a', asked.id, { ...SCREEN, problem: null } as never);
  assert.equal((await answer).screen, 'A');
  questions.hear('@a', asked.id, { ...SCREEN, screen: 'B' } as never);
});

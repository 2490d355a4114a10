// One shape of body per kind of envelope: a message cannot hide in a receipt.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Header } from '../../shared/wire/types.ts';
import { parseBody, parseContent } from './bodies.ts';

const ID = '019b2c3d-4e5f-7a6b-8c7d-9e0f1a2b3c4d';

const says = (text: string) => ({ text, header: '', footer: '', part: null, buttons: [], choices: [], chooser: '' });

test('a body of its kind is read', () => {
  assert.deepEqual(parseBody('service', { type: 'text', text: { body: 'hi' } }), { is: 'shown', shown: says('hi'), answers: null });
  assert.deepEqual(parseBody('service', { type: 'text', text: { body: 'hi', preview_url: true }, context: { id: 'wamid.x' } }), { is: 'shown', shown: says('hi'), answers: 'wamid.x' });
  assert.deepEqual(parseBody('service', { type: 'reaction', reaction: { message_id: 'wamid.x', emoji: '🛫' } }), { is: 'reaction', to: 'wamid.x', emoji: '🛫' });
  assert.deepEqual(parseBody('service', { type: 'image', image: {} }), { is: 'unsupported', answers: null });
  assert.deepEqual(parseBody('receipt', { read: [ID], at: 5 }), { is: 'read', ids: [ID], at: 5 });
  assert.deepEqual(parseBody('receipt', { typing: true }), { is: 'typing' });
  assert.deepEqual(parseBody('receipt', { resend: [{ id: ID }, { id: ID, attempt: 2 }] }), { is: 'resend', asked: [{ id: ID, attempt: 0 }, { id: ID, attempt: 2 }], again: false });
  assert.deepEqual(parseBody('receipt', { resend: [{ id: ID }], again: true }), { is: 'resend', asked: [{ id: ID, attempt: 0 }], again: true });
});

test('a body of another kind is refused', () => {
  const refused: [Header['kind'], Record<string, unknown>][] = [
    ['receipt', { type: 'text', text: { body: 'hidden' } }],
    ['receipt', { read: [], at: 5, text: 'hidden' }],
    ['receipt', { read: ['not an id'], at: 5 }],
    ['receipt', { read: Array(501).fill(ID), at: 5 }],
    ['receipt', { typing: false }],
    ['receipt', { typing: true, read: [], at: 1 }],
    ['receipt', { resend: [{ id: 'hidden text', attempt: 0 }] }],
    ['receipt', { resend: [{ id: ID, text: 'hidden' }] }],
    ['receipt', { resend: [{ id: ID }], again: 'hidden text' }],
    ['service', { template: 'x', components: [] }],
    ['service', { typing: true }],
    ['service', { type: 'text', text: { body: '' } }],
    ['service', { type: 'text', text: { body: 'x'.repeat(4097) } }],
    ['service', { type: 'text', text: 'x' }],
    ['service', { type: 'text', text: { body: 'x' }, context: { id: 5 } }],
    ['system', { introduction: { name: 'x' } }],
  ];
  for (const [kind, body] of refused) assert.equal(parseBody(kind, body), null, JSON.stringify(body).slice(0, 80));
});

test('4096 characters are counted as code points', () => {
  assert.ok(parseBody('service', { type: 'text', text: { body: '😀'.repeat(4096) } }));
});

test('a content has a header, a body, zeros, and a salt only on a template', () => {
  const of = (kind: Header['kind']) => ({ kind }) as Header;
  const plain = { header: {}, body: {}, pad: '0' };
  assert.ok(parseContent(plain, of('service')));
  assert.ok(parseContent({ ...plain, salt: 'x' }, of('template')));
  for (const [value, kind] of [
    [{ ...plain, salt: 'x' }, 'service'], [plain, 'template'], [{ ...plain, extra: 1 }, 'service'], [{ ...plain, header: 5 }, 'service'],
    [{ ...plain, body: [] }, 'service'], [{ header: {}, body: {} }, 'service'], [null, 'service'], [5, 'service'],
  ] as [unknown, Header['kind']][]) assert.equal(parseContent(value, of(kind)), null);
});

// What counts as a click-to-chat link.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvitationError } from '../api.ts';
import { parseLink, textIn } from './invitations.ts';

const KEY = `${'A'.repeat(42)}_`.slice(0, 42) + 'E';

test('a whole link, its part after the hash, and a pasted code say the same', () => {
  for (const link of [`https://m.example/#/c/moewe-air?k=${KEY}`, `#/c/moewe-air?k=${KEY}`, `/c/moewe-air?k=${KEY}`, `  moewe-air?k=${KEY}\n`]) {
    assert.deepEqual(parseLink(link), { handle: 'moewe-air', masterKey: KEY, text: '' });
  }
});

test('the key is spelled as keys are, whichever alphabet the link used', () => {
  const [plus, dash] = ['+/'.repeat(21) + 'E', '-_'.repeat(21) + 'E'];
  for (const key of [encodeURIComponent(plus), dash]) assert.equal(parseLink(`moewe-air?k=${key}`).masterKey, plus);
});

test('without a key there is none to compare, and a text goes into the composer', () => {
  assert.deepEqual(parseLink('moewe-air?text=Wo%20ist%20mein%20Koffer%3F'), { handle: 'moewe-air', masterKey: null, text: 'Wo ist mein Koffer?' });
  assert.equal(parseLink(`moewe-air?text=${'x'.repeat(5000)}`).text.length, 4096);
});

test('anything else is no link', () => {
  for (const link of ['', 'x', 'https://m.example/', '#/c/', '#/c/UPPER', '#/c/-a-', '#/settings', 'moewe air', 'a/b', 'moewe-air?k=', 'moewe-air?k=short', 'moewe-air?k=***']) {
    assert.throws(() => parseLink(link), (error) => error instanceof InvitationError && error.problem === 'not_a_link', link);
  }
});

test('a text is shown in the language, else in English, else in whichever there is', () => {
  assert.equal(textIn({ de: 'ja', en: 'yes' }, 'de'), 'ja');
  assert.equal(textIn({ en: 'yes' }, 'de'), 'yes');
  assert.equal(textIn({ de: 'ja' }, 'en'), 'ja');
  assert.equal(textIn({}, 'en'), '');
});

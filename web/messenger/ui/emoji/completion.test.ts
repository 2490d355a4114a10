// A word behind a colon becomes an emoji.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emojiRows, toned } from '../../../build/emoji.ts';
import { searchEmoji } from './emoji.ts';
import { colonWord, matching, replaced } from './completion.ts';

const all = (language: string) => emojiRows(language).map(([emoji, name, shortcodes, tags, group]) => ({
  emoji, name, shortcodes: shortcodes.split(' ').filter(Boolean), tags: tags.split(' '), group, toned: false,
}));

test('a word behind a colon is found at the cursor, and nowhere else', () => {
  assert.deepEqual(colonWord('Moin :smi', 9), { start: 5, word: 'smi' });
  assert.deepEqual(colonWord(':Smi und mehr', 4), { start: 0, word: 'smi' });
  assert.deepEqual(colonWord('(:+1', 4), { start: 1, word: '+1' });
  for (const [text, cursor] of [['Moin :s', 7], ['um 12:30', 8], ['https://x', 9], ['Moin :smi le', 12], [':)', 2]] as const) assert.equal(colonWord(text, cursor), null, text);
});

test('the exact name comes first, and German words are understood beside the names everybody knows', () => {
  const found = matching(all('de'), 'smile');
  assert.equal(found[0]!.emoji, '😄');
  assert.ok(found.length > 1 && found.length <= 6);
  assert.equal(matching(all('de'), 'flugzeug')[0]!.emoji, '✈️');
  assert.equal(matching(all('en'), '+1')[0]!.emoji, '👍️');
  assert.deepEqual(matching(all('en'), 'xyzzy'), []);
});

test('the word is replaced where it stands, with one space behind it', () => {
  assert.deepEqual(replaced('Moin :smi', { start: 5, word: 'smi' }, '😄'), { text: 'Moin 😄 ', cursor: 8 });
  assert.deepEqual(replaced('Moin :smi und', { start: 5, word: 'smi' }, '😄'), { text: 'Moin 😄 und', cursor: 7 });
});

test('a search finds every word asked for, names before what else they are called', () => {
  const names = searchEmoji(all('de'), 'lachen auge', 5).map((one) => one.emoji);
  assert.ok(names.includes('😄'), names.join(' '));
  assert.deepEqual(searchEmoji(all('de'), ' ', 5), []);
});

test('a skin tone goes behind every hand, and takes the place of the sign for colour', () => {
  assert.equal(toned('👍️', '🏽'), '👍🏽');
  assert.equal(emojiRows('en').find(([emoji]) => emoji === '👍️')![5], 1);
  assert.equal(emojiRows('en').find(([emoji]) => emoji === '😀')![5], 0);
});

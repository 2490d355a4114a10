// Searching by what people type, not by how it was written.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { around, fold, marked, matches, wordsOf } from './folding.ts';

const found = (text: string, search: string): boolean => matches(fold(text), wordsOf(search));
const hits = (text: string, search: string): string[] => marked(text, wordsOf(search)).filter(({ hit }) => hit).map((piece) => piece.text);

test('case and accents do not matter', () => {
  assert.ok(found('Das CAFÉ am Strand', 'cafe'));
  assert.ok(found('cafe\u0301', 'Café'));
  assert.ok(!found('Kaffee', 'cafe'));
});

test('German is found as it is written on any keyboard', () => {
  for (const search of ['möwe', 'mowe', 'moewe', 'MÖWE']) assert.ok(found('Möwe Air', search), search);
  for (const search of ['möwe', 'moewe']) assert.ok(found('Moewe Air', search), search);
  assert.ok(found('Straße', 'strasse') && found('STRASSE', 'straße'));
  assert.ok(!found('Mowe', 'moewe'));
});

test('every word has to be there, in any order', () => {
  assert.ok(found('Ihr Gate ist B12', 'b12 gate'));
  assert.ok(!found('Ihr Gate ist B12', 'gate b13'));
});

test('hits are marked in the text as it was written', () => {
  assert.deepEqual(hits('Größe in der Großen Straße', 'gross'), ['Größ', 'Groß']);
  assert.deepEqual(hits('Die Möwe und die Moewe', 'moewe'), ['Möwe', 'Moewe']);
  assert.deepEqual(hits('cafe\u0301!', 'cafe'), ['cafe\u0301']);
  assert.deepEqual(hits('😀 Gate 😀', 'gate'), ['Gate']);
  assert.equal(marked('Größe 😀 ñ', wordsOf('o')).map(({ text }) => text).join(''), 'Größe 😀 ñ');
});

test('a long text is shown from shortly before its first hit', () => {
  const shown = around(marked(`${'Wort '.repeat(50)}Gate B12 ${'Ende '.repeat(50)}`, wordsOf('gate')), 20, 60).map(({ text }) => text).join('');
  assert.match(shown, /^…Wort .*Gate B12/);
  assert.equal(shown.length, 60);
});

// Formatting and links in messages.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRichText, shortened, type Piece } from './rich_text.ts';

const drawn = (pieces: Piece[]): string => pieces.map((piece) => {
  if (piece.kind === 'text') return piece.text;
  if (piece.kind === 'mono') return `<m>${piece.text}</m>`;
  if (piece.kind === 'link') return `<a ${piece.href}>${piece.text}</a>`;
  const tag = piece.kind[0];
  return `<${tag}>${drawn(piece.pieces)}</${tag}>`;
}).join('');
const rich = (text: string): string => drawn(parseRichText(text));

test('marks at the edges of words format, marks inside words do not', () => {
  assert.equal(rich('*bold*, _italic_ ~gone~'), '<b>bold</b>, <i>italic</i> <s>gone</s>');
  assert.equal(rich('*bold _and italic_*'), '<b>bold <i>and italic</i></b>');
  assert.equal(rich('snake_case_name 2*3*4 * no * ** __'), 'snake_case_name 2*3*4 * no * ** __');
  assert.equal(rich('*not\nover lines*'), '*not\nover lines*');
});

test('what is fixed-width keeps its marks', () => {
  assert.equal(rich('```a *b*\nc```'), '<m>a *b*\nc</m>');
});

test('links end before the punctuation of the sentence', () => {
  assert.equal(rich('See https://a.example/x_y_z?q=1. Or (http://b.example)!'),
    'See <a https://a.example/x_y_z?q=1>https://a.example/x_y_z?q=1</a>. Or (<a http://b.example/>http://b.example</a>)!');
  assert.equal(rich('*https://a.example/*'), '<b><a https://a.example/>https://a.example/</a></b>');
});

test('a look-alike host is shown as the machine reads it', () => {
  assert.equal(rich('https://аpple.example'), '<a https://xn--pple-43d.example/>https://xn--pple-43d.example/</a>');
});

test('only http and https become links, and none that pretends a host', () => {
  for (const text of ['javascript:alert(1)', 'ftp://a.example', 'https://bank.example@evil.example/', 'xhttps://a.example']) assert.equal(rich(text), text);
});

test('a long text is cut between words, a short one is not', () => {
  assert.equal(shortened('short'), null);
  const cut = shortened('word '.repeat(400))!;
  assert.ok(cut.length <= 900 && cut.endsWith('word'));
  assert.equal(shortened('x\n'.repeat(60))!.split('\n').length <= 18, true);
});

test('hostile text is parsed in reasonable time', () => {
  const begun = performance.now();
  for (const text of ['*'.repeat(4096), '*a '.repeat(1365), '_*~'.repeat(1365), 'http://'.repeat(585)]) parseRichText(text);
  assert.ok(performance.now() - begun < 2000);
});

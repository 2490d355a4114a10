// The letters on a company's mark can always be read.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { initials, markColours } from './colour.ts';

test('dark colours carry white letters, light ones black', () => {
  assert.equal(markColours('#1f6f8b').letters, '#ffffff');
  assert.equal(markColours('#ffe066').letters, '#000000');
});

test('what is no colour falls back to a quiet one', () => {
  assert.equal(markColours('red;background:url(x)').background, '#6b5a68');
});

test('initials are the first letters of the first and last word', () => {
  assert.deepEqual(['Möwe Air', 'Stadtwerke', ' ', '🐦 Vogel und Söhne'].map(initials), ['MA', 'S', '?', '🐦S']);
});

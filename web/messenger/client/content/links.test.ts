// Links and their previews: the same first link as in Python (spec/vectors/links.json), and no preview of another one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { vectors } from '../../../shared/wire/vectors.ts';
import { parseBody } from '../bodies.ts';
import { showService } from '../shown.ts';
import { firstLink } from './links.ts';

const BODY = 'Boarding: https://moewe-air.example/b12. Bis gleich!';
const { previews, refused_previews: refused } = vectors('links') as Record<string, Record<string, unknown>[]>;
const message = (preview: unknown) => ({ type: 'text', text: { body: BODY, preview_url: true, preview } });

test('both languages find the same first link', () => {
  for (const { text, link } of vectors('links').cases) assert.equal(firstLink(text), link, text);
});

test('a preview of the first link is shown', () => {
  for (const preview of previews!) {
    const shown = showService('text', message(preview).text);
    assert.equal(shown?.linkPreview?.url, 'https://moewe-air.example/b12');
    assert.equal(shown.linkPreview.picture?.width, preview.width);
  }
});

test('one of another link, another shape or beyond a limit is refused like any broken text', () => {
  for (const preview of refused!) assert.equal(parseBody('service', message(preview)), null, JSON.stringify(preview).slice(0, 100));
});

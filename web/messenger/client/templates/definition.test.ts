// What a definition may say, and where its addresses may lead: the same decisions as in Python.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashOf } from '../../../shared/wire/canonical.ts';
import { vectors } from '../../../shared/wire/vectors.ts';
import { onDomain } from './buttons.ts';
import { parseDefinition } from './definition.ts';
import { DefinitionBroken } from './patterns.ts';

const { definitions, refused_definitions } = vectors('templates');

test('a template is addressed by the hash of its definition, and its definition keeps the rules', async () => {
  for (const { text, hash } of Object.values(definitions) as { text: string; hash: string }[]) {
    assert.equal(await hashOf(text), hash);
    assert.ok(parseDefinition(JSON.parse(text)).body.text);
  }
});

test('a definition that breaks a rule is refused', () => {
  for (const { components, why, category = 'utility' } of refused_definitions) {
    assert.throws(() => parseDefinition({ components, domain: 'fly.example', category }), DefinitionBroken, why);
  }
});

test('an address stays on its domain', () => {
  for (const { url, domain, allowed } of vectors('addresses').cases) assert.equal(onDomain(url, domain), allowed, url);
});

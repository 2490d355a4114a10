// Canonical JSON, base64 and commitments: the same bytes as in Python.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalJson, fromBase64, hashOf, hmacOf, toBase64 } from './canonical.ts';
import { vectors } from './vectors.ts';

test('canonical JSON has one spelling and one hash', async () => {
  for (const { json, canonical, sha256 } of vectors('canonical_json').cases) {
    assert.equal(canonicalJson(JSON.parse(json)), canonical);
    assert.equal(await hashOf(canonical), sha256);
  }
});

test('a field that is undefined is left out, in a list it is null', () => {
  assert.equal(canonicalJson({ b: undefined, a: [undefined, 1] }), '{"a":[null,1]}');
});

test('base64 is written without padding and read with or without it, in either alphabet', () => {
  const bytes = Uint8Array.from([251, 255, 254, 0]);
  assert.equal(toBase64(bytes), '+//+AA');
  for (const text of ['+//+AA', '+//+AA==', '-__-AA']) assert.deepEqual([...fromBase64(text)], [...bytes]);
});

test('a commitment does not depend on spelling', async () => {
  for (const { salt, body, commitment } of vectors('commitments').cases) assert.equal(await hmacOf(salt, canonicalJson(JSON.parse(body))), commitment);
});

test('another body or salt does not open a commitment', async () => {
  for (const { salt, body, commitment, why } of vectors('commitments').refused) {
    assert.notEqual(await hmacOf(salt, canonicalJson(JSON.parse(body))), commitment, why);
  }
});

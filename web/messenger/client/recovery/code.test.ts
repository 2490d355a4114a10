// The recovery code and what is derived from it: the same as in Python (spec/vectors/recovery.json), and every typo found.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromBase64, toBase64, toBytes } from '../../../shared/wire/canonical.ts';
import { vectors } from '../../../shared/wire/vectors.ts';
import { codeOf, CodeProblem, makeSecret, parseCode, qrText } from './code.ts';
import { keysOfPasskey, keysOfSecret, NotOpened, openBox, openJson, sealBox, sealJson } from './sealing.ts';

const { codes, typos, passkeys, boxes } = vectors('recovery');

function problemOf(text: string): string {
  try {
    parseCode(text);
  } catch (error) {
    if (error instanceof CodeProblem) return error.problem;
  }
  return 'none';
}

test('a secret has one code and one place at the relay', async () => {
  for (const { secret, code, id } of codes) {
    assert.equal(codeOf(secret), code);
    assert.equal(parseCode(code), secret);
    assert.equal((await keysOfSecret(secret)).id, id);
  }
});

test('a code is read however it was written down', () => {
  for (const { secret, code } of codes) {
    for (const written of [code.toLowerCase(), code.replaceAll(' ', '-'), code.replaceAll(' ', ''), ` ${code}\n`, qrText(code), code.replaceAll('0', 'O').replaceAll('1', 'l')]) {
      assert.equal(parseCode(written), secret, written);
    }
  }
});

test('typos are told from codes that are too short, too long or have other characters', () => {
  for (const { text, problem } of typos) assert.equal(problemOf(text), problem, text);
});

test('every single wrong character and every two neighbours that changed places are found', () => {
  const code = codeOf(codes[0].secret).replaceAll(' ', '');
  for (let i = 0; i < code.length; i++) {
    for (const other of '0123456789ABCDEFGHJKMNPQRSTVWXYZ') {
      if (other !== code[i]) assert.equal(problemOf(code.slice(0, i) + other + code.slice(i + 1)), 'typo');
    }
    const swapped = code.slice(0, i) + (code[i + 1] ?? '') + code[i] + code.slice(i + 2);
    if (swapped !== code && i + 1 < code.length) assert.equal(problemOf(swapped), 'typo');
  }
});

test('a new secret has 125 bits and never the same', () => {
  const made = new Set(Array.from({ length: 100 }, () => makeSecret()));
  assert.equal(made.size, 100);
  for (const secret of made) assert.match(secret, /^[0-9A-HJKMNP-TV-Z]{25}$/);
  assert.equal(makeSecret(Uint8Array.from({ length: 25 }, (_, i) => i + 224)), '0123456789ABCDEFGHJKMNPQR');
});

test('a passkey leads to a place of its own', async () => {
  for (const { output, id } of passkeys) assert.equal((await keysOfPasskey(fromBase64(output))).id, id);
});

test('a box is sealed and opened as the vectors say', async () => {
  for (const { secret, kind, nonce, plain, box } of boxes) {
    const { id, key } = await keysOfSecret(secret);
    assert.equal(toBase64(await sealBox(key, kind, id, toBytes(plain), fromBase64(nonce))), box);
    assert.equal(new TextDecoder().decode(await openBox(key, kind, id, fromBase64(box))), plain);
  }
});

test('a box does not open changed, elsewhere, as something else or with another key', async () => {
  const [{ secret }, other] = codes;
  const { id, key } = await keysOfSecret(secret);
  const box = await sealBox(key, 'part', id, toBytes('{}'));
  const changed = box.slice();
  changed[20]! ^= 1;
  const elsewhere = await keysOfSecret(other.secret);
  await assert.rejects(openBox(key, 'part', id, changed), NotOpened);
  await assert.rejects(openBox(key, 'part', elsewhere.id, box), NotOpened);
  await assert.rejects(openBox(key, 'contents', id, box), NotOpened);
  await assert.rejects(openBox(elsewhere.key, 'part', id, box), NotOpened);
  await assert.rejects(openBox(key, 'part', id, box.slice(0, 7)), NotOpened);
  await assert.rejects(openJson(key, 'identity', id, '%'), NotOpened);
});

test('boxes do not tell how much is in them', async () => {
  const { id, key } = await keysOfSecret(codes[0].secret);
  assert.equal((await sealJson(key, 'identity', id, { name: 'Al' })).length, (await sealJson(key, 'identity', id, { name: 'Maximiliane Charlotte' })).length);
});

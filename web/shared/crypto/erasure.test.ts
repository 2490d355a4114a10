// The end of an account is believed only as the word of its own master key, about itself, as it was signed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SignatureInvalid } from '../wire/signed.ts';
import { vectors } from '../wire/vectors.ts';
import { checkErasure } from './erasure.ts';

interface Case { signed: { record: string; key: string; signature: string }; public_key: string }
const cases = vectors('signed_records').cases as Case[];
const ends = cases.find(({ signed }) => signed.record.includes('handschlag.erasure.v1'))!;
const account = '@bcdefghijklmnopqrstuvwxyza:relay.example';

test('an account that signed its own end is believed', async () => {
  assert.deepEqual(await checkErasure(ends.signed, ends.public_key, account), JSON.parse(ends.signed.record));
});

test('nothing else is', async () => {
  const other = cases[0]!;
  const lies: [unknown, string, string][] = [
    [undefined, ends.public_key, account],
    [null, ends.public_key, account],
    [{}, ends.public_key, account],
    [{ ...ends.signed, record: 'no JSON' }, ends.public_key, account],
    [{ ...ends.signed, record: ends.signed.record.replace('"at":1', '"at":2') }, ends.public_key, account],
    [{ ...ends.signed, key: other.signed.key }, ends.public_key, account],
    [ends.signed, other.public_key, account],
    [ends.signed, ends.public_key, account.replace('b', 'c')],
    [other.signed, other.public_key, account],
  ];
  for (const [signed, master, of] of lies) await assert.rejects(checkErasure(signed as Case['signed'], master, of), SignatureInvalid);
});

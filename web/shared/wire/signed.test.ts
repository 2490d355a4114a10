// Signed records and certificates: what Python signs is verified here, and nothing else.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashOf } from './canonical.ts';
import { checkSelfSigning, isSignedBy, publicKeyOf, SignatureInvalid, verifyRecord } from './signed.ts';
import { vectors } from './vectors.ts';

const typeOf = (record: string): string => JSON.parse(record).type;

test('a record is verified, and addressed by the hash of its text', async () => {
  for (const { signed, public_key, hash } of vectors('signed_records').cases) {
    const record = await verifyRecord(signed, public_key, typeOf(signed.record));
    assert.deepEqual(record, JSON.parse(signed.record));
    assert.equal(await hashOf(signed.record), hash);
  }
});

test('a record not signed as it stands is refused', async () => {
  for (const { signed, public_key, why } of vectors('signed_records').refused) {
    await assert.rejects(verifyRecord(signed, public_key, typeOf(signed.record)), SignatureInvalid, why);
  }
});

test('a record is never taken for one of another type', async () => {
  const [{ signed, public_key }] = vectors('signed_records').cases;
  await assert.rejects(verifyRecord(signed, public_key, 'handschlag.stamp.v1'), SignatureInvalid);
});

test('a key or signature that is none verifies nothing', async () => {
  const [{ signed, public_key }] = vectors('signed_records').cases;
  assert.equal(await isSignedBy('rubbish', signed.record, signed.signature), false);
  assert.equal(await isSignedBy(public_key, signed.record, ''), false);
  assert.equal(await isSignedBy(public_key, signed.record, '***'), false);
});

test('a master key vouches for a self-signing key', async () => {
  const { master_key, self_signing_key, account } = vectors('certificates');
  const keys = await checkSelfSigning(master_key, self_signing_key, account);
  assert.equal(keys.master, publicKeyOf(master_key, account, 'master'));
  assert.equal(keys.selfSigning, publicKeyOf(self_signing_key, account, 'self_signing'));
});

test('a self-signing key of another account, usage, key or signature is refused', async () => {
  const { master_key, self_signing_key, account } = vectors('certificates');
  const other = account.replace('@a', '@b');
  const spoiled = [
    [master_key, self_signing_key, other],
    [self_signing_key, self_signing_key, account],
    [master_key, master_key, account],
    [master_key, { ...self_signing_key, signatures: {} }, account],
    [master_key, { ...self_signing_key, usage: ['self_signing', 'more'] }, account],
    [{ ...master_key, keys: {} }, self_signing_key, account],
    [{ ...master_key, keys: { ...master_key.keys, 'ed25519:x': 'x' } }, self_signing_key, account],
    [{ ...master_key, keys: { 'ed25519:x': Object.values(master_key.keys)[0] } }, self_signing_key, account],
  ];
  for (const [master, selfSigning, whose] of spoiled) await assert.rejects(checkSelfSigning(master, selfSigning, whose), SignatureInvalid);
});

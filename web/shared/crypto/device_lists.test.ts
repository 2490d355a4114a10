// The signed and counted lists of devices: which is taken, and which is older or foreign.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalJson, fromBase64, toBase64, toBytes } from '../wire/canonical.ts';
import type { SignedRecord } from '../wire/types.ts';
import { devicesOf, listWith, newestList } from './device_lists.ts';

const ACCOUNT = '@abcdefghijklmnopqrstuvwxyz:relay.example';

async function identity(): Promise<{ master: string; list: (version: number, devices: string[], account?: string) => Promise<SignedRecord> }> {
  const { publicKey, privateKey } = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair;
  const master = toBase64(new Uint8Array(await crypto.subtle.exportKey('raw', publicKey)));
  const list = async (version: number, devices: string[], account = ACCOUNT): Promise<SignedRecord> => {
    const record = canonicalJson({ type: 'handschlag.devices.v1', account, version, devices, at: 0 });
    return { record, key: `ed25519:${master}`, signature: toBase64(new Uint8Array(await crypto.subtle.sign('Ed25519', privateKey, toBytes(record)))) };
  };
  return { master, list };
}

test('a newer list replaces an older one, and nothing brings the older one back', async () => {
  const { master, list } = await identity();
  const [first, second] = [await list(1, ['PHONEPHONE', 'LAPTOPLAPT']), await list(2, ['PHONEPHONE'])];
  assert.equal(await newestList(ACCOUNT, master, first, undefined), first);
  const known = { master, list: second };
  assert.equal(await newestList(ACCOUNT, master, second, { master, list: first }), second);
  assert.equal(await newestList(ACCOUNT, master, first, known), second);
  assert.equal(await newestList(ACCOUNT, master, undefined, known), second);
  const other = await list(2, ['PHONEPHONE', 'LAPTOPLAPT']);
  assert.equal(await newestList(ACCOUNT, master, other, known), second);
  assert.deepEqual(devicesOf(second), ['PHONEPHONE']);
});

test('a list that another key signed, of another account, or that was changed counts for nothing', async () => {
  const [own, other] = [await identity(), await identity()];
  const known = { master: own.master, list: await own.list(1, ['PHONEPHONE']) };
  const right = await own.list(2, ['PHONEPHONE', 'RELAYRELAY']);
  const bytes = fromBase64(right.signature);
  bytes[0]! ^= 1;
  for (const lie of [
    await other.list(2, ['RELAYRELAY']), { ...(await other.list(2, ['RELAYRELAY'])), key: `ed25519:${own.master}` }, { ...right, signature: toBase64(bytes) },
    { ...right, key: 'ed25519:PHONEPHONE' }, { ...right, record: right.record.replace('"version":2', '"version":3') }, await own.list(3, ['PHONEPHONE'], '@zzzzzzzzzzzzzzzzzzzzzzzzzz:relay.example'),
  ]) assert.equal(await newestList(ACCOUNT, own.master, lie, known), known.list);
  assert.equal(await newestList(ACCOUNT, other.master, undefined, known), null);
});

test('who comes back continues the list of the backup, whatever older one a relay shows', async () => {
  const { master, list } = await identity();
  const [older, backed, newer] = [await list(1, ['PHONEPHONE', 'STOLENSTOL']), await list(2, ['PHONEPHONE']), await list(3, ['LAPTOPLAPT', 'PHONEPHONE'])];
  const next = async (shown: SignedRecord | undefined) => listWith('TABLETTABL', ACCOUNT, await newestList(ACCOUNT, master, shown, { master, list: backed }), ['STOLENSTOL'], 7);
  for (const shown of [older, undefined, backed]) {
    assert.deepEqual(await next(shown), { type: 'handschlag.devices.v1', account: ACCOUNT, version: 3, at: 7, devices: ['PHONEPHONE', 'TABLETTABL'] });
  }
  assert.deepEqual([(await next(newer)).version, (await next(newer)).devices], [4, ['LAPTOPLAPT', 'PHONEPHONE', 'TABLETTABL']]);
  assert.deepEqual(listWith('TABLETTABL', ACCOUNT, null, ['PHONEPHONE'], 7).devices, ['PHONEPHONE', 'TABLETTABL']);
});

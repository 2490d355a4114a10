// What own devices tell each other of the recovery: the later keeper counts, an older word changes nothing, nonsense is left.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Recovery } from './state.ts';
import { keepsBackup, parseTold, tellable, withTold } from './telling.ts';

const key = await crypto.subtle.importKey('raw', new Uint8Array(32), 'AES-GCM', false, ['encrypt']);
const KEPT: Recovery = {
  backup: 'a'.repeat(64), identity: 'box', archiveKey: key, hasCode: true, passkey: null, madeAt: 100, provenAt: 100, askAgainAt: 500,
  replaces: false, wifiOnly: true, keeper: 'PHONEPHONE', keptSince: 100,
};

test('a device that is told of a recovery knows it without the key of the archive', () => {
  const told = parseTold(JSON.parse(JSON.stringify(tellable(KEPT))))!;
  assert.equal('archiveKey' in told, false);
  const known = withTold(undefined, told);
  assert.equal(keepsBackup(known), false);
  assert.deepEqual([known.backup, known.hasCode, known.provenAt, known.keeper], [KEPT.backup, true, 100, 'PHONEPHONE']);
});

test('who made a new code or took the backup later keeps it, and the one before gives way', () => {
  const later = { ...tellable(KEPT), backup: 'b'.repeat(64), keeper: 'LAPTOPLAPT', keptSince: 200 };
  const known = withTold(KEPT, later);
  assert.deepEqual([keepsBackup(known), known.backup, known.keeper, known.wifiOnly], [false, later.backup, 'LAPTOPLAPT', true]);
  assert.equal(withTold(KEPT, { ...later, keptSince: 50 }), KEPT);
});

test('a check on one device counts on all, and takes the backup from nobody', () => {
  const known = withTold(KEPT, { ...tellable(KEPT), provenAt: 300, askAgainAt: 900, keeper: 'LAPTOPLAPT' });
  assert.deepEqual(known, { ...KEPT, provenAt: 300, askAgainAt: 900 });
  assert.deepEqual(withTold(known, tellable(KEPT)), known);
});

test('what does not fit is not believed', () => {
  const right = tellable(KEPT);
  for (const wrong of [null, {}, { ...right, backup: 'x' }, { ...right, provenAt: -1 }, { ...right, keptSince: '1' }, { ...right, passkey: 7 }, { ...right, keeper: 'x'.repeat(41) }]) assert.equal(parseTold(wrong), null);
});

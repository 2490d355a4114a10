// The same examples as in Python.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { vectors } from '../../../shared/wire/vectors.ts';
import { compareCode, safetyNumber } from './safety_number.ts';

interface Case { own: string; own_master_key: string; other: string; other_master_key: string; digits: string; qr: string }
const { cases } = vectors('safety_numbers') as { cases: Case[] };

test('both sides show the same digits, and each fits the code of the other', async () => {
  for (const one of cases) {
    const [own, other] = [{ account: one.own, masterKey: one.own_master_key }, { account: one.other, masterKey: one.other_master_key }];
    const [here, there] = [await safetyNumber(own, other), await safetyNumber(other, own)];
    assert.equal(here.groups.join(' '), one.digits);
    assert.equal(here.qr, one.qr);
    assert.deepEqual(there.groups, here.groups);
    assert.equal(compareCode(here, there.qr), true);
    assert.equal(compareCode(here, here.qr), false);
    assert.equal(compareCode(here, 'https://somewhere.example/#/c/moewe-air'), null);
  }
});

// Cards that any address book can read.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Contact } from '../../client/api.ts';
import { fileNameOf, vcardOf } from './vcard.ts';

const john: Contact = {
  name: 'John Smith', nameParts: { first: 'John', middle: '', last: 'Smith', prefix: 'Dr.', suffix: '' }, company: 'Möwe Air', department: 'Kitchen', title: 'Cook',
  numbers: [{ kind: 'WORK', value: '+1 (650) 555-1234' }], emails: [{ kind: '', value: 'john@example.com' }], websites: [],
  addresses: [{ kind: 'HOME', street: 'Am Kai 1; hinten', city: 'Kiel', state: '', zip: '24159', country: 'Germany' }], birthday: '2012-08-18',
};

test('everything on a card is in its file', () => {
  assert.deepEqual(vcardOf([john]).split('\r\n'), [
    'BEGIN:VCARD', 'VERSION:4.0', 'FN:John Smith', 'N:Smith;John;;Dr.;', 'ORG:Möwe Air;Kitchen', 'TITLE:Cook', 'TEL;TYPE=work:+1 (650) 555-1234',
    'EMAIL:john@example.com', 'ADR;TYPE=home:;;Am Kai 1\\; hinten;Kiel;;24159;Germany', 'BDAY:20120818', 'END:VCARD', '',
  ]);
});

test('a name cannot add a line of its own', () => {
  const lines = vcardOf([{ ...john, name: 'Eve\r\nTEL:110', numbers: [{ kind: 'X:\r\nTEL', value: '1' }] }]).split('\r\n');
  assert.ok(lines.includes('FN:Eve\\nTEL:110'));
  assert.ok(lines.includes('TEL:1'));
});

test('long lines are folded, and letters stay whole', () => {
  const lines = vcardOf([{ ...john, name: 'ö'.repeat(100) }]).split('\r\n');
  assert.ok(lines.every((line) => new TextEncoder().encode(line).length <= 75));
  assert.equal(lines.join('').replaceAll(' ', '').includes('ö'.repeat(100)), true);
});

test('several cards stand in one file, which is named after the first', () => {
  assert.equal(vcardOf([john, john]).match(/BEGIN:VCARD/g)?.length, 2);
  assert.equal(fileNameOf([{ ...john, name: '../Jöhn "Smith"' }]), 'Jöhn Smith.vcf');
  assert.equal(fileNameOf([{ ...john, name: '/' }]), 'contact.vcf');
});

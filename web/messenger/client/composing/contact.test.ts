// A card that somebody fills in.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partOfContacts } from '../content/contacts.ts';
import { cardOf, problemsOf } from './contact.ts';

const entry = { name: 'Ines Maria Brandt', company: 'Werft', phone: '+49 40 1234', email: 'ines@example.com' };

test('is sent as the business API spells it, and can be read again', () => {
  assert.deepEqual(cardOf(entry), {
    name: { formatted_name: 'Ines Maria Brandt', first_name: 'Ines Maria', last_name: 'Brandt' },
    phones: [{ phone: '+49 40 1234', type: 'CELL' }], emails: [{ email: 'ines@example.com', type: 'HOME' }], org: { company: 'Werft' },
  });
  assert.deepEqual(cardOf({ name: ' Ines ', company: '', phone: '', email: 'i@example.com' }).name, { formatted_name: 'Ines', first_name: 'Ines' });
  assert.equal(partOfContacts([cardOf(entry)]).name, 'Ines Maria Brandt');
});

test('says by field what is missing or wrong', () => {
  assert.deepEqual(problemsOf(entry), {});
  assert.deepEqual(problemsOf({ name: ' ', company: '', phone: '', email: '' }), { name: 'nameMissing', phone: 'either' });
  assert.deepEqual(problemsOf({ ...entry, phone: 'call me', email: 'ines' }), { phone: 'notPhone', email: 'notEmail' });
});

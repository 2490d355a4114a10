// Address cards, as they are sealed and as they are shown.
import type { Contact, Part } from '../api.ts';
import { demand, fields, list, optional, text, type Fields } from './shapes.ts';

const CARDS = 257;
const ENTRIES = 100;
const NAME = 500;
const FIELD = 1000;
const BIRTHDAY = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

export function partOfContacts(value: unknown): Part {
  const contacts = list(value, 1, CARDS).map((one) => parseContact(fields(one)));
  return { kind: 'contacts', name: contacts.map((one) => one.name).join(', '), contacts };
}

function parseContact({ name, phones, emails, urls, addresses, org, birthday }: Fields): Contact {
  const called = fields(name);
  const firm = org === undefined || org === null ? {} : fields(org);
  const born = optional(birthday, FIELD);
  demand(!born || BIRTHDAY.test(born));
  return {
    name: text(called.formatted_name, NAME),
    nameParts: {
      first: optional(called.first_name, NAME), middle: optional(called.middle_name, NAME), last: optional(called.last_name, NAME),
      prefix: optional(called.prefix, NAME), suffix: optional(called.suffix, NAME),
    },
    company: optional(firm.company, FIELD), department: optional(firm.department, FIELD), title: optional(firm.title, FIELD),
    numbers: entries(phones, 'phone'), emails: entries(emails, 'email'), websites: entries(urls, 'url'),
    addresses: all(addresses).map((one) => ({
      kind: optional(one.type, FIELD), street: optional(one.street, FIELD), city: optional(one.city, FIELD), state: optional(one.state, FIELD),
      zip: optional(one.zip, FIELD), country: optional(one.country, FIELD),
    })),
    birthday: born,
  };
}

const all = (value: unknown): Fields[] => list(value ?? [], 0, ENTRIES).map(fields);

function entries(value: unknown, field: string): { kind: string; value: string }[] {
  return all(value).map((one) => ({ kind: optional(one.type, FIELD), value: optional(one[field], FIELD) })).filter((one) => one.value);
}

// Address cards as a vCard file (RFC 6350), which every address book reads.
import type { Contact } from '../../client/api.ts';

const LONGEST = 75;

export function vcardOf(contacts: Contact[]): string {
  return contacts.map((one) => linesOf(one).map(folded).join('\r\n')).join('\r\n') + '\r\n';
}

/** A name for the file: letters and digits of the first card's name. */
export function fileNameOf(contacts: Contact[]): string {
  const name = (contacts[0]?.name ?? '').replace(/[^\p{L}\p{N} _-]/gu, '').trim().slice(0, 60);
  return `${name || 'contact'}.vcf`;
}

function linesOf(card: Contact): string[] {
  const { first, middle, last, prefix, suffix } = card.nameParts;
  return [
    'BEGIN:VCARD',
    'VERSION:4.0',
    `FN:${escaped(card.name)}`,
    `N:${[last, first, middle, prefix, suffix].map(escaped).join(';')}`,
    ...(card.company || card.department ? [`ORG:${[card.company, card.department].filter(Boolean).map(escaped).join(';')}`] : []),
    ...(card.title ? [`TITLE:${escaped(card.title)}`] : []),
    ...card.numbers.map(({ kind, value }) => `TEL${typed(kind)}:${escaped(value)}`),
    ...card.emails.map(({ kind, value }) => `EMAIL${typed(kind)}:${escaped(value)}`),
    ...card.addresses.map((one) => `ADR${typed(one.kind)}:;;${[one.street, one.city, one.state, one.zip, one.country].map(escaped).join(';')}`),
    ...card.websites.map(({ kind, value }) => `URL${typed(kind)}:${escaped(value)}`),
    ...(card.birthday ? [`BDAY:${card.birthday.replaceAll('-', '')}`] : []),
    'END:VCARD',
  ];
}

const typed = (kind: string): string => (/^[A-Za-z-]+$/.test(kind) ? `;TYPE=${kind.toLowerCase()}` : '');

const escaped = (text: string): string => text.replace(/[\\,;]/g, '\\$&').replace(/\r\n|[\r\n\u2028\u2029]/g, '\\n').replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '');

/** No line is longer than 75 bytes; what follows goes on after a blank. */
function folded(line: string): string {
  const pieces: string[] = [];
  let piece = '';
  let bytes = 0;
  for (const letter of line) {
    const size = new TextEncoder().encode(letter).length;
    if (bytes + size > LONGEST) {
      pieces.push(piece);
      piece = ' ';
      bytes = 1;
    }
    piece += letter;
    bytes += size;
  }
  return [...pieces, piece].join('\r\n');
}

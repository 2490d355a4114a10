// Text as it is searched: without case and accents; what German writes with two letters is found by both spellings.

/** A text folded, and once more with ä as ae where that differs. */
export interface Folded {
  plain: string;
  spelled: string;
}

const MARKS = /\p{Mark}+/gu;
const SPELLED: Record<string, string> = { ä: 'ae', ö: 'oe', ü: 'ue' };

const plainOf = (text: string): string => text.toLowerCase().normalize('NFD').replace(MARKS, '').replaceAll('ß', 'ss');

// Most text needs no more than this, and it takes a tenth of the time.
const SIMPLE = /^[\0-\x7f]*$/;

export function fold(text: string): Folded {
  if (SIMPLE.test(text)) {
    const lower = text.toLowerCase();
    return { plain: lower, spelled: lower };
  }
  const plain = plainOf(text);
  const composed = text.toLowerCase().normalize('NFC');
  return { plain, spelled: /[äöü]/.test(composed) ? plainOf(composed.replace(/[äöü]/g, (letter) => SPELLED[letter]!)) : plain };
}

/** The words of a search, each folded; every one of them has to be found. */
export const wordsOf = (search: string): Folded[] => search.split(/\s+/).filter(Boolean).map(fold);

export const matches = (text: Folded, words: Folded[]): boolean =>
  words.every((word) => text.plain.includes(word.plain) || text.plain.includes(word.spelled) || text.spelled.includes(word.plain));

/** A text cut where the words of a search stand in it. */
export interface Piece {
  text: string;
  hit: boolean;
}

/** Marks every word that was searched for in the text as it was written. */
export function marked(text: string, words: Folded[]): Piece[] {
  const hits = new Uint8Array(text.length);
  for (const how of ['plain', 'spelled'] as const) {
    const { folded, places } = withPlaces(text, how);
    for (const word of words) {
      for (const wanted of new Set([word.plain, word.spelled])) {
        for (let at = folded.indexOf(wanted); at >= 0; at = folded.indexOf(wanted, at + wanted.length)) {
          hits.fill(1, places[at], places[at + wanted.length]);
        }
      }
    }
  }
  const pieces: Piece[] = [];
  for (let at = 0; at < text.length; ) {
    let end = at + 1;
    while (end < text.length && hits[end] === hits[at]) end++;
    pieces.push({ text: text.slice(at, end), hit: hits[at] === 1 });
    at = end;
  }
  return pieces;
}

/** A text folded letter by letter, and where each folded letter stands in it. */
function withPlaces(text: string, how: keyof Folded): { folded: string; places: number[] } {
  let folded = '';
  const places: number[] = [];
  let at = 0;
  // An accent that is a character of its own belongs to the letter before it.
  for (const letter of text.match(/\P{Mark}\p{Mark}*|\p{Mark}+/gu) ?? []) {
    const one = fold(letter)[how];
    for (let n = 0; n < one.length; n++) places.push(at);
    folded += one;
    at += letter.length;
  }
  places.push(text.length);
  return { folded, places };
}

/** The part of a long text around its first hit. */
export function around(pieces: Piece[], before: number, most: number): Piece[] {
  const first = pieces.findIndex((piece) => piece.hit);
  const lead = first === 1 ? pieces[0]!.text : '';
  const cut = lead.length > before ? `…${lead.slice(lead.lastIndexOf(' ', lead.length - before) + 1 || lead.length - before)}` : lead;
  const kept: Piece[] = [];
  let length = 0;
  for (const piece of first === 1 ? [{ text: cut, hit: false }, ...pieces.slice(1)] : pieces) {
    if (length >= most) break;
    kept.push({ ...piece, text: piece.text.slice(0, most - length) });
    length += piece.text.length;
  }
  return kept;
}

// A template's texts with placeholders; the same rules as in Python.
import { characters } from '../content/characters.ts';

export const HEADER_CHARACTERS = 60;
export const BODY_CHARACTERS = 1024;
export const OFFER_BODY_CHARACTERS = 600;
export const CARD_BODY_CHARACTERS = 160;
export const FOOTER_CHARACTERS = 60;
export const URL_CHARACTERS = 2000;
export const PLACEHOLDER = /\{\{([0-9]{1,3}|[a-z_][a-z0-9_]{0,63})\}\}/g;

export class DefinitionBroken extends Error {}

/** A text and its placeholders in the order their values are given; `named` if they are names instead of 1, 2, 3. */
export interface Pattern {
  text: string;
  placeholders: string[];
  named: boolean;
}

export type Part = Record<string, unknown>;

export const NO_TEXT: Pattern = { text: '', placeholders: [], named: false };

export function demand(fits: unknown, what: string): asserts fits {
  if (!fits) throw new DefinitionBroken(what);
}

export function textOf(part: Part, longest: number): string {
  demand(typeof part.text === 'string' && part.text && characters(part.text) <= longest, 'text');
  return part.text;
}

export function parsePattern(value: string): Pattern {
  const found = [...new Set(Array.from(value.matchAll(PLACEHOLDER), ([, name]) => name!))];
  const rest = value.replace(PLACEHOLDER, '');
  demand(!rest.includes('{{') && !rest.includes('}}'), 'braces');
  const numbers = found.filter((name) => /^[0-9]/.test(name));
  if (!numbers.length) return { text: value, placeholders: found, named: found.length > 0 };
  const expected = found.map((_, index) => String(index + 1));
  demand(numbers.toSorted((a, b) => Number(a) - Number(b)).join() === expected.join(), 'numbers');
  return { text: value, placeholders: expected, named: false };
}

/** A body's text has words before its first placeholder and after its last one. */
export function parseBodyPattern(part: Part, longest: number): Pattern {
  const pattern = parsePattern(textOf(part, longest));
  const edge = pattern.text.trimStart().startsWith('{{') || pattern.text.trimEnd().endsWith('}}');
  demand(!pattern.placeholders.length || !edge, 'edge');
  return pattern;
}

// The words of an export in the person's language.
import type { AccountWords } from '../../client/data/account_export.ts';
import { partText } from '../chats/preview.ts';
import { preferences, t } from '../preferences.svelte.ts';
import { texts } from './texts.ts';

export function exportWords(): AccountWords {
  const { words, readme, guide } = texts[preferences.language];
  const format = new Intl.DateTimeFormat(preferences.locale, { dateStyle: 'short', timeStyle: 'medium' });
  return { ...words, readme, guide, event: (event) => words.event[event], part: (part) => partText(part, t()), time: (at) => format.format(at) };
}

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];

/** A size as people read it. */
export function sizeText(bytes: number): string {
  const power = Math.min(UNITS.length - 1, bytes ? Math.floor(Math.log10(bytes) / 3) : 0);
  const format = { style: 'unit', unit: UNITS[power]!, maximumFractionDigits: bytes < 10 * 1000 ** power && power ? 1 : 0 };
  return new Intl.NumberFormat(preferences.locale, format as Intl.NumberFormatOptions).format(bytes / 1000 ** power);
}

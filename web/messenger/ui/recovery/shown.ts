// How times and sizes of a backup are said.
import { dateText, dayOf, timeText } from '../model/dates.ts';

/** "today, 14:05", "yesterday, 9:00", "3 May 2026, 14:05". */
export function whenText(at: number, now: number, locale: string): string {
  const ago = dayOf(now) - dayOf(at);
  const day = ago === 0 || ago === 1 ? new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(-ago, 'day') : dateText(at, locale);
  return `${day}, ${timeText(at, locale)}`;
}

export function sizeText(bytes: number, locale: string): string {
  const large = bytes >= 1_000_000;
  return new Intl.NumberFormat(locale, { style: 'unit', unit: large ? 'megabyte' : 'kilobyte', maximumFractionDigits: large ? 1 : 0 }).format(bytes / (large ? 1e6 : 1000));
}

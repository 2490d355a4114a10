// Times as people say them: today, yesterday, a weekday, a date; in the reader's own time zone and habit.
const DAY = 86_400_000;

/** The local calendar day of a moment, as a number that grows by one each day. */
export function dayOf(at: number): number {
  const date = new Date(at);
  return Math.round(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / DAY);
}

export const minuteOf = (at: number): number => Math.floor(at / 60_000);

const formats = new Map<string, Intl.DateTimeFormat>();
function format(locale: string, options: Intl.DateTimeFormatOptions, at: number): string {
  const key = locale + JSON.stringify(options);
  let found = formats.get(key);
  if (!found) formats.set(key, (found = new Intl.DateTimeFormat(locale, options)));
  return found.format(at);
}

export const timeText = (at: number, locale: string): string => format(locale, { hour: '2-digit', minute: '2-digit' }, at);
export const fullText = (at: number, locale: string): string => format(locale, { dateStyle: 'full', timeStyle: 'short' }, at);
export const dateText = (at: number, locale: string): string => format(locale, { dateStyle: 'long' }, at);

/** The line between two days. */
export function dayText(at: number, now: number, locale: string): string {
  const ago = dayOf(now) - dayOf(at);
  if (ago === 0 || ago === 1) return relativeDay(-ago, locale);
  if (ago > 1 && ago < 7) return format(locale, { weekday: 'long' }, at);
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return format(locale, { day: 'numeric', month: 'long', ...(sameYear ? {} : { year: 'numeric' }) }, at);
}

/** The short form for a row of the list: a time today, else the day. */
export function rowText(at: number, now: number, locale: string): string {
  const ago = dayOf(now) - dayOf(at);
  if (ago <= 0) return timeText(at, locale);
  if (ago === 1) return relativeDay(-1, locale);
  if (ago < 7) return format(locale, { weekday: 'short' }, at);
  return format(locale, { day: 'numeric', month: 'numeric', year: '2-digit' }, at);
}

function relativeDay(days: number, locale: string): string {
  const text = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(days, 'day');
  return text.charAt(0).toLocaleUpperCase(locale) + text.slice(1);
}

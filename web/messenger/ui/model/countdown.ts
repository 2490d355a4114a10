// How long an offer still lasts, in the words and figures of a language.
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export interface Remaining {
  over: boolean;
  /** "2 days", or "05:12:09" on the last day. */
  text: string;
  /** What is said instead of figures that change each second. */
  spoken: string;
  /** Milliseconds until the text is another one. */
  next: number;
}

export function remaining(end: number, now: number, locale: string): Remaining {
  const left = end - now;
  if (left <= 0) return { over: true, text: '', spoken: '', next: Infinity };
  const unit = (value: number, name: 'day' | 'hour' | 'minute'): string =>
    new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'long' }).format(value);
  if (left >= 2 * DAY) {
    const text = unit(Math.floor(left / DAY), 'day');
    return { over: false, text, spoken: text, next: (left % DAY) + 1 };
  }
  const [hours, minutes, seconds] = [Math.floor(left / HOUR), Math.floor((left % HOUR) / MINUTE), Math.floor((left % MINUTE) / SECOND)];
  const figures = [hours, minutes, seconds].map((one) => String(one).padStart(2, '0')).join(':');
  return { over: false, text: figures, spoken: hours ? unit(hours, 'hour') : unit(Math.max(1, minutes), 'minute'), next: (left % SECOND) + 1 };
}

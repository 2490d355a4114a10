// Reads what a calendar file says of its first event (RFC 5545): enough for a card, never trusted for more.

export interface CalendarEntry {
  summary: string;
  place: string;
  /** Milliseconds; of a whole day its midnight here. */
  start: number;
  end: number | null;
  allDay: boolean;
}

const MOST_CHARACTERS = 100_000;

/** The first event of a calendar; null if there is none that can be read. */
export function parseCalendar(text: string): CalendarEntry | null {
  const lines = text.slice(0, MOST_CHARACTERS).replace(/\r\n?/g, '\n').replace(/\n[ \t]/g, '').split('\n');
  const from = lines.findIndex((line) => /^BEGIN:VEVENT\s*$/i.test(line));
  if (from < 0) return null;
  const found = new Map<string, { value: string; zone: string }>();
  let depth = 0;
  for (const line of lines.slice(from + 1)) {
    // A reminder inside has fields of the same names.
    if (/^BEGIN:/i.test(line)) depth++;
    else if (/^END:/i.test(line) && depth-- === 0) break;
    const parts = depth ? null : /^([A-Za-z-]+)((?:;(?:[^:"]|"[^"]*")*)?):(.*)$/.exec(line);
    if (parts && !found.has(parts[1]!.toUpperCase())) {
      found.set(parts[1]!.toUpperCase(), { value: parts[3]!, zone: /;TZID="?([^;:"]+)/i.exec(parts[2]!)?.[1] ?? '' });
    }
  }
  const start = found.get('DTSTART');
  const begins = start && timeOf(start.value, start.zone);
  if (!start || begins === null || begins === undefined) return null;
  const end = found.get('DTEND');
  const length = lengthOf(found.get('DURATION')?.value ?? '');
  const ends = end ? timeOf(end.value, end.zone) : length === null ? null : begins + length;
  return { summary: plain(found.get('SUMMARY')?.value), place: plain(found.get('LOCATION')?.value), start: begins, end: ends, allDay: /^\d{8}$/.test(start.value.trim()) };
}

const plain = (value = ''): string => value.replace(/\\([nN,;\\])/g, (_, one: string) => (one === 'n' || one === 'N' ? '\n' : one)).trim().slice(0, 500);

/** A date, a time in UTC, in a named zone, or wherever the reader is. */
function timeOf(value: string, zone: string): number | null {
  const parts = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?$/.exec(value.trim());
  if (!parts) return null;
  const [year, month, day, hour = 0, minute = 0, second = 0] = parts.slice(1, 7).map((one) => Number(one ?? 0));
  const utc = Date.UTC(year!, month! - 1, day, hour, minute, second);
  if (Number.isNaN(utc)) return null;
  if (parts[7]) return utc;
  const local = new Date(year!, month! - 1, day, hour, minute, second).getTime();
  if (!zone || !parts[4]) return local;
  try {
    // Twice: the difference at that moment is only known near it.
    const first = utc - differenceOf(zone, utc);
    return utc - differenceOf(zone, first);
  } catch {
    return local;
  }
}

/** How far a zone's clock is ahead of UTC at a moment, in milliseconds. */
function differenceOf(zone: string, at: number): number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
  });
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  return Date.UTC(part.year!, part.month! - 1, part.day, part.hour, part.minute, part.second) - Math.floor(at / 1000) * 1000;
}

function lengthOf(value: string): number | null {
  const parts = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(value.trim());
  if (!parts || value.trim() === 'P') return null;
  const [weeks, days, hours, minutes, seconds] = parts.slice(1).map((one) => Number(one ?? 0));
  return ((((weeks! * 7 + days!) * 24 + hours!) * 60 + minutes!) * 60 + seconds!) * 1000;
}

// What the relay says on the live socket, looked at before anything believes it: whatever is no frame becomes null.
import type { Event, Keys, Result } from './types.ts';

export type RelayFrame =
  | { type: 'welcome'; time: number; waiting: number; one_time_keys: number; unused_fallback_keys: string[] }
  | { type: 'results'; results: Result[] }
  | { type: 'deliver'; events: Event[] }
  | Keys;

type Fields = Record<string, unknown>;

export function parseFrame(text: unknown): RelayFrame | null {
  const frame = parseObject(text);
  switch (frame?.type) {
    case 'welcome':
      return isNumber(frame.time) && isNumber(frame.waiting) && isStock(frame) ? (frame as RelayFrame & Fields) : null;
    case 'keys':
      return isStock(frame) ? (frame as RelayFrame & Fields) : null;
    case 'results':
      return isList(frame.results, isResult) ? (frame as RelayFrame & Fields) : null;
    case 'deliver':
      return isList(frame.events, isEvent) ? (frame as RelayFrame & Fields) : null;
    default:
      return null;
  }
}

function parseObject(text: unknown): Fields | null {
  try {
    const value: unknown = JSON.parse(String(text));
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

export const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const isNumber = (value: unknown): value is number => Number.isFinite(value);
const isList = (value: unknown, fits: (one: Fields) => boolean): boolean => Array.isArray(value) && value.every((one) => isObject(one) && fits(one));

/** Taken at a time, or refused for a reason; anything else would be counted as one of both. */
const isResult = ({ id, attempt = 0, at, refusal = null }: Fields): boolean =>
  typeof id === 'string' && isNumber(attempt) && (refusal === null ? isNumber(at) : isObject(refusal) && typeof refusal.code === 'string');
/** What it carries is looked at one by one: rubbish must not take its neighbours with it. */
const isEvent = ({ number }: Fields): boolean => Number.isSafeInteger(number);

function isStock({ one_time_keys, unused_fallback_keys }: Fields): boolean {
  return isNumber(one_time_keys) && Array.isArray(unused_fallback_keys) && unused_fallback_keys.every((one) => typeof one === 'string');
}

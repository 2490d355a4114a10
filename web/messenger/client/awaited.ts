// What did not open and was asked for again, by company: until it opens, is shown as lost, or nobody has to answer any more.
import { timeOfId } from '../../shared/wire/envelope.ts';
import type { Asked } from './bodies.ts';

/** In `facts`. */
export const AWAITED = 'awaited';
/** Attempts by company and id. */
export type Awaited = Record<string, Record<string, number>>;

// Fits one receipt, and bounds what a relay that damages everything can make a device remember (spec/encryption.md section 4).
const MOST = 400;
const ANSWERED_MILLISECONDS = 7 * 86_400_000;

export function noteAsked(awaited: Awaited, company: string, { id, attempt }: Asked): void {
  const known = (awaited[company] ??= {});
  known[id] = attempt;
  // Ids grow with time: the oldest go first.
  for (const old of Object.keys(known).sort().slice(0, -MOST)) delete known[old];
}

/** Returns whether it was awaited. */
export function noteCame(awaited: Awaited, company: string, id: string): boolean {
  const known = awaited[company];
  if (known?.[id] === undefined) return false;
  delete known[id];
  if (!Object.keys(known).length) delete awaited[company];
  return true;
}

export const stillAsked = (awaited: Awaited, company: string, now: number): Asked[] =>
  Object.entries(awaited[company] ?? {}).filter(([id]) => now - timeOfId(id) < ANSWERED_MILLISECONDS).map(([id, attempt]) => ({ id, attempt }));

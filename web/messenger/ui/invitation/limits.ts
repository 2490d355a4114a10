// How often and how long, as a list of words: limits that are not set are not said.
import type { OfferedPurpose } from '../../client/api.ts';
import type { Dictionary } from '../preferences.svelte.ts';

export function limitsOf({ capPerDay, capPerMonth, retentionDays }: OfferedPurpose, { invitation: words }: Dictionary): string {
  const parts = [
    ...(capPerDay ? [words.perDay(capPerDay)] : []),
    ...(capPerMonth ? [words.perMonth(capPerMonth)] : []),
    ...(retentionDays ? [words.kept(retentionDays)] : []),
  ];
  // A limit is not torn apart at the end of a line.
  return parts.map((part) => part.replaceAll(' ', '\u00a0')).join(' · ');
}

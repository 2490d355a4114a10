// Which errors may go away by themselves.
import { RelayRefused, RelayUnreachable } from '../../shared/wire/relay_http.ts';

const STORAGE = ['QuotaExceededError', 'InvalidStateError', 'UnknownError', 'AbortError', 'NotReadableError'];

/** Whether the same may succeed later: the relay is away or busy, or does not know the login now. */
export const isTemporary = (error: unknown): boolean => error instanceof RelayUnreachable || (error instanceof RelayRefused && error.status === 401);

/** The disk is full, or the browser took the database away; the crypto library says so in words. */
export const isStorageError = (error: unknown): boolean =>
  (error instanceof DOMException && STORAGE.includes(error.name)) || /QuotaExceeded|read or write to the crypto store/.test(String(error));

/** Of those the one a person can mend: there is no room left. */
export const isFull = (error: unknown): boolean => /QuotaExceeded/.test(error instanceof DOMException ? error.name : String(error));

/** Something must be done before, and is under way: whoever does it says when to go on. */
export class NotYet extends Error {}

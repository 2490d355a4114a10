// What two devices that are being linked say to each other, and what the screens are shown of it.

export interface LinkState {
  side: 'new' | 'old';
  step: LinkStep;
  /** Of the code: what stands in it, and until when it serves (milliseconds). */
  link?: string;
  expiresAt?: number;
  /** The two digits. */
  code?: string;
  /** What the other device says of itself. */
  other?: string;
  /** Whose account it is. */
  name?: string;
  /** Of the messages that come over; without a total nobody knows yet how many. */
  done?: number;
  total?: number;
  why?: LinkEnd;
}

/** New: opening, shown, code, asked, joining, history, done. Old: opening, enter, waiting, adding, history, done. Either may end. */
export type LinkStep = 'opening' | 'shown' | 'code' | 'asked' | 'joining' | 'enter' | 'waiting' | 'adding' | 'history' | 'done' | 'ended';

export type LinkEnd =
  | 'expired' | 'taken' | 'wrong_code' | 'refused' | 'cancelled' | 'broken' | 'identity' | 'full' | 'unreachable' | 'other_relay' | 'has_account' | 'not_a_link' | 'history';

export type LinkAsk =
  | { ask: 'state' }
  /** The new device shows a code; the old one read it. */
  | { ask: 'show' }
  | { ask: 'read'; link: string }
  /** The digits on the old device; yes or no on the new one, and whether the messages come along. */
  | { ask: 'digits'; digits: string }
  | { ask: 'join'; yes: boolean; history: boolean }
  /** Go on without the older messages. */
  | { ask: 'skip' }
  | { ask: 'cancel' };

const LINK = /([0-9a-f]{32})\.([A-Za-z0-9_-]{43})$/;

export const linkText = (id: string, publicKey: string): string => `${id}.${publicKey.replaceAll('+', '-').replaceAll('/', '_')}`;

/** Mailbox and key in a link or a pasted code; null if it is none. */
export function parseLinkText(text: string): { id: string; publicKey: string } | null {
  const found = LINK.exec(text.trim());
  return found ? { id: found[1]!, publicKey: found[2]!.replaceAll('-', '+').replaceAll('_', '/') } : null;
}

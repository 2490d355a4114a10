// What is written inside the two sealed texts of a backup, and the checks before any of it is believed.
import { isAccountId } from '../../../shared/wire/envelope.ts';
import { isObject } from '../../../shared/wire/frames.ts';
import type { SignedRecord } from '../../../shared/wire/types.ts';
import { ArchiveError } from '../archive/lines.ts';
import { NotOpened } from './sealing.ts';

export const IDENTITY = 'handschlag.recovery.v1';
export const CONTENTS = 'handschlag.backup.v1';
export const PASSKEY = 'handschlag.passkey.v1';

/** Everything that makes this account itself: whoever opens this is the account. */
export interface Identity {
  type: typeof IDENTITY;
  account: string;
  relay: string;
  relay_key: string;
  master_key: string;
  /** The crypto library's bundle of cross-signing keys, as JSON. */
  secrets: string;
  archive_key: string;
  name: string;
  language: 'en' | 'de';
}

export interface Archived {
  /** Milliseconds. */
  at: number;
  companies: number;
  messages: number;
}

export interface Contents extends Archived {
  type: typeof CONTENTS;
  generation: number;
  /** The device that made it, and since when it keeps the backup, in milliseconds. */
  device: string;
  kept_since: number;
  device_list: SignedRecord | null;
  /** Which ways lead to it: a code that somebody has, and where a passkey's box lies. */
  code: boolean;
  passkey: string | null;
  pins: Record<string, string>;
  parts: { name: string; hash: string }[];
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;
const isHash = (value: unknown): boolean => isText(value) && /^[0-9a-f]{64}$/.test(value);

/** Says which version it is before it says that it does not fit: an older app must not call a newer backup broken. */
function typed(value: unknown, type: string, kind: string): Record<string, unknown> {
  if (!isObject(value)) throw new NotOpened(kind);
  if (value.type !== type) throw new ArchiveError('unknown_version', String(value.type).slice(0, 40));
  return value;
}

export function parseIdentity(value: unknown): Identity {
  const one = typed(value, IDENTITY, 'identity');
  const fits = isAccountId(one.account) && [one.relay, one.relay_key, one.master_key, one.secrets, one.archive_key, one.name].every(isText)
    && (one.language === 'en' || one.language === 'de');
  if (!fits) throw new NotOpened('identity');
  return one as unknown as Identity;
}

export function parseContents(value: unknown): Contents {
  const one = typed(value, CONTENTS, 'contents');
  const fits = [one.generation, one.at, one.kept_since, one.companies, one.messages].every(isCount) && isText(one.device) && typeof one.code === 'boolean'
    && (one.passkey === null || isHash(one.passkey)) && isObject(one.pins) && Object.values(one.pins).every(isText)
    && (one.device_list === null || isObject(one.device_list)) && Array.isArray(one.parts) && one.parts.every((part) => isObject(part) && isHash(part.name) && isHash(part.hash));
  if (!fits) throw new NotOpened('contents');
  return one as unknown as Contents;
}

export function parsePasskey(value: unknown): string {
  const { secret } = typed(value, PASSKEY, 'passkey');
  if (!isText(secret)) throw new NotOpened('passkey');
  return secret;
}

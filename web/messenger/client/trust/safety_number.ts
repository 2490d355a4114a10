// The safety number of a conversation (spec/encryption.md section 7): the same digits on both sides only if nobody stands between.
import { fromBase64, toBase64, toBytes } from '../../../shared/wire/canonical.ts';

const PREFIX = 'HANDSCHLAG-SAFETY-1';
const ITERATIONS = 5200;
const HASH_BYTES = 30;
const GROUP_BYTES = 5;

export interface Side {
  account: string;
  masterKey: string;
}

export interface SafetyNumber {
  /** Twelve groups of five digits. */
  groups: string[];
  /** What a QR code says. */
  qr: string;
}

export async function safetyNumber(own: Side, other: Side): Promise<SafetyNumber> {
  const [mine, theirs] = await Promise.all([fingerprint(own), fingerprint(other)]);
  const digits = [digitsOf(mine), digitsOf(theirs)].sort().join('');
  return { groups: digits.match(/.{5}/g)!, qr: `${PREFIX} ${toBase64(mine)} ${toBase64(theirs)}` };
}

/** Whether a scanned code belongs to the other side of this conversation; null if it is no safety number at all. */
export function compareCode({ qr }: SafetyNumber, scanned: string): boolean | null {
  const [prefix, theirs, mine, ...more] = scanned.trim().split(/\s+/);
  if (prefix !== PREFIX || !theirs || !mine || more.length) return null;
  return qr === `${PREFIX} ${mine} ${theirs}`;
}

async function fingerprint({ account, masterKey }: Side): Promise<Uint8Array> {
  const key = fromBase64(masterKey);
  let found = joined(Uint8Array.of(0, 1), key, toBytes(account));
  for (let i = 0; i < ITERATIONS; i++) found = new Uint8Array(await crypto.subtle.digest('SHA-512', joined(found, key)));
  return found.slice(0, HASH_BYTES);
}

function digitsOf(bytes: Uint8Array): string {
  let digits = '';
  for (let start = 0; start < HASH_BYTES; start += GROUP_BYTES) {
    const number = bytes.slice(start, start + GROUP_BYTES).reduce((sum, byte) => sum * 256 + byte, 0);
    digits += String(number % 100_000).padStart(5, '0');
  }
  return digits;
}

function joined(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

// Headers and ids of envelopes, and the padding that hides how long a content is.
import { canonicalJson, toBytes, toBase64, fromBase64 } from './canonical.ts';
import { isObject } from './frames.ts';
import type { Header } from './types.ts';

export const BUCKETS = [256, 512, 1024, 2048, 4096, 8192, 16_384, 32_768, 65_536];
export const ENVELOPE_SECONDS = 30 * 86_400;
const LATEST_TIME = 253_402_300_799;
const HEAD = [0x1c, 0x18, 0x0b];
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/** One message of a sender: `bodies[account][device]` is sealed. */
export interface OutgoingEnvelope {
  header: Header;
  bodies: Record<string, Record<string, unknown>>;
}

/** What is sealed: the header again, the body, a salt on templates, and padding. */
export interface Content {
  header: Header;
  body: Record<string, unknown>;
  salt?: string;
  pad: string;
}

export const makeAccountId = (relay: string): string =>
  `@${Array.from(crypto.getRandomValues(new Uint8Array(26)), (byte) => LETTERS[byte % 26]).join('')}:${relay}`;

export const makeDeviceId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(10)), (byte) => LETTERS[byte % 26]).join('').toUpperCase();

/** A UUIDv7 for a time in milliseconds (RFC 9562). */
export function makeEnvelopeId(now: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (let i = 0, time = Math.floor(now); i < 6; i++, time = Math.floor(time / 256)) bytes[5 - i] = time % 256;
  bytes[6] = 0x70 | (bytes[6]! & 0x0f);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** The time inside a UUIDv7, in milliseconds. */
export const timeOfId = (id: string): number => parseInt(id.replaceAll('-', '').slice(0, 12), 16);

/** A message's name in the Cloud API: `wamid.` and base64 of a fixed head and the envelope id. */
export function messageId(id: string): string {
  const bytes = id.replaceAll('-', '').match(/../g)!.map((pair) => parseInt(pair, 16));
  return `wamid.${toBase64(Uint8Array.from([...HEAD, ...bytes]))}`;
}

/** The envelope id behind a `wamid`, null if it is none of ours. */
export function parseMessageId(text: string): string | null {
  try {
    const bytes = fromBase64(text.slice('wamid.'.length).replace(/=+$/, ''));
    if (!text.startsWith('wamid.') || bytes.length !== 19 || HEAD.some((byte, i) => bytes[i] !== byte)) return null;
    const hex = Array.from(bytes.slice(3), (byte) => byte.toString(16).padStart(2, '0')).join('');
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  } catch {
    return null;
  }
}

const ACCOUNT = /^@[a-z]{26}:[a-z0-9.-]{1,120}(:[0-9]{1,5})?$/;
const DEVICE = /^[A-Z]{10}$/;
const ENVELOPE_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const FIELDS = ['id', 'from', 'from_device', 'to', 'kind', 'sent_at', 'size', 'ttl', 'attempt', 'category', 'commitment'];
const within = (value: unknown, least: number, most: number): boolean => Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most;
const matches = (value: unknown, pattern: RegExp): boolean => typeof value === 'string' && pattern.test(value);

export const isAccountId = (value: unknown): value is string => matches(value, ACCOUNT);
export const isEnvelopeId = (value: unknown): value is string => matches(value, ENVELOPE_ID);

/** The header if every field keeps its limits (spec/wire.md section 3), else null: a relay may show anything. */
export function parseHeader(value: unknown): Header | null {
  if (!isObject(value) || Object.keys(value).some((field) => !FIELDS.includes(field))) return null;
  const { id, from, from_device, to, kind, sent_at, size, ttl = ENVELOPE_SECONDS, attempt = 0, category = null, commitment = null } = value;
  const template = ['utility', 'authentication', 'marketing'].includes(category as string) && typeof commitment === 'string';
  const fits = isEnvelopeId(id) && matches(from, ACCOUNT) && matches(from_device, DEVICE) && matches(to, ACCOUNT)
    && within(sent_at, 0, LATEST_TIME) && BUCKETS.includes(size as number) && within(ttl, 1, ENVELOPE_SECONDS) && within(attempt, 0, 9)
    && (kind === 'template' ? template : ['service', 'system', 'receipt', 'sync'].includes(kind as string) && (kind === 'sync') === (from === to) && category === null && commitment === null);
  return fits ? (value as unknown as Header) : null;
}

/** A header without fields that have their default value, as it is signed and compared. */
export function plainHeader(header: Header): Header {
  const { ttl, attempt, category, commitment, ...rest } = header;
  return {
    ...rest,
    ...(ttl === undefined || ttl === ENVELOPE_SECONDS ? {} : { ttl }),
    ...(attempt ? { attempt } : {}),
    ...(category ? { category } : {}),
    ...(commitment ? { commitment } : {}),
  };
}

export const headerText = (header: Header): string => canonicalJson(plainHeader(header));

/** The content padded with zeros, so that its JSON is exactly as long as the bucket its header names. */
export function makeContent(draft: Omit<Header, 'size'>, body: Record<string, unknown>): Content {
  for (const size of BUCKETS) {
    const content: Content = { header: plainHeader({ ...draft, size }), body, pad: '' };
    const missing = size - toBytes(JSON.stringify(content)).length;
    if (missing >= 0) return { ...content, pad: '0'.repeat(missing) };
  }
  throw new RangeError(`content: at most ${BUCKETS.at(-1)} bytes`);
}

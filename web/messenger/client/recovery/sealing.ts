// How a backup is sealed (spec/encryption.md section 9): what is derived from the recovery secret or a passkey, and boxes that hide how much is in them.
import { fromBase64, toBase64, toBytes } from '../../../shared/wire/canonical.ts';

type Bytes = Uint8Array<ArrayBuffer>;

const SALT = toBytes('handschlag.recovery.v1');
const NONCE_BYTES = 12;
const LENGTH_BYTES = 4;
const BUCKET = 4096;

export interface BackupKeys {
  /** Under which the backup lies at the relay: 64 hexadecimal digits. */
  id: string;
  /** Opens the identity; it cannot leave this browser. */
  key: CryptoKey;
}

export type BoxKind = 'identity' | 'contents' | 'part' | 'passkey';

/** It does not open: another key, another place, or changed. */
export class NotOpened extends Error {}

/** Id and key of the backup that a recovery secret leads to. */
export const keysOfSecret = (secret: string): Promise<BackupKeys> => derive(toBytes(secret), 'backup id', 'identity key');

/** Id and key of the box in which a passkey's own secret keeps the recovery secret. */
export const keysOfPasskey = (output: Bytes): Promise<BackupKeys> => derive(output, 'passkey id', 'passkey key');

export const makeArchiveKey = (): Bytes => crypto.getRandomValues(new Uint8Array(32));

export const importKey = (raw: Bytes): Promise<CryptoKey> => crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt']);

/** nonce ‖ AES-256-GCM of: length (4 bytes, big-endian) ‖ bytes ‖ zeros up to a multiple of 4,096. */
export async function sealBox(key: CryptoKey, kind: BoxKind, id: string, bytes: Bytes, nonce: Bytes = crypto.getRandomValues(new Uint8Array(NONCE_BYTES))): Promise<Bytes> {
  const plain = new Uint8Array(Math.ceil((LENGTH_BYTES + bytes.length) / BUCKET) * BUCKET);
  new DataView(plain.buffer).setUint32(0, bytes.length);
  plain.set(bytes, LENGTH_BYTES);
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce, additionalData: place(kind, id) }, key, plain));
  const box = new Uint8Array(NONCE_BYTES + sealed.length);
  box.set(nonce);
  box.set(sealed, NONCE_BYTES);
  return box;
}

export async function openBox(key: CryptoKey, kind: BoxKind, id: string, box: Bytes): Promise<Bytes> {
  try {
    const plain = new Uint8Array(await crypto.subtle.decrypt(
      { name: 'AES-GCM', iv: box.subarray(0, NONCE_BYTES), additionalData: place(kind, id) }, key, box.subarray(NONCE_BYTES),
    ));
    const length = new DataView(plain.buffer).getUint32(0);
    if (length <= plain.length - LENGTH_BYTES) return plain.slice(LENGTH_BYTES, LENGTH_BYTES + length);
  } catch {
    // Which step failed is nobody's business.
  }
  throw new NotOpened(kind);
}

export const sealJson = async (key: CryptoKey, kind: BoxKind, id: string, value: unknown): Promise<string> =>
  toBase64(await sealBox(key, kind, id, toBytes(JSON.stringify(value))));

export async function openJson(key: CryptoKey, kind: BoxKind, id: string, box: string): Promise<unknown> {
  const bytes = await openBox(key, kind, id, decode(box, kind));
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new NotOpened(kind);
  }
}

export async function hexHash(bytes: Bytes): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
}

/** A box says where it lies, so that none opens in another place. */
const place = (kind: BoxKind, id: string): Bytes => toBytes(`handschlag.backup.v1 ${kind} ${id}`);

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

function decode(box: string, kind: BoxKind): Bytes {
  try {
    return fromBase64(box);
  } catch {
    throw new NotOpened(kind);
  }
}

async function derive(secret: Bytes, idLabel: string, keyLabel: string): Promise<BackupKeys> {
  const base = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveBits', 'deriveKey']);
  const from = (label: string) => ({ name: 'HKDF', hash: 'SHA-256', salt: SALT, info: toBytes(label) });
  const id = hex(new Uint8Array(await crypto.subtle.deriveBits(from(idLabel), base, 256)));
  const key = await crypto.subtle.deriveKey(from(keyLabel), base, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
  return { id, key };
}

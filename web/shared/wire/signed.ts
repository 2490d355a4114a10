// Signed records and certificates: what a signature covers, and whether the right key made it.
import { canonicalJson, fromBase64, toBytes } from './canonical.ts';
import type { SignedRecord } from './types.ts';

export class SignatureInvalid extends Error {}

/** A key object in Matrix's shape; a signature covers every field it came with. */
export interface KeyObject {
  user_id?: string;
  usage?: string[];
  keys?: Record<string, string>;
  signatures?: Record<string, Record<string, string>>;
  [field: string]: unknown;
}

export async function isSignedBy(publicKey: string, text: string, signature: string): Promise<boolean> {
  try {
    const key = await crypto.subtle.importKey('raw', fromBase64(publicKey), { name: 'Ed25519' }, false, ['verify']);
    return await crypto.subtle.verify('Ed25519', key, fromBase64(signature), toBytes(text));
  } catch {
    return false;
  }
}

/** The typed record inside, if this key signed exactly these bytes, they are canonical, and its tag is the one expected. */
export async function verifyRecord<T extends { type: string }>(signed: SignedRecord, publicKey: string, type: T['type']): Promise<T> {
  const record = JSON.parse(signed.record) as T;
  if (record.type !== type || canonicalJson(record) !== signed.record) throw new SignatureInvalid(type);
  if (!(await isSignedBy(publicKey, signed.record, signed.signature))) throw new SignatureInvalid(type);
  return record;
}

/** The one public key of a master or self-signing key object of this account. */
export function publicKeyOf(object: KeyObject, account: string, usage: 'master' | 'self_signing'): string {
  const [entry, ...more] = Object.entries(object.keys ?? {});
  if (object.user_id !== account || !object.usage?.includes(usage) || !entry || more.length || entry[0] !== `ed25519:${entry[1]}`) {
    throw new SignatureInvalid(usage);
  }
  return entry[1];
}

/** Public master and self-signing key of an account, if the first signed the second. */
export async function checkSelfSigning(master: KeyObject, selfSigning: KeyObject, account: string): Promise<{ master: string; selfSigning: string }> {
  const masterKey = publicKeyOf(master, account, 'master');
  const selfSigningKey = publicKeyOf(selfSigning, account, 'self_signing');
  const { signatures, unsigned: _, ...signed } = selfSigning;
  const signature = signatures?.[account]?.[`ed25519:${masterKey}`] ?? '';
  if (!(await isSignedBy(masterKey, canonicalJson(signed), signature))) throw new SignatureInvalid('self_signing');
  return { master: masterKey, selfSigning: selfSigningKey };
}

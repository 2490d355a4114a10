// The signed end of an account: nothing is forgotten on a relay's word alone.
import { SignatureInvalid, verifyRecord } from '../wire/signed.ts';
import type { Erasure, SignedRecord } from '../wire/types.ts';

/** The erasure inside, if this master key signed it for this account; throws SignatureInvalid. */
export async function checkErasure(signed: SignedRecord | null | undefined, master: string, account: string): Promise<Erasure> {
  const erasure = await verifyRecord<Erasure>(signed ?? { record: 'null', key: '', signature: '' }, master, 'handschlag.erasure.v1').catch(() => null);
  if (!erasure || signed?.key !== `ed25519:${master}` || erasure.account !== account || !Number.isSafeInteger(erasure.at)) throw new SignatureInvalid('handschlag.erasure.v1');
  return erasure;
}

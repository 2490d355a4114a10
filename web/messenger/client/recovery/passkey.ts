// A passkey as a way to the recovery secret: the WebAuthn extension PRF gives it a secret of its own, and only to this origin.
import { toBytes } from '../../../shared/wire/canonical.ts';
import { keysOfPasskey, type BackupKeys } from './sealing.ts';

const ASKED = toBytes('handschlag.recovery.v1 passkey');
const CHALLENGE_BYTES = 32;
const TIMEOUT = 120_000;

export type PasskeyTrouble = 'unsupported' | 'no_prf' | 'cancelled';

export class PasskeyProblem extends Error {
  readonly problem: PasskeyTrouble;

  constructor(problem: PasskeyTrouble) {
    super(problem);
    this.problem = problem;
  }
}

interface Prf { prf?: { enabled?: boolean; results?: { first?: BufferSource } } }

/** Whether this browser can ask for passkeys at all; whether a passkey can do it only its making tells. */
export const passkeysThere = (): boolean => typeof PublicKeyCredential === 'function' && !!navigator.credentials;

/** Makes a passkey on this device or another one at hand, and the keys that it leads to. */
export async function makePasskey(account: string, name: string): Promise<BackupKeys> {
  const id = new Uint8Array(await crypto.subtle.digest('SHA-256', toBytes(account)));
  const credential = await ask(() => navigator.credentials.create({
    publicKey: {
      challenge: random(),
      rp: { name: 'Handschlag', id: location.hostname },
      // The same for each passkey of an account: a new one takes the place of the old one in the same keeper.
      user: { id, name: name || 'Handschlag', displayName: name || 'Handschlag' },
      pubKeyCredParams: [{ type: 'public-key', alg: -7 }, { type: 'public-key', alg: -8 }, { type: 'public-key', alg: -257 }],
      authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
      timeout: TIMEOUT,
      extensions: { prf: { eval: { first: ASKED } } },
    },
  }));
  const { prf } = credential.getClientExtensionResults() as Prf;
  if (!prf?.enabled && !prf?.results?.first) throw new PasskeyProblem('no_prf');
  return prf.results?.first ? keysOf(prf.results.first) : usePasskey(credential.rawId);
}

/** Asks for a passkey that was made here; with `only`, for that one. */
export async function usePasskey(only?: ArrayBuffer): Promise<BackupKeys> {
  const credential = await ask(() => navigator.credentials.get({
    publicKey: {
      challenge: random(),
      rpId: location.hostname,
      userVerification: 'required',
      timeout: TIMEOUT,
      ...(only ? { allowCredentials: [{ type: 'public-key' as const, id: only }] } : {}),
      extensions: { prf: { eval: { first: ASKED } } },
    },
  }));
  const { prf } = credential.getClientExtensionResults() as Prf;
  if (!prf?.results?.first) throw new PasskeyProblem('no_prf');
  return keysOf(prf.results.first);
}

async function ask(call: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  if (!passkeysThere()) throw new PasskeyProblem('unsupported');
  try {
    const credential = await call();
    if (credential) return credential as PublicKeyCredential;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotSupportedError') throw new PasskeyProblem('unsupported');
    console.warn('passkey:', error);
  }
  throw new PasskeyProblem('cancelled');
}

const random = (): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(CHALLENGE_BYTES));

function keysOf(output: BufferSource): Promise<BackupKeys> {
  const bytes = ArrayBuffer.isView(output) ? new Uint8Array(output.buffer.slice(output.byteOffset, output.byteOffset + output.byteLength) as ArrayBuffer) : new Uint8Array(output);
  return keysOfPasskey(bytes);
}

// The customer's own telephone number: proved to the relay by a code, told to the companies the customer chooses and to nobody else.
import { listOf, number as isNumber, object, record } from '../../../shared/wire/answers.ts';
import { toBase64 } from '../../../shared/wire/canonical.ts';
import { RelayRefused, RelayUnreachable, shaped } from '../../../shared/wire/relay_http.ts';
import type { KnownNumbers, NumberCodeSent, NumberProved, SignedRecord } from '../../../shared/wire/types.ts';
import type { Language } from '../api.ts';
import { introduce } from '../joining.ts';
import type { Owner } from '../owner.ts';
import { changeCompany, fact, type Database } from '../store.ts';
import { isTemporary } from '../troubles.ts';

/** What a company is shown: the number, the salt of the hash, and the relay's word over that hash. */
export interface ProvedNumber {
  number: string;
  salt: string;
  attestation: SignedRecord;
  /** When it was proved, in milliseconds. */
  at: number;
}

export type NumberQuestion =
  | { what: 'code'; number: string; language: Language }
  | { what: 'verify'; number: string; code: string }
  /** Whether the relay still knows it as ours. */
  | { what: 'look' }
  | { what: 'forget' };

/** `over`: no code is open any more. `wait`: too many codes, again in `seconds`. `moved`: somebody else proved the number since. */
export type NumberProblem = 'wrong' | 'over' | 'wait' | 'not_sent' | 'country' | 'not_offered' | 'unreachable' | 'moved';

export interface NumberAnswer {
  problem: NumberProblem | null;
  /** Of a code that was sent: until when it is good and when another may be asked for, in seconds from now. */
  seconds?: number;
  again?: number;
}

const FACT = 'number';
const OK: NumberAnswer = { problem: null };

export const provedNumber = (database: Database): Promise<ProvedNumber | undefined> => fact<ProvedNumber>(database, FACT);

/** A person waits for the answer: whatever goes wrong is told at once, and nothing is tried again by itself. */
export async function askAboutNumber(owner: Owner, question: NumberQuestion): Promise<NumberAnswer> {
  try {
    switch (question.what) {
      case 'code':
        return await askForCode(owner, question.number, question.language);
      case 'verify':
        return await verify(owner, question.number, question.code);
      case 'look':
        return !(await provedNumber(owner.database)) || (await isStillOurs(owner)) ? OK : { problem: 'moved' };
      case 'forget':
        return await forget(owner);
    }
  } catch (error) {
    const problem = problemOf(error, question.what);
    if (!problem) throw error;
    return { problem, ...(error instanceof RelayUnreachable && error.retryAfter ? { seconds: error.retryAfter } : {}) };
  }
}

function problemOf(error: unknown, what: NumberQuestion['what']): NumberProblem | null {
  if (error instanceof RelayUnreachable && error.status === 429) return 'wait';
  if (error instanceof RelayUnreachable && error.status === 503) return 'not_sent';
  if (isTemporary(error)) return 'unreachable';
  if (!(error instanceof RelayRefused)) return null;
  if (what === 'verify') return error.status === 409 ? 'over' : 'wrong';
  return error.status === 404 ? 'not_offered' : 'country';
}

async function askForCode(owner: Owner, number: string, language: Language): Promise<NumberAnswer> {
  const sent = await owner.http.authorized<NumberCodeSent>('POST', '/v1/numbers/code', { number, language }).then(shaped({ expires_at: isNumber, again_at: isNumber }));
  const now = owner.now() / 1000;
  return { problem: null, seconds: sent.expires_at - now, again: sent.again_at - now };
}

async function verify(owner: Owner, number: string, code: string): Promise<NumberAnswer> {
  const salt = toBase64(crypto.getRandomValues(new Uint8Array(32)));
  const { attestation } = await owner.http.authorized<NumberProved>('POST', '/v1/numbers/verify', { number, code, salt }).then(shaped({ attestation: record }));
  const proved: ProvedNumber = { number, salt, attestation, at: owner.now() };
  await owner.database.put('facts', proved, FACT);
  // Who was told the number before is told the new one.
  await introduceTo(owner, await sharing(owner));
  owner.tell({ what: 'changed' });
  return OK;
}

/** Tells a company the number, or that it is not told any more; returns why not. */
export async function shareNumber(owner: Owner, company: string, share: boolean): Promise<NumberAnswer> {
  try {
    if (share && !(await isStillOurs(owner))) return { problem: 'moved' };
  } catch (error) {
    if (!isTemporary(error)) throw error;
    return { problem: 'unreachable' };
  }
  await changeCompany(owner.database, company, (stored) => ({ ...stored, sharesNumber: share }));
  await introduceTo(owner, [company]);
  owner.tell({ what: 'changed', company });
  return OK;
}

/** A relay that does not know the number any more gave it to whoever proved it later: it is shown to nobody then. */
async function isStillOurs(owner: Owner): Promise<boolean> {
  if (!(await provedNumber(owner.database))) return false;
  const { numbers } = await owner.http.authorized<KnownNumbers>('GET', '/v1/numbers').then(shaped({ numbers: listOf(object) }));
  if (numbers.length) return true;
  await stopSharing(owner);
  return false;
}

async function forget(owner: Owner): Promise<NumberAnswer> {
  await owner.http.authorized('DELETE', '/v1/numbers');
  await stopSharing(owner);
  return OK;
}

async function stopSharing(owner: Owner): Promise<void> {
  const companies = await sharing(owner);
  await owner.database.delete('facts', FACT);
  for (const company of companies) await changeCompany(owner.database, company, (stored) => ({ ...stored, sharesNumber: false }));
  await introduceTo(owner, companies);
  owner.tell({ what: 'changed' });
}

async function sharing(owner: Owner): Promise<string[]> {
  return (await owner.database.getAll('companies')).filter((one) => one.sharesNumber).map((one) => one.account);
}

/** Stored and sealed before it leaves, like everything: an introduction outlives a closed tab. */
async function introduceTo(owner: Owner, companies: string[]): Promise<void> {
  for (const company of companies) await introduce(owner, company);
}

/** What an introduction says of the number. */
export async function numberFor(database: Database, company: string): Promise<{ phone_number: string; attestation: SignedRecord; salt: string } | null> {
  const proved = (await database.get('companies', company))?.sharesNumber ? await provedNumber(database) : undefined;
  return proved ? { phone_number: proved.number, attestation: proved.attestation, salt: proved.salt } : null;
}

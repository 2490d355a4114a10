// The lines of an archive (spec/encryption.md section 10): what may stand in each, and what is refused before it is believed.
import { isAccountId, isEnvelopeId } from '../../../shared/wire/envelope.ts';
import { isObject } from '../../../shared/wire/frames.ts';
import type { Account, StoredCompany, StoredMessage } from '../store.ts';

export const ARCHIVE = 'handschlag.archive.v1';

/** Whose archive it is, without the device that wrote it. */
export type ArchivedAccount = Pick<Account, 'account' | 'name' | 'language' | 'relayName' | 'relayKey'>;

export type Line =
  | { archive: typeof ARCHIVE }
  | { account: ArchivedAccount }
  | { company: StoredCompany }
  | { fact: string; value: unknown }
  | { message: StoredMessage }
  | { end: { companies: number; messages: number } };

/** Rows of `facts` that a person would miss on another device; every other row belongs to this browser alone. */
export const KEPT_FACTS = ['trust', 'number'];

export class ArchiveError extends Error {
  readonly problem: 'unknown_version' | 'broken' | 'other_account' | 'incomplete';

  constructor(problem: ArchiveError['problem'], detail = '') {
    super(detail ? `${problem}: ${detail}` : problem);
    this.problem = problem;
  }
}

const MOST_CHARACTERS = 2_000_000;
const STATUSES = ['waiting', 'accepted', 'delivered', 'read', 'failed', null];
const KINDS = ['service', 'template', 'system', 'receipt'];

/** For ever is a number that JSON can write. */
const writable = (_: string, value: unknown): unknown => (value === Infinity ? Number.MAX_SAFE_INTEGER : value);

export const lineText = (line: Line): string => `${JSON.stringify(line, writable)}\n`;

/** One line's value; throws ArchiveError for anything that is none. */
export function parseLine(text: string): Line {
  if (text.length > MOST_CHARACTERS) throw new ArchiveError('broken', `a line of ${text.length} characters, at most ${MOST_CHARACTERS}`);
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch {
    throw new ArchiveError('broken', 'a line is not JSON');
  }
  if (!isObject(line)) throw new ArchiveError('broken', 'a line is no object');
  const [kind = '', ...more] = Object.keys(line);
  if (kind === 'archive' && line.archive !== ARCHIVE) throw new ArchiveError('unknown_version', String(line.archive).slice(0, 40));
  const fits = Object.hasOwn(PARTS, kind) && more.join() === (kind === 'fact' ? 'value' : '') && PARTS[kind]!(line);
  if (!fits) throw new ArchiveError('broken', `a line of "${kind.slice(0, 40)}" does not fit`);
  return line as Line;
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isTime = (value: unknown): boolean => Number.isFinite(value) && Number(value) >= 0;
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;
const isSigned = (one: unknown): boolean => isObject(one) && isText(one.record) && isText(one.key) && isText(one.signature);

const PARTS: Record<string, (line: Record<string, unknown>) => boolean> = {
  archive: () => true,
  account: ({ account: one }) => isObject(one) && isAccountId(one.account) && [one.name, one.relayName, one.relayKey].every(isText) && ['en', 'de'].includes(String(one.language)),
  company: ({ company }) => isObject(company) && fitsCompany(company),
  fact: ({ fact }) => isText(fact) && KEPT_FACTS.includes(fact),
  message: ({ message }) => isObject(message) && fitsMessage(message),
  end: ({ end }) => isObject(end) && isCount(end.companies) && isCount(end.messages),
};

function fitsCompany(row: Record<string, unknown>): boolean {
  const { company, records, receipts, purposes, templates } = row;
  return isAccountId(row.account) && isObject(company) && company.account === row.account && isText(company.handle) && isText(company.name)
    && isText(row.masterKey) && isText(row.offerHash) && isText(row.draft) && Array.isArray(records) && records.every(isSigned)
    && isObject(receipts) && Object.values(receipts).every(isTime) && Array.isArray(purposes) && purposes.every(isText) && isObject(templates);
}

function fitsMessage(row: Record<string, unknown>): boolean {
  return isEnvelopeId(row.id) && isAccountId(row.company) && (row.direction === 'in' || row.direction === 'out') && isTime(row.at)
    && [row.type, row.text, row.header, row.footer].every(isText) && Array.isArray(row.buttons) && isCount(row.attempt) && isObject(row.body)
    && KINDS.includes(String(row.kind)) && STATUSES.includes(row.status as string | null) && (row.unread === 0 || row.unread === 1);
}

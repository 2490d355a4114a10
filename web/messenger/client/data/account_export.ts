// Everything of an account as readable files: who one is, the companies, what was agreed to, all chats, settings, devices.
import { pictureKey, account as loadAccount, fact, type StoredCompany } from '../store.ts';
import type { Tab } from '../tab.ts';
import { pictureType } from '../companies/picture_type.ts';
import { exportChat, type ChatWords } from './chat_export.ts';
import { fileName, type ExportFile, type Files } from './saving.ts';

export interface AccountWords extends ChatWords {
  /** What each file is. */
  guide: (about: { account: string; companies: string[]; offline: boolean }) => string;
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

export async function* exportAccount(tab: Tab, words: AccountWords, wrote: (messages: number) => void): Files {
  const database = tab.store;
  const me = await loadAccount(database);
  const companies = (await database.getAll('companies')).filter((one) => !one.leaving);
  const cards = await Promise.all(companies.map(({ account }) => tab.relay.card(account).catch(() => null)));
  const folders = companies.map(({ company }) => `chats/${fileName(company.handle, company.account.slice(1, 9))}`);
  yield { name: 'README.txt', input: words.guide({ account: me?.account ?? '', companies: folders, offline: cards.includes(null) }) };
  if (me) yield { name: 'account.json', input: json({ ...me, number: await fact(database, 'number') }) };
  yield { name: 'settings.json', input: json(await settings(tab)) };
  yield { name: 'devices.json', input: json({ thisDevice: me?.device, lists: (await fact(database, 'device_lists')) ?? {} }) };
  for (const [index, stored] of companies.entries()) {
    const folder = folders[index]!;
    for (const file of await companyFiles(tab, stored, cards[index])) yield { ...file, name: `${folder}/${file.name}` };
    for await (const file of exportChat(database, stored, words, wrote)) yield { ...file, name: `${folder}/${file.name}` };
  }
}

async function companyFiles(tab: Tab, stored: StoredCompany, card: unknown): Promise<ExportFile[]> {
  const { account, company, masterKey, offer, offerHash, records, receipts, purposes, blocked, draft, pinnedAt, mutedUntil, archived, templates } = stored;
  const picture = await fact<{ bytes: Uint8Array<ArrayBuffer> }>(tab.store, pictureKey(account));
  const type = picture ? pictureType(picture.bytes) : null;
  const marks = { blocked, draft, pinned: Boolean(pinnedAt), mutedUntil: mutedUntil ?? 0, archived: archived ?? false };
  return [
    { name: 'company.json', input: json({ account, company, masterKey, offer, offerHash, ...marks, templates }) },
    ...(card ? [{ name: 'signed-profile.json', input: json(card) }] : []),
    { name: 'consents.json', input: json({ inForce: purposes, records: records.map((one) => ({ ...one, says: JSON.parse(one.record) as unknown, acceptedByRelayAt: receipts[one.signature] ?? null })) }) },
    ...(picture && type ? [{ name: `picture.${type.endsWith('png') ? 'png' : 'jpg'}`, input: new Blob([picture.bytes], { type }) }] : []),
  ];
}

/** What this browser remembers of choices. */
async function settings(tab: Tab): Promise<Record<string, unknown>> {
  const chosen = Object.fromEntries(Object.entries(localStorage));
  const notifications = await fact(tab.store, 'notifications');
  return { ...chosen, ...(notifications === undefined ? {} : { notifications }) };
}

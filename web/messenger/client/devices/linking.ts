// Linking two devices (spec/encryption.md section 11): the new one shows a code, the old one reads it, a person compares two digits and says yes.
//
// Messages by their number: 0 opens the channel (old), 1 what the new device is called, 2 whose account (old, after the digits), 3 yes,
// 4 the secrets (old), 5 the new device's id, 6 companies (old), 7 they are here, 8 the older messages (old), 9 done.
import { LinkChannel } from '../../../shared/crypto/link_channel.ts';
import { number, text } from '../../../shared/wire/answers.ts';
import { isObject } from '../../../shared/wire/frames.ts';
import { shaped } from '../../../shared/wire/relay_http.ts';
import type { LinkOpened, SignedRecord } from '../../../shared/wire/types.ts';
import { readArchive } from '../archive/read_archive.ts';
import { writeArchive } from '../archive/write_archive.ts';
import type { Owner } from '../owner.ts';
import { account as loadAccount, trustIn } from '../store.ts';
import { loadRecovery } from '../recovery/state.ts';
import { parseTold, tellable, withTold, type ToldRecovery } from '../recovery/telling.ts';
import { isStorageError, isTemporary } from '../troubles.ts';
import { Conversation, LinkEnded } from './conversation.ts';
import { linkText, parseLinkText, type LinkAsk } from './link.ts';
import { fetchArchive, parseMoved, sendArchive } from './moving.ts';
import { joinAccount } from './new_device.ts';
import { loadDevices, lookAtDevices, NAME_CHARACTERS, nameDevice, ownLabel, type KnownDevices } from './own_devices.ts';

const PROGRESS_EVERY = 100;

/** One linking at a time; a new one ends the one before. */
export class Linking {
  #current: Conversation | null = null;
  #link = '';

  constructor(private readonly owner: Owner) {}

  hear(ask: LinkAsk): void {
    if (ask.ask === 'show') this.#start('new', '', newSide);
    else if (ask.ask === 'read') this.#start('old', ask.link, (talk) => oldSide(talk, ask.link));
    else if (ask.ask === 'cancel') this.#current?.cancel();
    else if (ask.ask === 'state') this.#current?.show({});
    else this.#current?.hear(ask);
  }

  /** A screen that hears nothing for a while asks again: what runs goes on. */
  #start(side: 'new' | 'old', link: string, run: (talk: Conversation) => Promise<void>): void {
    if (this.#current?.running && this.#current.state.side === side && this.#link === link) return this.#current.show({});
    this.#current?.cancel();
    this.#link = link;
    const talk = (this.#current = new Conversation(this.owner, side));
    talk.show({});
    void this.owner.opened.then(() => run(talk)).catch((error: unknown) => talk.end(error));
  }
}

async function newSide(talk: Conversation): Promise<void> {
  const { owner } = talk;
  if (await loadAccount(owner.database)) throw new LinkEnded('has_account');
  const offer = await LinkChannel.offer();
  const { id, expires_at } = await owner.http.call<LinkOpened>('POST', '/v1/links', {}).then(shaped({ id: text, expires_at: number }));
  talk.begin(id, null);
  talk.show({ step: 'shown', link: linkText(id, offer.publicKey), expiresAt: expires_at * 1000 });
  const channel = offer.accept(await talk.getText(0));
  talk.begin(id, channel);
  await talk.put(1, { name: ownLabel() });
  talk.show({ step: 'code', code: channel.checkCode });
  const { name, relay } = await talk.get(2);
  if ((await owner.http.info()).name !== relay) throw new LinkEnded('other_relay');
  talk.show({ step: 'asked', name: String(name).slice(0, 100) });
  const { yes, history } = await talk.person('join');
  await talk.put(3, { yes, history });
  if (!yes) throw new LinkEnded('refused');
  talk.show({ step: 'joining' });
  const given = parseGiven(await talk.get(4));
  const me = await exclusively(owner, async () => {
    await owner.database.put('facts', given.devices, 'devices');
    const joined = await joinAccount(owner, { ...given, relayName: String(relay), name: String(name).slice(0, 100) });
    if (given.recovery) await owner.database.put('facts', withTold(undefined, given.recovery), 'recovery');
    return joined;
  });
  await talk.put(5, { device: me.device });
  await readArchive(owner.database, fetchArchive(owner.http, parseMoved((await talk.get(6)).companies), () => {}));
  await exclusively(owner, async () => {
    await owner.openAccount(me);
    await pinCompanies(owner);
    await lookAtDevices(owner);
  });
  owner.tell({ what: 'changed' });
  await talk.put(7, { companies: true });
  if (history) await takeHistory(talk);
  await talk.put(9, { done: true });
  talk.show({ step: 'done' });
}

async function takeHistory(talk: Conversation): Promise<void> {
  const { owner } = talk;
  talk.show({ step: 'history' });
  const skipped = new Promise<null>((resolve) => talk.skipped.addEventListener('abort', () => resolve(null), { once: true }));
  const said = await Promise.race([talk.get(8), skipped]);
  if (!said) return;
  const total = Number(said.messages) || 0;
  talk.show({ done: 0, total });
  let shown = 0;
  try {
    await readArchive(owner.database, fetchArchive(owner.http, parseMoved(said.history), () => {}, talk.skipped), (done) => {
      if (done - shown < PROGRESS_EVERY && done < total) return;
      shown = done;
      talk.show({ done });
    });
  } catch (error) {
    // Without the older messages this is a device like any other: only they are missing.
    if (!talk.skipped.aborted) throw isStorageError(error) ? error : new LinkEnded('history');
  }
  owner.tell({ what: 'changed' });
}

async function oldSide(talk: Conversation, link: string): Promise<void> {
  const { owner } = talk;
  const { database, http } = owner;
  const read = parseLinkText(link);
  if (!read || !owner.me || !owner.machine) throw new LinkEnded('not_a_link');
  const { channel, first } = await LinkChannel.begin(read.publicKey);
  talk.begin(read.id, channel);
  await talk.putText(0, first);
  const other = String((await talk.get(1)).name).slice(0, NAME_CHARACTERS);
  talk.show({ step: 'enter', other });
  const { digits } = await talk.person('digits');
  if (digits !== channel.checkCode) {
    await talk.put(2, { ended: 'wrong_code' });
    throw new LinkEnded('wrong_code', false);
  }
  const me = owner.me;
  await talk.put(2, { name: (await loadAccount(database))!.name, relay: me.relayName });
  talk.show({ step: 'waiting' });
  const { yes, history } = await talk.get(3);
  if (yes !== true) throw new LinkEnded('refused');
  talk.show({ step: 'adding' });
  await exclusively(owner, () => lookAtDevices(owner));
  const secrets = await exclusively(owner, () => owner.machine!.exportSecrets());
  const masterKey = await exclusively(owner, () => owner.machine!.masterKey());
  const deviceList = (await trustIn(database).loadLists())[me.account]?.list ?? null;
  const { account, relayKey, language } = me;
  const recovery = await loadRecovery(database);
  await talk.put(4, { account, secrets, masterKey, relayKey, language, deviceList, devices: await loadDevices(database), recovery: recovery ? tellable(recovery) : null });
  const device = String((await talk.get(5)).device);
  await exclusively(owner, async () => {
    await lookAtDevices(owner);
    if (!(await loadDevices(database))[device]) throw new LinkEnded('identity');
    await nameDevice(owner, device, other);
  });
  await talk.put(6, { companies: await sendArchive(http, writeArchive(database, { history: false })) });
  await talk.get(7);
  if (history === true) {
    const total = await database.count('messages');
    talk.show({ step: 'history', done: 0, total });
    const moved = await sendArchive(http, writeArchive(database));
    talk.show({ done: total });
    await talk.put(8, { history: moved, messages: total });
  }
  await talk.get(9);
  talk.show({ step: 'done' });
  await talk.close();
}

interface Given {
  account: string;
  secrets: string;
  masterKey: string;
  relayKey: string;
  language: 'en' | 'de';
  deviceList: SignedRecord | null;
  devices: KnownDevices;
  recovery: ToldRecovery | null;
}

function parseGiven({ account, secrets, masterKey, relayKey, language, deviceList, devices, recovery }: Record<string, unknown>): Given {
  const texts = [account, secrets, masterKey, relayKey].every((one) => typeof one === 'string' && one);
  if (!texts || !isObject(devices) || (deviceList !== null && !isObject(deviceList))) throw new LinkEnded('broken');
  return { account, secrets, masterKey, relayKey, language: language === 'de' ? 'de' : 'en', deviceList, devices, recovery: parseTold(recovery) } as unknown as Given;
}

/** Runs as the owner's next action and returns what it gives. */
const exclusively = <T>(owner: Owner, action: () => Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => owner.later(() => action().then(resolve, reject)));

/** Companies whose identity is another by now are shown as changed when they are written to. */
async function pinCompanies({ database, machine }: Owner): Promise<void> {
  for (const { account, masterKey } of await database.getAll('companies')) {
    await machine!.pin(account, masterKey).catch((error: unknown) => {
      if (isTemporary(error) || isStorageError(error)) throw error;
      console.warn('linking:', error);
    });
  }
}

// The crypto library behind one small interface: nothing else in the app imports it, but the channel for linking devices beside it.
//
// The machine keeps its own encrypted store and commits a ratchet before it hands out a ciphertext. One owner at a time: the worker
// that holds the lock (client/worker.ts). It speaks to the relay in Matrix's shapes through `ask`.
import * as M from '@matrix-org/matrix-sdk-crypto-wasm';
import wasmUrl from '../../node_modules/@matrix-org/matrix-sdk-crypto-wasm/pkg/matrix_sdk_crypto_wasm_bg.wasm?url';
import { AnswerUnreadable, RelayUnreachable } from '../wire/relay_http.ts';
import type { KeyObject } from '../wire/signed.ts';
import type { Header, QueryKeysAnswer, SignedRecord } from '../wire/types.ts';
import type { Content } from '../wire/envelope.ts';
import { devicesOf, newestList, type KnownList } from './device_lists.ts';

const CONTENT_TYPE = 'handschlag.content.v1';
const OTK = 'signed_curve25519';
const EVENTS_IN_STORE = 'handschlag-keys';

/** A call to the relay with a JSON body; the answer's JSON text. */
export type Ask = (path: string, body: string) => Promise<string>;

export interface Stock {
  oneTimeKeys: number;
  unusedFallbackKeys: string[];
}

export interface SealedEnvelope {
  header: Header;
  body: unknown;
}

export type Opening =
  | { outcome: 'opened'; content: Content; type: string }
  | { outcome: 'unverified' }
  | { outcome: 'unreadable' };

/** Signatures this account put on others' master keys, which are nobody else's business, and the newest lists of devices. */
export interface Trust {
  load(): Promise<Record<string, KeyObject>>;
  save(trusted: Record<string, KeyObject>): Promise<void>;
  loadLists(): Promise<Record<string, KnownList>>;
  saveLists(lists: Record<string, KnownList>): Promise<void>;
}

export interface FirstUpload {
  device_keys: KeyObject;
  one_time_keys: Record<string, KeyObject>;
  fallback_keys: Record<string, KeyObject>;
}

export interface OwnDevice {
  device: string;
  deviceKey: string;
}

/** The private halves of an account's identity do not belong to the identity that the relay shows. */
export class SecretsRefused extends Error {}
export class IdentityChanged extends Error {}
/** The account has no device that its identity certified. */
export class NoDevice extends Error {}

/** The library itself could not be had or started: the same may succeed later. */
export class LibraryMissing extends Error {}

/** Fetches the wasm into the browser's cache; a page of something between us and the server is no library. */
async function fetchLibrary(): Promise<void> {
  const answer = await fetch(wasmUrl);
  const type = answer.headers.get('Content-Type') ?? '';
  if (!answer.ok || !type.startsWith('application/wasm')) throw new LibraryMissing(`${answer.status} ${type}`);
  await answer.arrayBuffer();
}

export class Machine {
  /** Null until the relay said what it holds: a guess would make the machine upload too many. */
  #stock: Stock | null = null;

  private constructor(
    private readonly machine: M.OlmMachine,
    readonly account: string,
    readonly device: string,
    private readonly ask: Ask,
    private readonly trust: Trust,
  ) {}

  static #loaded = false;

  /** Loads the wasm; several calls load it once. The library never asks again for what it failed to get: so that is looked at before. */
  static async load(): Promise<void> {
    try {
      if (!Machine.#loaded) await fetchLibrary();
      await M.initAsync(wasmUrl);
    } catch (error) {
      throw new LibraryMissing(String(error));
    }
    Machine.#loaded = true;
  }

  static async open(account: string, device: string, storeKey: Uint8Array, ask: Ask, trust: Trust): Promise<Machine> {
    await M.initAsync();
    const store = await M.StoreHandle.openWithKey(EVENTS_IN_STORE, storeKey);
    try {
      const machine = await M.OlmMachine.initFromStore(new M.UserId(account), new M.DeviceId(device), store);
      return new Machine(machine, account, device, ask, trust);
    } finally {
      // The handle alone would hold the store open until it is collected as garbage, and whoever deletes it would wait for that.
      store.free();
    }
  }

  close(): void {
    this.machine.close();
  }

  /** This device's public signing key. */
  get deviceKey(): string {
    return this.machine.identityKeys.ed25519.toBase64();
  }

  /** The device keys to make the account with: the machine's first upload; null when the relay has taken it already. */
  async deviceKeys(): Promise<KeyObject | null> {
    await this.#receive([], []);
    for (const request of await this.machine.outgoingRequests()) {
      if (request.type === M.RequestType.KeysUpload) {
        const { device_keys } = JSON.parse((request as M.KeysUploadRequest).body) as { device_keys?: KeyObject };
        if (device_keys) return device_keys;
      }
    }
    return null;
  }

  /** The private keys of this account's identity, for a device that is to belong to it. */
  async exportSecrets(): Promise<string> {
    return JSON.stringify((await (await this.machine.exportSecretsBundle())).to_json());
  }

  /** Takes over an account's identity; before the first upload, so that this device is certified from the start. */
  async importSecrets(json: string): Promise<void> {
    await this.machine.importSecretsBundle(M.SecretsBundle.from_json(JSON.parse(json) as unknown));
  }

  /** Throws SecretsRefused unless the identity at the relay is this one, and the secrets here are its own. */
  async checkIdentity(masterKey: string): Promise<void> {
    await this.refresh(this.account);
    const { hasMaster, hasSelfSigning, hasUserSigning } = await this.machine.crossSigningStatus();
    const identity = await this.machine.getIdentity(new M.UserId(this.account));
    try {
      if (!hasMaster || !hasSelfSigning || !hasUserSigning || !identity?.isVerified() || identity.hasVerificationViolation()) throw new SecretsRefused();
      if (masterOf(identity) !== masterKey) throw new SecretsRefused();
    } finally {
      // Whoever stops here deletes the store, which this would hold open.
      identity?.free();
    }
  }

  /** The public master key of this account. */
  async masterKey(): Promise<string> {
    return masterOf(await this.#identity(this.account));
  }

  /** The public half of the master key whose private half is here: no relay can change it; null if there is none. */
  async ownMasterKey(): Promise<string | null> {
    const signatures = JSON.parse((await this.machine.sign('')).asJSON()) as Record<string, Record<string, string>>;
    const master = Object.keys(signatures[this.account] ?? {}).find((key) => key !== `ed25519:${this.device}`);
    return master?.slice('ed25519:'.length) ?? null;
  }

  /** Signs a record's text with the account's master key. */
  async signAsAccount(text: string, masterKey: string): Promise<SignedRecord> {
    const key = `ed25519:${masterKey}`;
    const signatures = JSON.parse((await this.machine.sign(text)).asJSON()) as Record<string, Record<string, string>>;
    const signature = signatures[this.account]?.[key];
    if (!signature) throw new SecretsRefused();
    return { record: text, key, signature };
  }

  /** This account's certified devices as they were last looked up, this one among them. */
  async ownDevices(): Promise<OwnDevice[]> {
    const found = (await this.machine.getUserDevices(new M.UserId(this.account))).devices();
    return found.filter((one) => one.isCrossSignedByOwner()).map((one) => ({ device: one.deviceId.toString(), deviceKey: one.ed25519Key!.toBase64() }));
  }

  /** Everything a new device brings at first: its keys and those to claim; `uploaded` takes the relay's answer. */
  async firstUpload(): Promise<{ body: FirstUpload; uploaded: (answer: object) => Promise<void> }> {
    this.#stock = { oneTimeKeys: 0, unusedFallbackKeys: [] };
    await this.#receive([], []);
    const request = (await this.machine.outgoingRequests()).find((one) => one.type === M.RequestType.KeysUpload) as M.KeysUploadRequest;
    return {
      body: JSON.parse(request.body) as FirstUpload,
      uploaded: async (answer) => {
        await this.machine.markRequestAsSent(request.id, request.type, JSON.stringify(answer));
        this.#stock = null;
      },
    };
  }

  /** Makes this account's identity and uploads everything a new device owes the relay. */
  async publishIdentity(): Promise<void> {
    const requests = await this.machine.bootstrapCrossSigning(false);
    await this.pump();
    await this.ask('/v1/keys/device_signing/upload', requests.uploadSigningKeysRequest.body);
    const signatures = requests.uploadSignaturesRequest;
    await this.ask('/v1/keys/signatures/upload', signatures.body);
    await this.machine.updateTrackedUsers([new M.UserId(this.account)]);
    await this.pump();
  }

  /** Carries out what the machine wants of the relay, until it wants nothing. */
  async pump(): Promise<void> {
    for (let round = 0; round < 8; round++) {
      const requests = await this.machine.outgoingRequests();
      for (const request of requests) await this.#carryOut(request);
      if (!requests.length) return;
    }
  }

  /** Tells the machine what the relay holds of its keys; it tops them up. */
  async setStock(stock: Stock): Promise<void> {
    this.#stock = stock;
    await this.#receive([], []);
    await this.pump();
  }

  /** Learns an account's devices, and marks its identity as verified: from now on a change of it is a violation. */
  async pin(account: string, expectedMaster: string): Promise<void> {
    await this.refresh(account);
    const identity = await this.#identity(account);
    if (masterOf(identity) !== expectedMaster) throw new IdentityChanged(account);
    if (identity.isVerified()) return;
    const request = await identity.verify();
    const signed = (JSON.parse(request.body) as Record<string, Record<string, KeyObject>>)[account] ?? {};
    const [master] = Object.values(signed);
    if (master) await this.trust.save({ ...(await this.trust.load()), [account]: master });
    await this.refresh(account);
    if (!(await this.#identity(account)).isVerified()) throw new IdentityChanged(account);
  }

  /** The master key an account shows now, null if it shows none. */
  async masterKeyOf(account: string): Promise<string | null> {
    const identity = await this.machine.getIdentity(new M.UserId(account));
    const { keys } = identity ? (JSON.parse(identity.masterKey) as KeyObject) : { keys: {} };
    return Object.values(keys ?? {})[0] ?? null;
  }

  /** Takes another identity of an account for the right one from now on: a person decided so. */
  async accept(account: string, expectedMaster: string): Promise<void> {
    await this.refresh(account);
    if ((await this.masterKeyOf(account)) !== expectedMaster) throw new IdentityChanged(account);
    const { [account]: _before, ...others } = await this.trust.load();
    await this.trust.save(others);
    const identity = await this.#identity(account);
    if (identity.hasVerificationViolation()) await identity.withdrawVerification();
    await identity.pinCurrentMasterKey();
    await this.pin(account, expectedMaster);
  }

  /** Asks for an account's devices again. */
  async refresh(account: string): Promise<void> {
    await this.machine.updateTrackedUsers([new M.UserId(account)]);
    await this.#receive([], [account]);
    await this.pump();
  }

  /** Whether the account still has the identity that was pinned. */
  async isPinned(account: string): Promise<boolean> {
    const identity = await this.#identity(account);
    return identity.isVerified() && !identity.hasVerificationViolation();
  }

  /** One sealed body for each certified device of the account but this one; throws IdentityChanged if its identity is not the pinned one, NoDevice if there is none. */
  async seal(account: string, content: Content): Promise<Record<string, unknown>> {
    if (account === this.account && (await this.ownDevices()).every(({ device }) => device === this.device)) return {};
    if (!(await this.isPinned(account))) throw new IdentityChanged(account);
    const claim = await this.machine.getMissingSessions([new M.UserId(account)]);
    if (claim) await this.#answered(claim.id, claim.type, await this.ask('/v1/keys/claim', claim.body));
    const bodies: Record<string, unknown> = {};
    const devices = await this.machine.getUserDevices(new M.UserId(account));
    for (const device of devices.devices()) {
      if (!device.isCrossSignedByOwner() || (account === this.account && device.deviceId.toString() === this.device)) continue;
      const sealed = await device.encryptToDeviceEvent(CONTENT_TYPE, content, M.CollectStrategy.identityBasedStrategy()).catch((error: unknown) => {
        // One of our own that joins at this moment has its keys at the relay in a moment.
        throw account === this.account ? new RelayUnreachable(String(error)) : error;
      });
      bodies[device.deviceId.toString()] = JSON.parse(sealed);
    }
    if (!Object.keys(bodies).length && account !== this.account) throw new NoDevice(account);
    return bodies;
  }

  /** What became of each envelope, in order. Envelopes must not have been given before: a repeat looks like damage. */
  async open(envelopes: SealedEnvelope[]): Promise<Opening[]> {
    const events = envelopes.map(({ header, body }) => ({ type: 'm.room.encrypted', sender: header.from, content: body }));
    const processed = await this.#receive(events, []);
    const openings = processed.map((event, index) => this.#opening(event, envelopes[index]!.header));
    for (const event of processed) event.free();
    // What was opened is nowhere else: what the machine wants of the relay now must not lose it.
    await this.pump().catch(() => {});
    return openings;
  }

  /** Signs a record's text with this device's key. */
  sign = async (text: string): Promise<SignedRecord> => {
    const key = `ed25519:${this.device}`;
    const signatures = JSON.parse((await this.machine.sign(text)).asJSON()) as Record<string, Record<string, string>>;
    return { record: text, key, signature: signatures[this.account]![key]! };
  };

  #opening(event: M.ProcessedToDeviceEvent, header: Header): Opening {
    if (event.type !== M.ProcessedToDeviceEventType.Decrypted) return { outcome: 'unreadable' };
    const { encryptionInfo, rawEvent } = event as M.DecryptedToDeviceEvent;
    // The library's trust requirement does not hold for events of our own type: this check does.
    const genuine = encryptionInfo.isSenderVerified() && encryptionInfo.sender.toString() === header.from
      && encryptionInfo.senderDevice?.toString() === header.from_device;
    if (!genuine) return { outcome: 'unverified' };
    const { type, content } = JSON.parse(rawEvent) as { type: string; content: Content };
    return { outcome: 'opened', content, type };
  }

  async #identity(account: string): Promise<M.OtherUserIdentity> {
    const identity = await this.machine.getIdentity(new M.UserId(account));
    if (!identity) throw new IdentityChanged(account);
    return identity as M.OtherUserIdentity;
  }

  #receive(events: object[], changed: string[]): Promise<M.ProcessedToDeviceEvent[]> {
    const lists = new M.DeviceLists(changed.map((account) => new M.UserId(account)));
    // In this form of the call a missing count says nothing; in the other it would say none.
    const counts = new Map(this.#stock ? [[OTK, this.#stock.oneTimeKeys]] : []);
    const fallback = this.#stock ? new Set(this.#stock.unusedFallbackKeys) : undefined;
    const settings = new M.DecryptionSettings(M.TrustRequirement.Untrusted);
    return this.machine.receiveSyncChangesMsc4186(JSON.stringify(events), lists, counts, fallback, settings);
  }

  async #carryOut(request: M.OutgoingRequest): Promise<void> {
    const { id, type, body } = request as M.OutgoingRequest & { id: string; body: string };
    let answer = '{}';
    if (type === M.RequestType.KeysUpload) {
      answer = await this.ask('/v1/keys/upload', body);
      const counts = (JSON.parse(answer) as { one_time_key_counts: Record<string, number> }).one_time_key_counts;
      const fallback = 'fallback_keys' in (JSON.parse(body) as object) ? [OTK] : (this.#stock?.unusedFallbackKeys ?? []);
      this.#stock = { oneTimeKeys: counts[OTK] ?? 0, unusedFallbackKeys: fallback };
    } else if (type === M.RequestType.KeysQuery) {
      answer = JSON.stringify(await this.#withOwnTrust(await this.#asListed(JSON.parse(await this.ask('/v1/keys/query', body)) as QueryKeysAnswer)));
    } else if (type === M.RequestType.KeysClaim) {
      answer = await this.ask('/v1/keys/claim', body);
    } else if (type === M.RequestType.SignatureUpload) {
      answer = await this.ask('/v1/keys/signatures/upload', body);
    }
    await this.#answered(id, type, answer);
  }

  /** Hands the library an answer; one that it cannot read was none, and is asked for again. */
  async #answered(id: string, type: M.RequestType, answer: string): Promise<void> {
    try {
      await this.machine.markRequestAsSent(id, type, answer);
    } catch (error) {
      throw String(error).includes('deserialization failed') ? new AnswerUnreadable(String(error)) : error;
    }
  }

  /** Leaves out devices that are not in the newest list of their account. */
  async #asListed(answer: QueryKeysAnswer): Promise<QueryKeysAnswer> {
    const lists = await this.trust.loadLists();
    const devices = answer.device_keys as Record<string, Record<string, KeyObject>>;
    for (const account of Object.keys(devices)) {
      const master = Object.values((answer.master_keys as Record<string, KeyObject>)[account]?.keys ?? {})[0] ?? '';
      const list = await newestList(account, master, answer.device_lists?.[account], lists[account]);
      if (!list) continue;
      if (list !== lists[account]?.list) await this.trust.saveLists({ ...(await this.trust.loadLists()), [account]: { master, list } });
      devices[account] = Object.fromEntries(Object.entries(devices[account]!).filter(([device]) => devicesOf(list).includes(device)));
    }
    return answer;
  }

  /** Adds this account's own signatures to the master keys that were asked for, as long as they are still the same keys. */
  async #withOwnTrust(answer: QueryKeysAnswer): Promise<QueryKeysAnswer> {
    const masters = answer.master_keys as Record<string, KeyObject>;
    for (const [account, trusted] of Object.entries(await this.trust.load())) {
      const master = masters[account];
      if (!master || JSON.stringify(master.keys) !== JSON.stringify(trusted.keys)) continue;
      master.signatures = { ...master.signatures, ...Object.fromEntries(Object.entries(trusted.signatures ?? {}).filter(([user]) => user === this.account)) };
    }
    return answer;
  }
}

const masterOf = ({ masterKey }: { readonly masterKey: string }): string => Object.values((JSON.parse(masterKey) as KeyObject).keys ?? {})[0] ?? '';

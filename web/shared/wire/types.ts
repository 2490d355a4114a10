// Everything that travels, written by `make types` from the structs of src/handschlag/wire: change those, not this.

export interface Wire {}
/**
 * Everything up to this event number is stored by the client; the relay forgets it.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Acknowledge".
 */
export interface Acknowledge {
  type: 'ack';
  up_to: number;
}
/**
 * The operator's signed word that this template may be sent by this company in this category until `not_after`.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Approval".
 */
export interface Approval {
  type: 'handschlag.approval.v1';
  template: string;
  business: string;
  category: 'authentication' | 'marketing' | 'utility';
  not_after: number;
}
/**
 * GET /v1/backups/{id}: what opens it is known to nobody here.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Backup".
 */
export interface Backup {
  generation: number;
  stored_at: number;
  identity: string;
  contents: string;
}
/**
 * A backup that lies whole at the relay: which generation, since when, and how large its parts are.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "BackupState".
 */
export interface BackupState {
  id: string;
  generation: number;
  stored_at: number;
  bytes: number;
}
/**
 * GET /v1/backups: those of the account that asks.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "BackupStates".
 */
export interface BackupStates {
  backups: BackupState[];
}
/**
 * Random text to sign within its time; it serves once.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "ChallengeAnswer".
 */
export interface ChallengeAnswer {
  challenge: string;
  expires_at: number;
}
/**
 * The answer to a click-to-chat code: everything the first screen shows, each part signed by whoever vouches for it.
 *
 *     The link's `k` names the master key, which signed the self-signing key, which signed profile and offer; the relay
 *     signed the verification.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "CompanyCard".
 */
export interface CompanyCard {
  account: string;
  handle: string;
  master_key: {};
  self_signing_key: {};
  profile: SignedRecord;
  verification: SignedRecord;
  offer?: SignedRecord | null;
}
/**
 * Canonical JSON text, the key that signed it (`ed25519:<device or public key>`) and the signature, base64.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "SignedRecord".
 */
export interface SignedRecord {
  record: string;
  key: string;
  signature: string;
}
/**
 * A word that customers may write behind a slash, and what it does.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "CompanyCommand".
 */
export interface CompanyCommand {
  name: string;
  description: string;
}
/**
 * One company's standing with this customer; `records` is the chain, oldest first, `head` its last hash.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "ConsentState".
 */
export interface ConsentState {
  business: string;
  purposes: ('authentication' | 'marketing' | 'status' | 'utility')[];
  blocked: boolean;
  head: string | null;
  records: SignedRecord[];
}
/**
 * GET /v1/consent: every company this customer has agreed with, withdrawn from or blocked.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "ConsentStates".
 */
export interface ConsentStates {
  businesses: ConsentState[];
}
/**
 * Who is responsible for the data (GDPR Art. 13): a name, a postal address, and two ways to be reached.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Controller".
 */
export interface Controller {
  name: string;
  address: string;
  contact: string;
  data_protection_contact: string;
}
/**
 * POST /v1/accounts: a first device with its self-signed keys; a company adds its one-time invitation and a handle.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "CreateAccount".
 */
export interface CreateAccount {
  account: string;
  device_keys: {};
  invitation?: string | null;
  handle?: string | null;
}
/**
 * Events in order of their numbers; acknowledged once stored.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Deliver".
 */
export interface Deliver {
  type: 'deliver';
  events: Event[];
}
/**
 * One numbered entry of a device's mailbox: an envelope (header and sealed body, unparsed) or a note.
 *
 *     `stamp` stands on templates. The header's bytes are canonical JSON, as accepted.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Event".
 */
export interface Event {
  number: number;
  header?: unknown;
  body?: unknown;
  stamp?: SignedRecord | null;
  note?: Note | null;
}
/**
 * Something the relay itself tells a device: a delivery, an expiry, a change of consent or of its account's devices, or
 *     that a customer's account was erased, with the account's own signed word.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Note".
 */
export interface Note {
  what: 'delivered' | 'devices' | 'erased' | 'expired' | 'grant' | 'withdrawal';
  account: string;
  at: number;
  id?: string | null;
  device?: string | null;
  record?: SignedRecord | null;
}
/**
 * All devices of an account; each later list has the next version. An account that never had a second device has none.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "DeviceList".
 */
export interface DeviceList {
  type: 'handschlag.devices.v1';
  account: string;
  version: number;
  devices: string[];
  at: number;
}
/**
 * One of the caller's own devices; seen on which days (Unix seconds of their beginning, 0: not known).
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "DeviceSeen".
 */
export interface DeviceSeen {
  device: string;
  certified: boolean;
  first_seen: number;
  last_seen: number;
}
/**
 * GET /v1/directory: cards without offers, how many fit in each category, and the handle after which the next page begins.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "DirectoryPage".
 */
export interface DirectoryPage {
  companies: CompanyCard[];
  categories: {
    [k: string]: number;
  };
  after?: string;
}
/**
 * The whole account ends for ever; `device` is the one on which a person decided so, `at` when.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Erasure".
 */
export interface Erasure {
  type: 'handschlag.erasure.v1';
  account: string;
  device: string;
  at: number;
}
/**
 * The body of every 4xx and 5xx answer.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "ErrorAnswer".
 */
export interface ErrorAnswer {
  error: ErrorBody;
}
/**
 * What went wrong: a code for programs, a sentence for people, and the field, value and limit where there is one.
 *
 *     `record` stands on `erased`: the account's own word for it.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "ErrorBody".
 */
export interface ErrorBody {
  code: string;
  message: string;
  field?: string;
  seen?: string;
  limit?: string;
  retry_after?: number;
  record?: SignedRecord | null;
}
/**
 * A customer's agreement, signed by a certified device of theirs.
 *
 *     `offer` and `notice` are hashes of what was shown (`notice`: SHA-256 of the UTF-8 text in `language`); `previous` is the
 *     hash of the record before it between these two, or null; `build` names the messenger's build that showed the screen.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Grant".
 */
export interface Grant {
  type: 'handschlag.grant.v1';
  id: string;
  business: string;
  customer: string;
  device: string;
  offer: string;
  notice: string;
  language: 'de' | 'en';
  purposes: ('authentication' | 'marketing' | 'status' | 'utility')[];
  origin: 'confirm' | 'in_chat' | 'link' | 'qr' | 'widget';
  build: string;
  at: number;
  expires_at: number;
  previous: string | null;
}
/**
 * What the relay knows of an envelope; the same object is repeated inside the ciphertext and compared there.
 *
 *     `sent_at` Unix seconds by the sender's clock; `size` one of BUCKETS; `ttl` seconds; `attempt` grows when the sender
 *     seals the same message again; `category` and `commitment` stand on templates alone (spec/consent.md).
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Header".
 */
export interface Header {
  id: string;
  from: string;
  from_device: string;
  to: string;
  kind: 'receipt' | 'service' | 'sync' | 'system' | 'template';
  sent_at: number;
  size: number;
  ttl?: number;
  attempt?: number;
  category?: ('authentication' | 'marketing' | 'utility') | null;
  commitment?: string | null;
}
/**
 * First frame of a client: its token, and the number of the last event it has stored (0: none).
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Hello".
 */
export interface Hello {
  type: 'hello';
  token: string;
  last?: number;
}
/**
 * The stock of one-time keys fell: time to upload more.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Keys".
 */
export interface Keys {
  type: 'keys';
  one_time_keys: number;
  unused_fallback_keys: string[];
}
/**
 * What the relay still knows of a proved number: the country, and since when.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "KnownNumber".
 */
export interface KnownNumber {
  calling_code: string;
  attested_at: number;
}
/**
 * GET /v1/numbers: at most one.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "KnownNumbers".
 */
export interface KnownNumbers {
  numbers: KnownNumber[];
}
/**
 * GET /v1/links/{id}/{number}: the message, or null if it did not come while this call waited.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "LinkMessageAnswer".
 */
export interface LinkMessageAnswer {
  message: string | null;
}
/**
 * POST /v1/links: a place for a few sealed messages between two devices that are being linked.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "LinkOpened".
 */
export interface LinkOpened {
  id: string;
  expires_at: number;
}
/**
 * GET /v1/accounts/{account}/devices: the certified devices, and the list in force if there is one.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "ListedDevices".
 */
export interface ListedDevices {
  devices: string[];
  device_list?: SignedRecord | null;
}
/**
 * The record a device signs to prove itself; the type keeps it from being any other record.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Login".
 */
export interface Login {
  type: 'handschlag.login.v1';
  relay: string;
  account: string;
  device: string;
  challenge: string;
}
/**
 * How far an upload is: `offset` of `bytes` are here, and the file is stored when they are equal; until when it is kept.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "MediaUpload".
 */
export interface MediaUpload {
  id: string;
  offset: number;
  bytes: number;
  expires_at: number;
}
/**
 * A company that wakes nobody until a time; without one for ever.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "MutedCompany".
 */
export interface MutedCompany {
  business: string;
  until?: number | null;
}
/**
 * The code is on its way: until when it is good, and from when on another may be asked for (Unix seconds).
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "NumberCodeSent".
 */
export interface NumberCodeSent {
  expires_at: number;
  again_at: number;
}
/**
 * The relay's word: a NumberAttestation over account, number and salt.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "NumberProved".
 */
export interface NumberProved {
  attestation: SignedRecord;
}
/**
 * What a company asks leave for, signed by the self-signing key of its identity.
 *
 *     `notice` is the text shown, verbatim, per language; times are Unix seconds.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Offer".
 */
export interface Offer {
  type: 'handschlag.offer.v1';
  id: string;
  business: string;
  controller: Controller;
  purposes: OfferedPurpose[];
  notice: {
    [k: string]: string;
  };
  withdraw: {
    [k: string]: string;
  };
  created_at: number;
  expires_at: number;
}
/**
 * One tick box: what for, on which legal basis, how often at most, and for how long it is kept (days).
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "OfferedPurpose".
 */
export interface OfferedPurpose {
  purpose: 'authentication' | 'marketing' | 'status' | 'utility';
  legal_basis: string;
  cap_per_day: number;
  cap_per_month: number;
  retention_days: number;
  description: {
    [k: string]: string;
  };
}
/**
 * One message of a sender: its header and one sealed body per device, `bodies[account][device]`.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "OutgoingEnvelope".
 */
export interface OutgoingEnvelope {
  header: Header;
  bodies: {
    [k: string]: {
      [k: string]: unknown;
    };
  };
}
/**
 * GET /v1/devices: the caller's devices, and the list in force if there is one.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "OwnDevices".
 */
export interface OwnDevices {
  devices: DeviceSeen[];
  device_list?: SignedRecord | null;
}
/**
 * The relay's receipt.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "PostRecordAnswer".
 */
export interface PostRecordAnswer {
  receipt: SignedRecord;
}
/**
 * What an accepted envelope will cost on delivery, in the Cloud API's words.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Pricing".
 */
export interface Pricing {
  billable: boolean;
  category: ('authentication' | 'marketing' | 'utility') | 'service';
  type: 'free_customer_service' | 'regular';
}
/**
 * A company in its own words, signed by its self-signing key.
 *
 *     `gateway_operator` says on whose machine its messages are opened: "own machine" or the name of whoever runs it.
 *     `number` is digits without `+`; `colour` is `#rrggbb`; `picture` is the SHA-256 of the profile's picture in base64; `prompts`
 *     are sentences offered for the first message; `listed` companies may be found in the directory of their relay.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Profile".
 */
export interface Profile {
  type: 'handschlag.profile.v1';
  business: string;
  name: string;
  gateway_operator: string;
  at: number;
  number?: string;
  about?: string;
  description?: string;
  address?: string;
  email?: string;
  websites?: string[];
  vertical?: string;
  opening_hours?: {
    [k: string]: string;
  };
  colour?: string;
  picture?: string;
  prompts?: string[];
  commands?: CompanyCommand[];
  listed?: boolean;
}
/**
 * GET /v1/push/subscription: what is kept of this device, null if nothing is.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "PushState".
 */
export interface PushState {
  subscription: PushSubscription | null;
}
/**
 * PUT /v1/push/subscription: what the browser's own `PushSubscription` says, and when not to use it.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "PushSubscription".
 */
export interface PushSubscription {
  endpoint: string;
  p256dh: string;
  auth: string;
  quiet_hours?: QuietHours | null;
  muted?: MutedCompany[];
}
/**
 * Minutes of the day, from one up to and without the other, by the clocks of an IANA time zone; over midnight too.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "QuietHours".
 */
export interface QuietHours {
  start: number;
  end: number;
  zone: string;
}
/**
 * POST /v1/push/test: what became of a wake-up that was sent at once: `sent`, `gone`, `refused`, `unreachable`.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "PushTest".
 */
export interface PushTest {
  outcome: string;
}
/**
 * PUT /v1/backups/{id}: the generation it is based on (0 for none), two sealed texts, and the parts that belong to it.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "PutBackup".
 */
export interface PutBackup {
  previous: number;
  identity: string;
  contents: string;
  parts: string[];
}
/**
 * Device keys, cross-signing keys and device lists per account, with the signatures known; unknown accounts are left out.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "QueryKeysAnswer".
 */
export interface QueryKeysAnswer {
  device_keys: {
    [k: string]: {
      [k: string]: {};
    };
  };
  master_keys: {
    [k: string]: {};
  };
  self_signing_keys: {
    [k: string]: {};
  };
  user_signing_keys?: {
    [k: string]: {};
  };
  device_lists?: {
    [k: string]: SignedRecord;
  };
  failures?: {
    /**
     * any JSON value
     */
    [k: string]: {
      [k: string]: unknown;
    };
  };
}
/**
 * The relay's signed word that it took a grant or withdrawal into force at that time.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Receipt".
 */
export interface Receipt {
  type: 'handschlag.receipt.v1';
  record: string;
  business: string;
  customer: string;
  accepted_at: number;
}
/**
 * One envelope not taken: why, in words for a log, and what helps to send it again.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Refusal".
 */
export interface Refusal {
  code:
    | 'bad_envelope'
    | 'cap_reached'
    | 'mailbox_full'
    | 'no_marketing_grant'
    | 'no_window'
    | 'rate_limited'
    | 'stale_devices'
    | 'undeliverable';
  message: string;
  devices?: {
    [k: string]: string[];
  };
  retry_after?: number;
}
/**
 * GET /v1/relay: name, time and public signing key (base64) of this relay, its key for push services, and what it offers.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "RelayInfo".
 */
export interface RelayInfo {
  name: string;
  signing_key: string;
  time: number;
  version: string;
  directory?: boolean;
  numbers?: boolean;
  push_key?: string;
}
/**
 * POST /v1/reports: which company, why, and the message if the customer attached it.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Report".
 */
export interface Report {
  business: string;
  reason: 'abuse' | 'advertising' | 'fraud' | 'other' | 'unwanted';
  message?: ReportedMessage | null;
}
/**
 * One message in the clear, with what proves it: a template's salt opens the header's commitment, its stamp is the relay's own.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "ReportedMessage".
 */
export interface ReportedMessage {
  header: Header;
  body: {};
  salt?: string | null;
  stamp?: SignedRecord | null;
}
/**
 * What the attached message counts for: `proved` nobody can deny or forge, `claimed` is the reporter's word.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "ReportAnswer".
 */
export interface ReportAnswer {
  proof: 'claimed' | 'none' | 'proved';
}
/**
 * The fate of one envelope: accepted at a time with a price, or refused.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Result".
 */
export interface Result {
  id: string;
  attempt?: number;
  at?: number;
  pricing?: Pricing | null;
  refusal?: Refusal | null;
}
/**
 * Answers to a send frame, in its order; those accepted are on disk.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Results".
 */
export interface Results {
  type: 'results';
  results: Result[];
}
/**
 * Envelopes to accept, in order.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Send".
 */
export interface Send {
  type: 'send';
  envelopes: OutgoingEnvelope[];
}
/**
 * The legal ground of one template envelope, signed by the relay as it accepts it.
 *
 *     `header` is the hash of the envelope's header, `consent_head` the hash of the grant in force.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Stamp".
 */
export interface Stamp {
  type: 'handschlag.stamp.v1';
  header: string;
  accepted_at: number;
  consent_head: string;
  window_open: boolean;
  rate_id: string;
}
/**
 * POST /v1/media: under which id a sealed file lies, how many bytes came, and until when (Unix seconds).
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "StoredMedia".
 */
export interface StoredMedia {
  id: string;
  bytes: number;
  expires_at: number;
}
/**
 * One version of a template: never changed, a change is a new version with a new hash.
 *
 *     `components` are the Cloud API's own component objects (HEADER, BODY, FOOTER, BUTTONS) as the company created them, `domain`
 *     the only domain its URL buttons may lead to (empty: none).
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "TemplateDefinition".
 */
export interface TemplateDefinition {
  type: 'handschlag.template.v1';
  business: string;
  name: string;
  language: string;
  category: 'authentication' | 'marketing' | 'utility';
  components: {
    /**
     * any JSON value
     */
    [k: string]: {
      [k: string]: unknown;
    };
  }[];
  domain: string;
}
/**
 * GET /v1/companies/{account}/templates: all definitions, so that asking does not tell which one was received.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "TemplateTexts".
 */
export interface TemplateTexts {
  definitions: string[];
}
/**
 * A bearer token for HTTP and for the hello frame; `time` is the relay's, in Unix seconds, for devices whose clock is wrong.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "TokenAnswer".
 */
export interface TokenAnswer {
  token: string;
  expires_at: number;
  time: number;
}
/**
 * How many unclaimed one-time keys the relay holds for this device.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "UploadKeysAnswer".
 */
export interface UploadKeysAnswer {
  one_time_key_counts: {
    [k: string]: number;
  };
}
/**
 * What the operator checked about a company before enrolling it, signed by the relay.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Verification".
 */
export interface Verification {
  type: 'handschlag.verification.v1';
  business: string;
  name: string;
  method: 'demonstration' | 'domain' | 'operator' | 'register' | 'vat_id';
  evidence: string;
  at: number;
}
/**
 * The whole of what is pushed, sealed for the browser (RFC 8291): whose chat to look at, nobody's for a test.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "WakeUp".
 */
export interface WakeUp {
  company: string;
  version?: number;
}
/**
 * The relay's answer to hello: its time, the stock of one-time keys, and how many events wait.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Welcome".
 */
export interface Welcome {
  type: 'welcome';
  time: number;
  waiting: number;
  one_time_keys: number;
  unused_fallback_keys: string[];
}
/**
 * The end of an agreement: by the customer's device, or by the relay (`device` null) on the customer's authenticated request.
 *
 *     `purposes` is a list, or `"*"` for all.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Withdrawal".
 */
export interface Withdrawal {
  type: 'handschlag.withdrawal.v1';
  id: string;
  business: string;
  customer: string;
  device: string | null;
  purposes: ('authentication' | 'marketing' | 'status' | 'utility')[] | '*';
  at: number;
  previous: string | null;
}

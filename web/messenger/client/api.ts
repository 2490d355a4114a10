// What the screens may ask of the client and what they are shown; snapshots go in, commands go out.

import type { Tab } from './tab.ts';

/** Something that changes: calls back at once with the current value, then at every change; returns the way to stop. */
export interface Observable<T> {
  subscribe(run: (value: T) => void): () => void;
}

export type Language = 'en' | 'de';
export type Purpose = 'utility' | 'authentication' | 'marketing' | 'status';
export type Connection = 'connecting' | 'online' | 'offline';

/** `starting` until the device's store is open; `new` when no account exists yet on this device. */
export interface AppState {
  phase: 'starting' | 'new' | 'ready' | 'broken';
  connection: Connection;
  /** True in exactly one tab: the one that owns the keys and the socket. Commands work in every tab. */
  owner: boolean;
  name: string;
  /** Said to the person when `phase` is `broken`. */
  trouble: 'no_storage' | 'no_room' | 'no_crypto' | 'lost_keys' | 'erased' | 'signed_out' | null;
  /** Of `erased`: when the account ended, in milliseconds. */
  erasedAt?: number;
  /** Devices that were added or removed, until a person has seen it. */
  deviceNews: number;
  /** Messages still being opened after a long absence; 0 when there is nothing to wait for. */
  catchingUp: number;
  /** Whether the browser promised to keep the storage (`navigator.storage.persist`). */
  persistent: boolean | null;
}

export interface Company {
  account: string;
  handle: string;
  name: string;
  number: string;
  about: string;
  description: string;
  address: string;
  email: string;
  websites: string[];
  openingHours: string;
  colour: string;
  /** SHA-256 of its picture, empty if there is none; `MessengerClient.picture` brings it. What an older version kept has none of these. */
  picture?: string;
  /** Sentences offered for the first message, and words to write behind a slash. */
  prompts?: string[];
  commands?: CompanyCommand[];
  /** Who runs the machine on which messages are opened: "own machine" or a name. */
  gatewayOperator: string;
  verification: { method: 'domain' | 'register' | 'vat_id' | 'operator' | 'demonstration'; evidence: string; at: number };
  /** `matched`: the link's fingerprint is the company's key. `pinned`: no link, first seen. `changed`: stop, keys differ from before. */
  identity: 'matched' | 'pinned' | 'changed';
  fingerprint: string;
}

export interface CompanyCommand {
  name: string;
  description: string;
}

export interface OfferedPurpose {
  purpose: Purpose;
  description: string;
  capPerDay: number;
  capPerMonth: number;
  retentionDays: number;
  legalBasis: string;
}

/** What the first screen shows before anything is agreed to; texts are in the language asked for. */
export interface Invitation {
  company: Company;
  controller: { name: string; address: string; contact: string; dataProtectionContact: string };
  notice: string;
  withdraw: string;
  purposes: OfferedPurpose[];
  expiresAt: number;
  /** Text that the link wants in the composer. */
  prefilledText: string;
  /** Already in the chat list: agreed or written to before. */
  known: boolean;
}

export type InvitationProblem = 'not_a_link' | 'unknown_company' | 'fingerprint_mismatch' | 'identity_changed' | 'relay_unreachable' | 'unreadable_answer' | 'invalid_signature';
export class InvitationError extends Error {
  readonly problem: InvitationProblem;

  constructor(problem: InvitationProblem) {
    super(problem);
    this.problem = problem;
  }
}

export type MessageStatus = 'waiting' | 'accepted' | 'delivered' | 'read' | 'failed';

/** A file, place or card that a message brings: what it is, and its name if it has one. */
export interface Part {
  kind: 'image' | 'audio' | 'voice' | 'video' | 'document' | 'sticker' | 'location' | 'contacts' | 'form';
  name: string;
  place?: Place;
  contacts?: Contact[];
  /** Where a file lies and what opens it; what an older version kept has none. */
  file?: FilePointer;
  preview?: FilePreview;
}

/** A place on the map, in degrees north and east. */
export interface Place {
  latitude: number;
  longitude: number;
  name: string;
  address: string;
  /** A page about it, which its sender named. */
  url: string;
}

/** One address card; `kind` is what its sender calls an entry, "WORK" or "HOME". */
export interface Contact {
  name: string;
  nameParts: { first: string; middle: string; last: string; prefix: string; suffix: string };
  company: string;
  department: string;
  title: string;
  numbers: { kind: string; value: string }[];
  emails: { kind: string; value: string }[];
  websites: { kind: string; value: string }[];
  addresses: { kind: string; street: string; city: string; state: string; zip: string; country: string }[];
  /** Like 2012-08-18. */
  birthday: string;
}

/** A file as a sealed message names it; `size` and `sha256` are those of the plain file, and of an own one the hash is empty until it is brought. */
export interface FilePointer {
  id: string;
  key: string;
  prefix: string;
  sha256: string;
  mime: string;
  size: number;
}

/** What its sender says of a file, to be shown before it is here: pixels, a small JPEG in base64, how long it lasts, how it sounds (0 to 100). */
export interface FilePreview {
  width?: number;
  height?: number;
  thumbnail?: string;
  seconds?: number;
  waveform?: number[];
}

/** What a text's sender shows of the page behind its first link: a picture as a small JPEG in base64, with its pixels. */
export interface LinkPreview {
  url: string;
  title: string;
  description: string;
  picture?: { thumbnail: string; width: number; height: number };
}

/** An answer to tap: what stands on it, and the message it sends. */
export interface Choice {
  text: string;
  hint: string;
  /** The heading above it, on the first one of a section. */
  section: string;
  answer: Record<string, unknown>;
}

/** A card of a carousel; its answers are the message's own from `first` on. */
export interface Card {
  part: Part;
  text: string;
  buttons: { text: string; url: string }[];
  numbers: { text: string; number: string }[];
  choices: Choice[];
  first: number;
}

/** What only some templates have: an offer (its end in milliseconds, 0 for none), codes to copy, numbers to call, forms, cards. */
export interface Extras {
  offer: { text: string; expiresAt: number } | null;
  codes: { text: string; code: string }[];
  numbers: { text: string; number: string }[];
  forms: string[];
  cards: Card[];
}

/** A form as a message brings it: its Flow JSON, and how it is opened. */
export interface ReceivedForm {
  flow: Record<string, unknown>;
  token: string;
  action: 'navigate' | 'data_exchange';
  screen: string | null;
  data: Record<string, unknown>;
}

export interface FormQuestion {
  action: 'INIT' | 'BACK' | 'data_exchange';
  screen: string | null;
  data: Record<string, unknown>;
}

/** The next screen with its data, or why there is none. */
export interface FormAnswer {
  screen: string | null;
  data: Record<string, unknown>;
  problem: 'unreachable' | 'refused' | 'token' | 'broken' | 'too_large' | 'unknown' | null;
  message: string | null;
}

export type ChangeKind = 'reaction' | 'edit' | 'revoke';

export interface Message {
  id: string;
  direction: 'in' | 'out';
  /** Milliseconds, the sender's time made monotonic per chat. */
  at: number;
  type: 'text' | 'template' | 'withheld' | 'unopened' | 'unsupported' | 'event';
  /** What happened in a chat without anybody writing. */
  event?: 'keys_changed' | 'keys_accepted' | 'keys_compared';
  text: string;
  /** Of a template: bold first line, small last line, buttons that lead to a page. */
  header: string;
  footer: string;
  buttons: { text: string; url: string }[];
  part?: Part | null;
  choices?: Choice[];
  /** What stands on the button that opens a long list of choices. */
  chooser?: string;
  extras?: Extras | null;
  /** Which of the choices were sent, by their place among them; a sent one is not sent again. */
  answered?: number[];
  /** Asks where the reader is. */
  asksForPlace?: boolean;
  /** Of the first link in the text: what its sender saw of the page. */
  linkPreview?: LinkPreview;
  /** The company's emoji under this message, and our own. */
  reaction?: string;
  ownReaction?: string;
  /** Chosen or filled in, not written: such words cannot be edited. */
  tapped?: boolean;
  /** Somebody else's words, passed on. */
  forwarded?: boolean;
  editedAt?: number;
  /** Taken back by its author: nothing of it is kept. */
  withdrawn?: boolean;
  starredAt?: number;
  /** A reaction, edit or withdrawal of ours that is still on its way, or that could not be sent. */
  change?: { id: string; what: ChangeKind; failed: boolean };
  /** When it came that far, in milliseconds. */
  times?: Partial<Record<MessageStatus, number>>;
  category: 'utility' | 'authentication' | 'marketing' | null;
  /** The message this one answers, if it is known here. */
  quote: { id: string; text: string; direction: 'in' | 'out'; part?: Pick<Part, 'kind' | 'name'>; thumbnail?: string } | null;
  /** Of outgoing messages. */
  status: MessageStatus | null;
}

export type StoredParts = Pick<Message, 'text' | 'header' | 'footer' | 'part' | 'buttons' | 'choices' | 'extras'>;

export interface ChatSummary {
  company: Company;
  lastMessage: Message | null;
  unread: number;
  draft: string;
  blocked: boolean;
  purposes: Purpose[];
  typing: boolean;
  pinnedAt?: number;
  mutedUntil?: number;
  archived?: boolean;
  markedUnread?: boolean;
}

export interface Thread {
  chat: ChatSummary;
  /** Oldest first; the newest `limit` of them. */
  messages: Message[];
  hasOlder: boolean;
  hasNewer: boolean;
  /** First message not yet read when the thread was opened. */
  firstUnread: Pick<Message, 'id' | 'at'> | null;
}

/** A place in a chat that is not its end. */
export interface Around {
  at: number;
  after: number;
}

export interface ConsentEntry {
  kind: 'grant' | 'withdrawal';
  at: number;
  purposes: Purpose[];
  notice: string;
  acceptedByRelayAt: number | null;
}

export interface MessengerClient {
  /** For features that are loaded when they are needed: client/<feature>/ works on the store and the commands itself. */
  readonly tab: Tab;
  readonly app: Observable<AppState>;
  readonly chats: Observable<ChatSummary[]>;
  start(): Promise<void>;
  /** The newest `limit` messages of one chat, live; or the newest until a time, and so many after it. */
  thread(company: string, limit: number, around?: Around): Observable<Thread | null>;
  /** The picture whose hash stands in the company's signed profile; null if there is none that may be shown, or none now. */
  picture(company: Pick<Company, 'account' | 'picture'>): Promise<Blob | null>;
  consentHistory(company: string): Promise<ConsentEntry[]>;
  /** What a company in the chat list asks for, as it is kept here and as `setPurposes` signs it; needs no network. */
  offer(company: string, language: Language): Promise<Invitation | null>;

  /** Resolves a click-to-chat link, its `#/c/…` part or a pasted code; refreshes what is kept of a known company; throws InvitationError. */
  openInvitation(link: string, language: Language): Promise<Invitation>;
  /** Makes the account if there is none, pins the company, signs the grant (none when `purposes` is empty), and sends the introduction. */
  join(invitation: Invitation, choice: { name: string; purposes: Purpose[]; language: Language }): Promise<void>;

  /** On disk when it returns, together with what the composer still holds (`draft`); leaves when it can. */
  send(company: string, text: string, quoteId?: string, draft?: string): Promise<void>;
  /** Sends one of the answers that a message offers, as an answer to that message. */
  answer(messageId: string, choice: number): Promise<void>;
  /** The form that a message brings, null if there is none that can be opened here. */
  form(messageId: string): Promise<ReceivedForm | null>;
  /** What the company says to an open form; never fails, and takes half a minute at most. */
  askForm(messageId: string, question: FormQuestion): Promise<FormAnswer>;
  /** Sends what was filled in as an answer to the form's message; `text` stands for it here. */
  finishForm(messageId: string, response: Record<string, unknown>, text: string): Promise<void>;
  retry(messageId: string): Promise<void>;
  typing(company: string): void;
  markRead(company: string): Promise<void>;
  setDraft(company: string, text: string): Promise<void>;
  setName(name: string): Promise<void>;

  setPurposes(company: string, purposes: Purpose[], language: Language): Promise<void>;
  block(company: string): Promise<void>;
  unblock(company: string): Promise<void>;
  /** Erases everything on this device. */
  reset(): Promise<void>;
}

// A click-to-chat link becomes an invitation whose every part was signed by whoever vouches for it.
import { checkSelfSigning, verifyRecord, type KeyObject } from '../../../shared/wire/signed.ts';
import { hashOf, fromBase64, toBase64 } from '../../../shared/wire/canonical.ts';
import { AnswerUnreadable, RelayHttp, RelayRefused } from '../../../shared/wire/relay_http.ts';
import type { CompanyCard, Offer, Profile, Verification } from '../../../shared/wire/types.ts';
import { InvitationError, type Company, type CompanyCommand, type Invitation, type Language, type Purpose } from '../api.ts';
import { characters } from '../content/characters.ts';
import { account, type Database, type StoredCompany } from '../store.ts';

export interface Link {
  handle: string;
  masterKey: string | null;
  text: string;
}

/** Reads a whole link, its `#/c/…` part, or a pasted `handle?k=…`. */
export function parseLink(link: string): Link {
  const text = link.trim();
  const hash = text.includes('#') ? text.slice(text.indexOf('#') + 1) : text;
  const match = /^(?:\/?c\/)?([a-z0-9][a-z0-9-]{1,30}[a-z0-9])(?:\?(.*))?$/.exec(hash);
  if (!match) throw new InvitationError('not_a_link');
  const parameters = new URLSearchParams(match[2] ?? '');
  let masterKey: string | null = null;
  if (parameters.has('k')) {
    try {
      const key = fromBase64(parameters.get('k')!);
      if (key.length !== 32) throw new Error('length');
      masterKey = toBase64(key);
    } catch {
      throw new InvitationError('not_a_link');
    }
  }
  return { handle: match[1]!, masterKey, text: (parameters.get('text') ?? '').slice(0, 4096) };
}

/** What an invitation shows, and what is stored of the company if the customer joins. */
export async function resolveInvitation(
  database: Database, relay: RelayHttp, link: Link, language: Language,
): Promise<{ invitation: Invitation; stored: StoredCompany; relayKey: string }> {
  let card: CompanyCard;
  let relayKey: string;
  try {
    relayKey = (await account(database))?.relayKey ?? (await relay.info()).signing_key;
    card = await relay.card(link.handle);
  } catch (error) {
    if (error instanceof RelayRefused && error.status === 404) throw new InvitationError('unknown_company');
    throw new InvitationError(error instanceof AnswerUnreadable ? 'unreadable_answer' : 'relay_unreachable');
  }
  const known = await database.get('companies', card.account);
  const stored = await verifyCard(card, relayKey, link, known, language);
  return { stored, relayKey, invitation: describeOffer(stored, language, { text: link.text, known: known !== undefined }) };
}

/** What a company asks for, in words for a screen. */
export function describeOffer({ company, offer }: StoredCompany, language: Language, { text, known }: { text: string; known: boolean }): Invitation {
  return {
    company,
    controller: {
      name: offer?.controller.name ?? company.name,
      address: offer?.controller.address ?? '',
      contact: offer?.controller.contact ?? '',
      dataProtectionContact: offer?.controller.data_protection_contact ?? '',
    },
    notice: offer ? textIn(offer.notice, language) : '',
    withdraw: offer ? textIn(offer.withdraw, language) : '',
    purposes: (offer?.purposes ?? []).map((asked) => ({
      purpose: asked.purpose,
      description: textIn(asked.description, language),
      capPerDay: asked.cap_per_day,
      capPerMonth: asked.cap_per_month,
      retentionDays: asked.retention_days,
      legalBasis: asked.legal_basis,
    })),
    expiresAt: (offer?.expires_at ?? 0) * 1000,
    prefilledText: text,
    known,
  };
}

/** What a card says of its company, if every signature on it holds. */
export async function companyOfCard(card: CompanyCard, relayKey: string, language: Language): Promise<Company> {
  return (await verifyCard(card, relayKey, { handle: card.handle, masterKey: null, text: '' }, undefined, language)).company;
}

async function verifyCard(
  card: CompanyCard, relayKey: string, link: Link, known: StoredCompany | undefined, language: Language,
): Promise<StoredCompany> {
  let keys: { master: string; selfSigning: string };
  let profile: Profile, verification: Verification, offer: Offer | null;
  try {
    keys = await checkSelfSigning(card.master_key as KeyObject, card.self_signing_key as KeyObject, card.account);
    profile = await verifyRecord<Profile>(card.profile, keys.selfSigning, 'handschlag.profile.v1');
    verification = await verifyRecord<Verification>(card.verification, relayKey, 'handschlag.verification.v1');
    offer = card.offer ? await verifyRecord<Offer>(card.offer, keys.selfSigning, 'handschlag.offer.v1') : null;
  } catch {
    throw new InvitationError('invalid_signature');
  }
  if ([profile, verification, ...(offer ? [offer] : [])].some((record) => record.business !== card.account)) throw new InvitationError('invalid_signature');
  if (link.masterKey !== null && link.masterKey !== keys.master) throw new InvitationError('fingerprint_mismatch');
  if (known && known.masterKey !== keys.master) throw new InvitationError('identity_changed');
  const company: Company = {
    account: card.account,
    handle: card.handle,
    name: profile.name,
    number: profile.number ?? '',
    about: profile.about ?? '',
    description: profile.description ?? '',
    address: profile.address ?? '',
    email: profile.email ?? '',
    websites: profile.websites ?? [],
    openingHours: textIn(profile.opening_hours ?? {}, language),
    colour: /^#[0-9a-f]{6}$/i.test(profile.colour ?? '') ? profile.colour! : '',
    picture: profile.picture ?? '',
    prompts: promptsOf(profile),
    commands: commandsOf(profile),
    gatewayOperator: profile.gateway_operator,
    verification: { method: verification.method, evidence: verification.evidence, at: verification.at * 1000 },
    identity: link.masterKey !== null || known?.company.identity === 'matched' ? 'matched' : 'pinned',
    fingerprint: keys.master,
  };
  return {
    ...(known ?? { records: [], receipts: {}, purposes: [] as Purpose[], blocked: false, draft: link.text, templates: {}, introduced: false }),
    account: card.account,
    company,
    masterKey: keys.master,
    offer,
    offerHash: card.offer ? await hashOf(card.offer.record) : '',
  };
}

/** The sentences that fit what the Cloud API allows; whatever else a profile says is left out. */
function promptsOf({ prompts = [] }: Profile): string[] {
  return prompts.map((one) => one.trim()).filter((one) => one && characters(one) <= 80).slice(0, 4);
}

function commandsOf({ commands = [] }: Profile): CompanyCommand[] {
  const named = commands.map(({ name, description }) => ({ name: name.trim().replace(/^\/+/, ''), description: description.trim() }));
  return named.filter(({ name, description }) => name && characters(name) <= 32 && characters(description) <= 256).slice(0, 30);
}

/** The text in a language, else in English, else in whichever there is. */
export function textIn(texts: Partial<Record<Language, string>>, language: Language): string {
  return texts[language] ?? texts.en ?? Object.values(texts)[0] ?? '';
}

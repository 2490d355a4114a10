// Whether a received template may be shown, and what it says (spec/content.md section 3); the same decisions as in Python.
import { canonicalJson, hashOf, hmacOf } from '../../../shared/wire/canonical.ts';
import { headerText, type Content } from '../../../shared/wire/envelope.ts';
import { RelayUnreachable } from '../../../shared/wire/relay_http.ts';
import { verifyRecord } from '../../../shared/wire/signed.ts';
import { parseDefinition } from './definition.ts';
import { render, type Rendered } from './rendering.ts';
import type { Approval, Grant, Header, SignedRecord, Stamp, TemplateDefinition } from '../../../shared/wire/types.ts';

const DAY = 86_400;

/** `consent`: the relay names a consent that is not known here. */
type Check = 'commitment' | 'approval' | 'definition' | 'parameters' | 'stamp' | 'consent';

export class TemplateWithheld extends Error {
  readonly check: Check;

  constructor(check: Check) {
    super(check);
    this.check = check;
  }
}

export interface Reader {
  relayKey: string;
  /** The customer's own grants to this company, by their hash. */
  grants: Map<string, Grant>;
  /** A definition's text by its hash, null if the relay has none. */
  definition(hash: string): Promise<string | null>;
  now: number;
}

interface TemplateBody { template: string; approval: SignedRecord; components?: unknown }

/** What a template says; throws TemplateWithheld, and RelayUnreachable if the definition could not be fetched now. */
export async function showTemplate(header: Header, content: Content, stamp: SignedRecord | null, reader: Reader): Promise<Rendered> {
  try {
    return await checkTemplate(header, content, stamp, reader);
  } catch (error) {
    if (error instanceof TemplateWithheld || error instanceof RelayUnreachable) throw error;
    // Whatever does not even have the shape of a template.
    throw new TemplateWithheld('definition');
  }
}

async function checkTemplate(header: Header, content: Content, stamp: SignedRecord | null, reader: Reader): Promise<Rendered> {
  const body = content.body as unknown as TemplateBody;
  if (!header.commitment || !content.salt || (await hmacOf(content.salt, canonicalJson(content.body))) !== header.commitment) {
    throw new TemplateWithheld('commitment');
  }
  await checkApproval(header, body, reader);
  const text = await reader.definition(body.template);
  if (text === null || (await hashOf(text)) !== body.template) throw new TemplateWithheld('definition');
  const definition = JSON.parse(text) as TemplateDefinition;
  if (definition.business !== header.from || definition.category !== header.category) throw new TemplateWithheld('definition');
  await checkStamp(header, stamp, reader);
  try {
    return render(parseDefinition(definition), body.components ?? []);
  } catch {
    throw new TemplateWithheld('parameters');
  }
}

async function checkApproval(header: Header, body: TemplateBody, reader: Reader): Promise<void> {
  const approval = await verifyRecord<Approval>(body.approval, reader.relayKey, 'handschlag.approval.v1').catch(() => null);
  const fits = approval?.template === body.template && approval.business === header.from && approval.category === header.category;
  if (!fits || approval.not_after + DAY < reader.now) throw new TemplateWithheld('approval');
}

async function checkStamp(header: Header, stamp: SignedRecord | null, reader: Reader): Promise<void> {
  const record = stamp && (await verifyRecord<Stamp>(stamp, reader.relayKey, 'handschlag.stamp.v1').catch(() => null));
  if (record && record.header === (await hashOf(headerText(header))) && !reader.grants.has(record.consent_head)) throw new TemplateWithheld('consent');
  const grant = record && reader.grants.get(record.consent_head);
  const fits = grant && record.header === (await hashOf(headerText(header))) && grant.business === header.from
    && grant.purposes.includes(header.category!) && grant.at - DAY <= record.accepted_at && record.accepted_at <= grant.expires_at;
  if (!fits) throw new TemplateWithheld('stamp');
}

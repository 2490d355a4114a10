// Whether a received template may be shown, and what it says (spec/content.md section 3); the same decisions as in Python.
import { canonicalJson, hashOf, hmacOf } from '../../shared/wire/canonical.ts';
import { headerText, type Content } from '../../shared/wire/envelope.ts';
import { RelayUnreachable } from '../../shared/wire/relay_http.ts';
import { verifyRecord } from '../../shared/wire/signed.ts';
import type { Approval, Grant, Header, SignedRecord, Stamp, TemplateDefinition } from '../../shared/wire/types.ts';

const DAY = 86_400;
const FORBIDDEN = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]| {4}/;
const LINK = /:\/\/|[wW]{3}\.|[A-Za-z0-9-]+\.[A-Za-z]{2,}\//;
const ADDRESS = /^https:\/\/([A-Za-z0-9.-]+)(:[0-9]{1,5})?([/?#][A-Za-z0-9._~:/?#[\]@!$&'()*+,;=%-]*)?$/;
const PLACEHOLDER = /\{\{([a-z0-9_]+)\}\}/g;

export class TemplateWithheld extends Error {
  constructor(readonly check: 'commitment' | 'approval' | 'definition' | 'parameters' | 'stamp') {
    super(check);
  }
}

export interface Rendered {
  header: string;
  body: string;
  footer: string;
  buttons: { type: string; text: string; url: string }[];
}

export interface Reader {
  relayKey: string;
  /** The customer's own grants to this company, by their hash. */
  grants: Map<string, Grant>;
  /** A definition's text by its hash, null if the relay has none. */
  definition(hash: string): Promise<string | null>;
  now: number;
}

interface Parameter { type?: string; text?: string; parameter_name?: string; payload?: string }
interface Component { type?: string; sub_type?: string; index?: string | number; parameters?: Parameter[] }
interface Part { type?: string; format?: string; text?: string; buttons?: { type: string; text: string; url?: string; phone_number?: string }[] }
interface TemplateBody { template: string; approval: SignedRecord; components?: Component[] }

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
  return render(definition, body.components ?? []);
}

async function checkApproval(header: Header, body: TemplateBody, reader: Reader): Promise<void> {
  const approval = await verifyRecord<Approval>(body.approval, reader.relayKey, 'handschlag.approval.v1').catch(() => null);
  const fits = approval?.template === body.template && approval.business === header.from && approval.category === header.category;
  if (!fits || approval.not_after + DAY < reader.now) throw new TemplateWithheld('approval');
}

async function checkStamp(header: Header, stamp: SignedRecord | null, reader: Reader): Promise<void> {
  const record = stamp && (await verifyRecord<Stamp>(stamp, reader.relayKey, 'handschlag.stamp.v1').catch(() => null));
  const grant = record && reader.grants.get(record.consent_head);
  const fits = grant && record.header === (await hashOf(headerText(header))) && grant.business === header.from
    && grant.purposes.includes(header.category!) && grant.at - DAY <= record.accepted_at && record.accepted_at <= grant.expires_at;
  if (!fits) throw new TemplateWithheld('stamp');
}

/** The text with every parameter the definition names, and no other; throws TemplateWithheld. */
export function render(definition: TemplateDefinition, components: Component[]): Rendered {
  const given = new Map(components.map((one) => [`${one.type?.toLowerCase()}:${one.index ?? ''}`, one]));
  if (given.size !== components.length) throw new TemplateWithheld('parameters');
  const take = (key: string): Parameter[] => {
    const parameters = given.get(key)?.parameters ?? [];
    given.delete(key);
    return parameters;
  };
  const parts = definition.components as Part[];
  const part = (type: string): Part | undefined => parts.find((one) => one.type?.toUpperCase() === type);
  const rendered: Rendered = {
    header: fill(part('HEADER')?.text ?? '', take('header:'), 60),
    body: fill(part('BODY')?.text ?? '', take('body:'), 1024),
    footer: part('FOOTER')?.text ?? '',
    buttons: (part('BUTTONS')?.buttons ?? []).map((button, index) => {
      const parameters = take(`button:${index}`);
      if (button.type.toUpperCase() !== 'URL') {
        if (parameters.some((one) => one.type?.toLowerCase() !== 'payload')) throw new TemplateWithheld('parameters');
        return { type: button.type.toUpperCase(), text: button.text, url: '' };
      }
      const url = fill(button.url ?? '', parameters, 2000);
      if (!onDomain(url, definition.domain)) throw new TemplateWithheld('parameters');
      return { type: 'URL', text: button.text, url };
    }),
  };
  if (given.size) throw new TemplateWithheld('parameters');
  return rendered;
}

function fill(pattern: string, parameters: Parameter[], longest: number): string {
  const names = new Set(Array.from(pattern.matchAll(PLACEHOLDER), ([, name]) => name!));
  const values = new Map(parameters.map((one, index) => [one.parameter_name ?? String(index + 1), one]));
  if (values.size !== parameters.length || names.size !== values.size) throw new TemplateWithheld('parameters');
  const filled = pattern.replace(PLACEHOLDER, (_, name: string) => {
    const value = values.get(name);
    if (!value || value.type?.toLowerCase() !== 'text' || !value.text || FORBIDDEN.test(value.text) || LINK.test(value.text)) {
      throw new TemplateWithheld('parameters');
    }
    return value.text;
  });
  if ([...filled].length > longest) throw new TemplateWithheld('parameters');
  return filled;
}

/** Whether an address is plain https on the approved domain or below it. */
export function onDomain(url: string, domain: string): boolean {
  const host = ADDRESS.exec(url)?.[1]?.toLowerCase();
  return Boolean(domain && host && (host === domain || host.endsWith(`.${domain}`)));
}

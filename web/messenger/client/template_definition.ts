// What an approved template says: its parts, their placeholders, and the limits a definition keeps; the same rules as in Python.
import { isObject } from '../../shared/wire/frames.ts';
import { characters } from './bodies.ts';

const HEADER_CHARACTERS = 60;
const BODY_CHARACTERS = 1024;
const FOOTER_CHARACTERS = 60;
const BUTTON_CHARACTERS = 25;
const URL_CHARACTERS = 2000;
const PHONE_NUMBER_CHARACTERS = 20;
const BUTTONS = 10;
const URL_BUTTONS = 2;
const ADDRESS = /^https:\/\/([A-Za-z0-9.-]+)(:[0-9]{1,5})?([/?#][A-Za-z0-9._~:/?#[\]@!$&'()*+,;=%-]*)?$/;
export const PLACEHOLDER = /\{\{([0-9]{1,3}|[a-z_][a-z0-9_]{0,63})\}\}/g;

export class DefinitionBroken extends Error {}

/** A text and its placeholders in the order their values are given; `named` if they are names instead of 1, 2, 3. */
export interface Pattern {
  text: string;
  placeholders: string[];
  named: boolean;
}

/** `target` is the page of a `url`, and empty on the others. */
export interface ButtonPattern {
  type: 'quick_reply' | 'url' | 'phone_number';
  text: string;
  target: Pattern;
}

export interface ParsedDefinition {
  header: Pattern;
  body: Pattern;
  footer: string;
  buttons: ButtonPattern[];
  domain: string;
}

const NO_TEXT: Pattern = { text: '', placeholders: [], named: false };

/** The parts of a definition; throws DefinitionBroken where it breaks a rule. */
export function parseDefinition({ components, domain }: { components: unknown[]; domain?: string }): ParsedDefinition {
  const parts = new Map<string, Record<string, unknown>>();
  for (const component of components) {
    const kind = isObject(component) ? String(component.type).toUpperCase() : '';
    demand(['HEADER', 'BODY', 'FOOTER', 'BUTTONS'].includes(kind) && !parts.has(kind), 'components');
    parts.set(kind, component as Record<string, unknown>);
  }
  const [header, body, footer, buttons] = ['HEADER', 'BODY', 'FOOTER', 'BUTTONS'].map((kind) => parts.get(kind));
  const parsed: ParsedDefinition = {
    header: header ? parseHeader(header) : NO_TEXT,
    body: parseBody(body ?? {}),
    footer: footer ? text(footer, FOOTER_CHARACTERS) : '',
    buttons: buttons ? parseButtons(buttons, domain ?? '') : [],
    domain: domain ?? '',
  };
  demand(!parsed.footer.match(PLACEHOLDER), 'footer');
  demand(!parsed.header.placeholders.length || !parsed.body.placeholders.length || parsed.header.named === parsed.body.named, 'names');
  return parsed;
}

/** Whether an address is plain https on the approved domain or below it. */
export function onDomain(url: string, domain: string): boolean {
  const host = ADDRESS.exec(url)?.[1]?.toLowerCase();
  const approved = domain.toLowerCase();
  return Boolean(approved && host && (host === approved || host.endsWith(`.${approved}`)));
}

function demand(fits: unknown, what: string): asserts fits {
  if (!fits) throw new DefinitionBroken(what);
}

function text(part: Record<string, unknown>, longest: number): string {
  demand(typeof part.text === 'string' && part.text && characters(part.text) <= longest, 'text');
  return part.text;
}

function parsePattern(value: string): Pattern {
  const found = [...new Set(Array.from(value.matchAll(PLACEHOLDER), ([, name]) => name!))];
  const rest = value.replace(PLACEHOLDER, '');
  demand(!rest.includes('{{') && !rest.includes('}}'), 'braces');
  const numbers = found.filter((name) => /^[0-9]/.test(name));
  if (!numbers.length) return { text: value, placeholders: found, named: found.length > 0 };
  const expected = found.map((_, index) => String(index + 1));
  demand(numbers.toSorted((a, b) => Number(a) - Number(b)).join() === expected.join(), 'numbers');
  return { text: value, placeholders: expected, named: false };
}

function parseHeader(part: Record<string, unknown>): Pattern {
  demand(String(part.format ?? 'TEXT').toUpperCase() === 'TEXT', 'format');
  const pattern = parsePattern(text(part, HEADER_CHARACTERS));
  demand(pattern.placeholders.length <= 1, 'header');
  return pattern;
}

function parseBody(part: Record<string, unknown>): Pattern {
  const pattern = parsePattern(text(part, BODY_CHARACTERS));
  const edge = pattern.text.trimStart().startsWith('{{') || pattern.text.trimEnd().endsWith('}}');
  demand(!pattern.placeholders.length || !edge, 'edge');
  return pattern;
}

function parseButtons({ buttons: listed }: Record<string, unknown>, domain: string): ButtonPattern[] {
  demand(Array.isArray(listed) && listed.length >= 1 && listed.length <= BUTTONS, 'buttons');
  const buttons = listed.map((one) => parseButton(one, domain));
  demand(buttons.filter((one) => one.type === 'url').length <= URL_BUTTONS, 'buttons');
  return buttons;
}

function parseButton(button: unknown, domain: string): ButtonPattern {
  demand(isObject(button), 'button');
  const words = text(button, BUTTON_CHARACTERS);
  switch (String(button.type).toUpperCase()) {
    case 'QUICK_REPLY':
      return { type: 'quick_reply', text: words, target: NO_TEXT };
    case 'PHONE_NUMBER':
      demand(typeof button.phone_number === 'string' && button.phone_number && button.phone_number.length <= PHONE_NUMBER_CHARACTERS, 'phone_number');
      return { type: 'phone_number', text: words, target: NO_TEXT };
    case 'URL':
      return { type: 'url', text: words, target: parseUrl(button.url, domain) };
    default:
      throw new DefinitionBroken('button');
  }
}

function parseUrl(url: unknown, domain: string): Pattern {
  demand(typeof url === 'string' && url && characters(url) <= URL_CHARACTERS, 'url');
  const pattern = parsePattern(url);
  const atTheEnd = pattern.placeholders.join() === '1' && url.endsWith('{{1}}') && url.split('{{1}}').length === 2;
  demand((!pattern.placeholders.length || atTheEnd) && onDomain(url.replace(/\{\{1\}\}$/, ''), domain), 'url');
  return pattern;
}

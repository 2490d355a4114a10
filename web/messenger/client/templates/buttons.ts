// The buttons of a template's definition: their kinds, their limits, and where their addresses may lead; the same rules as in Python.
import { isObject } from '../../../shared/wire/frames.ts';
import { characters } from '../content/characters.ts';
import { demand, NO_TEXT, parsePattern, textOf, URL_CHARACTERS, type Part, type Pattern } from './patterns.ts';

const BUTTON_CHARACTERS = 25;
const COUPON_CHARACTERS = 20;
const PHONE_NUMBER_CHARACTERS = 20;
const BUTTONS = 10;
const MOST_OF_A_KIND = { url: 2, phone_number: 1, copy_code: 1, otp: 1, flow: 1 };
const COPY_CODE_TEXT = 'Copy code';
const ADDRESS = /^https:\/\/([A-Za-z0-9.-]+)(:[0-9]{1,5})?([/?#][A-Za-z0-9._~:/?#[\]@!$&'()*+,;=%-]*)?$/;

/** The form a button opens: by id, by name or as Flow JSON, one of them. */
export interface FlowTarget {
  flow_id?: string;
  flow_name?: string;
  flow_json?: string;
  flow_action: string;
  navigate_screen: string;
}

/** `target` is the page of a `url` and the number of a `phone_number`. */
export interface ButtonPattern {
  type: 'quick_reply' | 'url' | 'phone_number' | 'copy_code' | 'otp' | 'flow';
  text: string;
  target: Pattern;
  flow: FlowTarget | null;
}

export function parseButtons(part: Part | undefined, domains: string, most = BUTTONS): ButtonPattern[] {
  if (!part) return [];
  const listed = part.buttons;
  demand(Array.isArray(listed) && listed.length >= 1 && listed.length <= most, 'buttons');
  const buttons = listed.map((one) => parseButton(one, domains));
  for (const [kind, limit] of Object.entries(MOST_OF_A_KIND)) demand(buttons.filter((one) => one.type === kind).length <= limit, 'buttons');
  return buttons;
}

/** Whether an address is plain https on an approved domain or below it; the domains are separated by spaces. */
export function onDomain(url: string, domains: string): boolean {
  const host = ADDRESS.exec(url)?.[1]?.toLowerCase();
  return Boolean(host) && domains.toLowerCase().split(' ').some((one) => one && (host === one || host!.endsWith(`.${one}`)));
}

function parseButton(button: unknown, domains: string): ButtonPattern {
  demand(isObject(button), 'button');
  const label = (otherwise?: string): string => (otherwise && !button.text ? otherwise : textOf(button, BUTTON_CHARACTERS));
  const plain = { target: NO_TEXT, flow: null };
  switch (String(button.type).toUpperCase()) {
    case 'QUICK_REPLY':
      return { ...plain, type: 'quick_reply', text: label() };
    case 'PHONE_NUMBER': {
      const number = button.phone_number;
      demand(typeof number === 'string' && number && characters(number) <= PHONE_NUMBER_CHARACTERS, 'phone_number');
      return { ...plain, type: 'phone_number', text: label(), target: { ...NO_TEXT, text: number } };
    }
    case 'URL':
      return { ...plain, type: 'url', text: label(), target: parseUrl(button.url, domains) };
    case 'COPY_CODE': {
      const example = Array.isArray(button.example) && button.example.length === 1 ? button.example[0] : button.example;
      demand(example == null || (typeof example === 'string' && characters(example) <= COUPON_CHARACTERS), 'example');
      return { ...plain, type: 'copy_code', text: label(COPY_CODE_TEXT) };
    }
    case 'OTP':
      demand(['COPY_CODE', 'ONE_TAP', 'ZERO_TAP'].includes(String(button.otp_type).toUpperCase()), 'otp_type');
      return { ...plain, type: 'otp', text: label(COPY_CODE_TEXT) };
    case 'FLOW':
      return { ...plain, type: 'flow', text: label(), flow: parseFlow(button) };
    default:
      return demand(false, 'button') as never;
  }
}

function parseFlow(button: Part): FlowTarget {
  const named = Object.entries(button).filter(([name, value]) => ['flow_id', 'flow_name', 'flow_json'].includes(name) && value != null);
  demand(named.length === 1 && typeof named[0]![1] === 'string' && named[0]![1], 'flow');
  const [action, screen] = [String(button.flow_action || 'navigate').toLowerCase(), button.navigate_screen || ''];
  demand(['navigate', 'data_exchange'].includes(action) && typeof screen === 'string', 'flow');
  return { ...Object.fromEntries(named), flow_action: action, navigate_screen: screen };
}

function parseUrl(url: unknown, domains: string): Pattern {
  demand(typeof url === 'string' && url && characters(url) <= URL_CHARACTERS, 'url');
  const pattern = parsePattern(url);
  const atTheEnd = pattern.placeholders.join() === '1' && url.endsWith('{{1}}') && url.split('{{1}}').length === 2;
  demand((!pattern.placeholders.length || atTheEnd) && onDomain(url.replace(/\{\{1\}\}$/, ''), domains), 'url');
  return pattern;
}

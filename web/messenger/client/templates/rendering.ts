// A template filled in: what may be shown of an approved text with a company's parameters; the same rules as in Python.
import { isObject } from '../../../shared/wire/frames.ts';
import { characters } from '../content/characters.ts';
import { onDomain, type ButtonPattern, type FlowTarget } from './buttons.ts';
import type { CardPattern, ParsedDefinition } from './definition.ts';
import {
  BODY_CHARACTERS, CARD_BODY_CHARACTERS, HEADER_CHARACTERS, OFFER_BODY_CHARACTERS, PLACEHOLDER, URL_CHARACTERS, type Pattern,
} from './patterns.ts';
import {
  checkAction, checkEnd, checkFile, checkPlace, CODE_CHARACTERS, COUPON_CHARACTERS, demand, hasOnly, onlyValue, PAYLOAD_CHARACTERS, ParametersBroken,
  valueOf, words, type Fields, type MediaFile, type Place,
} from './values.ts';

export { ParametersBroken };

const PARAMETER_FIELDS = [
  'type', 'text', 'parameter_name', 'payload', 'image', 'video', 'document', 'location', 'coupon_code', 'action', 'limited_time_offer',
];

export interface FlowOpening { target: FlowTarget; token: string; data: string; form: unknown }

/** A page to open, a number to call, a code to copy, a form, or an answer that carries `payload`. */
export interface Button {
  type: ButtonPattern['type'];
  text: string;
  url: string;
  phone_number: string;
  payload: string;
  code: string;
  flow: FlowOpening | null;
}

export interface Media { type: 'image' | 'video' | 'document'; file: MediaFile }

export interface RenderedCard { media: Media; body: string; buttons: Button[] }

/** What the reader sees; the header is a text, a file or a place. */
export interface Rendered {
  header: string;
  media: Media | null;
  location: Place | null;
  body: string;
  footer: string;
  buttons: Button[];
  /** `expires_at` in Unix seconds, 0 for no end. */
  offer: { text: string; expires_at: number } | null;
  cards: RenderedCard[];
}

/** The components of a send or of a card, each taken once by the part of the template it belongs to. */
class Given {
  readonly #left: Map<string, Fields>;

  constructor(components: unknown) {
    demand(Array.isArray(components) && components.every(isComponent), 'components');
    this.#left = new Map(components.map((one) => [`${String(one.type)}:${one.index == null ? '' : String(one.index)}`, one]));
    demand(this.#left.size === components.length, 'one part is given twice');
  }

  take(kind: string, index: number | '' = ''): Fields | undefined {
    const component = this.#left.get(`${kind}:${index}`);
    this.#left.delete(`${kind}:${index}`);
    if (component) demand((component.sub_type == null) === (kind !== 'button') && (kind === 'carousel' || !cardsOf(component).length), kind);
    return component;
  }

  checkEmpty(): void {
    demand(!this.#left.size, 'parameters for a part the template does not have');
  }
}

/** The text with every parameter the definition names, and no other; throws ParametersBroken. */
export function render(definition: ParsedDefinition, components: unknown): Rendered {
  const given = new Given(components);
  const { media, domain, offer } = definition;
  const [header, body] = [parametersOf(given.take('header')), parametersOf(given.take('body'))];
  const code = definition.authentication ? words(onlyValue(body, 'text'), CODE_CHARACTERS) : null;
  const rendered: Rendered = {
    header: media ? '' : fill(definition.header, header, HEADER_CHARACTERS),
    media: media && media !== 'location' ? fileOf(media, header) : null,
    location: media === 'location' ? checkPlace(onlyValue(header, 'location')) : null,
    body: fill(definition.body, body, offer ? OFFER_BODY_CHARACTERS : BODY_CHARACTERS),
    footer: definition.footer,
    buttons: renderButtons(definition.buttons, given, domain, code),
    offer: offer ? { text: offer.text, expires_at: endOf(offer.has_expiration, parametersOf(given.take('limited_time_offer'))) } : null,
    cards: definition.cards.length ? renderCards(definition.cards, given.take('carousel'), domain) : [],
  };
  given.checkEmpty();
  return rendered;
}

function isComponent(value: unknown): value is Fields {
  if (!isObject(value) || !hasOnly(value, 'type', 'sub_type', 'index', 'parameters', 'cards')) return false;
  if (!Array.isArray(value.parameters ?? []) || !Array.isArray(value.cards ?? [])) return false;
  return parametersOf(value).every((one) => isObject(one) && hasOnly(one, ...PARAMETER_FIELDS));
}

const parametersOf = (component: Fields | undefined): Fields[] => (component?.parameters ?? []) as Fields[];
const cardsOf = (component: Fields | undefined): unknown[] => (component?.cards ?? []) as unknown[];

const fileOf = (type: Media['type'], parameters: Fields[]): Media => ({ type, file: checkFile(onlyValue(parameters, type), type) });

function endOf(ends: boolean, parameters: Fields[]): number {
  const end = onlyValue(parameters, 'limited_time_offer');
  demand(ends === (end !== null), 'expiration_time_ms');
  return end === null ? 0 : checkEnd(end);
}

function renderCards(patterns: CardPattern[], component: Fields | undefined, domain: string): RenderedCard[] {
  const cards = cardsOf(component);
  demand(cards.length === patterns.length && !parametersOf(component).length, 'cards');
  return patterns.map((pattern, index) => {
    const card = cards.find((one) => isObject(one) && one.card_index === index);
    demand(isObject(card) && hasOnly(card, 'card_index', 'components'), 'card_index');
    const given = new Given(card.components ?? []);
    const rendered = {
      media: fileOf(pattern.media, parametersOf(given.take('header'))),
      body: fill(pattern.body, parametersOf(given.take('body')), CARD_BODY_CHARACTERS),
      buttons: renderButtons(pattern.buttons, given, domain, null),
    };
    given.checkEmpty();
    return rendered;
  });
}

function renderButtons(patterns: ButtonPattern[], given: Given, domain: string, code: string | null): Button[] {
  return patterns.map((pattern, index) => renderButton(pattern, given.take('button', index), domain, code));
}

function renderButton(pattern: ButtonPattern, component: Fields | undefined, domain: string, code: string | null): Button {
  const { type, text, target } = pattern;
  const button: Button = { type, text, url: '', phone_number: '', payload: '', code: '', flow: null };
  const parameters = parametersOf(component);
  // The button of a one-time code repeats it, as the address of the page that the platform makes of it.
  demand(!component || component.sub_type === (type === 'otp' ? 'url' : type), 'sub_type');
  switch (type) {
    case 'url': {
      const url = fill(target, parameters, URL_CHARACTERS);
      demand(onDomain(url, domain), 'address');
      return { ...button, url };
    }
    case 'phone_number':
      demand(!parameters.length, 'phone_number');
      return { ...button, phone_number: target.text };
    case 'copy_code':
      return { ...button, code: words(onlyValue(parameters, 'coupon_code'), COUPON_CHARACTERS) };
    case 'otp':
      demand(code !== null && onlyValue(parameters, 'text') === code, 'code');
      return { ...button, code };
    case 'flow': {
      const action = checkAction(onlyValue(parameters, 'action') ?? {});
      return { ...button, flow: { target: pattern.flow!, token: action.flow_token ?? '', data: action.flow_action_data ?? '', form: action.flow ?? null } };
    }
    default: {
      const payload = onlyValue(parameters, 'payload') ?? text;
      demand(typeof payload === 'string' && characters(payload) <= PAYLOAD_CHARACTERS, 'payload');
      return { ...button, payload };
    }
  }
}

function fill(pattern: Pattern, parameters: Fields[], longest: number): string {
  demand(parameters.length === pattern.placeholders.length, 'number of parameters');
  const values = new Map<unknown, string>();
  for (const [position, parameter] of parameters.entries()) {
    const value = words(valueOf(parameter, 'text'));
    const named = parameter.parameter_name ?? undefined;
    demand(pattern.named === (named !== undefined), 'parameter');
    const name = pattern.named ? named : pattern.placeholders[position];
    demand(pattern.placeholders.includes(name as string) && !values.has(name), 'parameter_name');
    values.set(name, value);
  }
  // Values are put in once and never read again for placeholders.
  const filled = pattern.text.replace(PLACEHOLDER, (_, name: string) => values.get(name)!);
  demand(characters(filled) <= longest, 'length');
  return filled;
}

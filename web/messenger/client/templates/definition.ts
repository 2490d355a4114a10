// What an approved template says: its parts, which of them go together, and in which category; the same rules as in Python.
import { isObject } from '../../../shared/wire/frames.ts';
import { parseButtons, type ButtonPattern } from './buttons.ts';
import {
  BODY_CHARACTERS, CARD_BODY_CHARACTERS, demand, FOOTER_CHARACTERS, HEADER_CHARACTERS, NO_TEXT, OFFER_BODY_CHARACTERS, parseBodyPattern, parsePattern,
  PLACEHOLDER, textOf, type Part, type Pattern,
} from './patterns.ts';

const OFFER_CHARACTERS = 16;
const CARD_BUTTONS = 2;
const PARTS = ['HEADER', 'BODY', 'FOOTER', 'BUTTONS', 'CAROUSEL', 'LIMITED_TIME_OFFER'];
const MEDIA = ['image', 'video', 'document', 'location'];

export interface CardPattern {
  media: 'image' | 'video';
  body: Pattern;
  buttons: ButtonPattern[];
}

export interface ParsedDefinition {
  header: Pattern;
  /** What the header shows instead of a text. */
  media: '' | 'image' | 'video' | 'document' | 'location';
  body: Pattern;
  footer: string;
  buttons: ButtonPattern[];
  offer: { text: string; has_expiration: boolean } | null;
  cards: CardPattern[];
  domain: string;
  authentication: boolean;
}

/** The parts of a definition; throws DefinitionBroken where it breaks a rule. */
export function parseDefinition({ components, domain = '', category }: { components: unknown[]; domain?: string; category: string }): ParsedDefinition {
  const parts = partsOf(components, PARTS);
  const [header, body, footer, offer, carousel] = ['HEADER', 'BODY', 'FOOTER', 'LIMITED_TIME_OFFER', 'CAROUSEL'].map((kind) => parts.get(kind));
  const media = header ? headerMedia(header) : '';
  const parsed: ParsedDefinition = {
    header: header && !media ? parseHeader(header) : NO_TEXT,
    media,
    body: parseBodyPattern(body ?? {}, offer ? OFFER_BODY_CHARACTERS : BODY_CHARACTERS),
    footer: footer ? textOf(footer, FOOTER_CHARACTERS) : '',
    buttons: parseButtons(parts.get('BUTTONS'), domain),
    offer: offer ? parseOffer(offer) : null,
    cards: carousel ? parseCards(carousel, domain) : [],
    domain,
    authentication: category === 'authentication',
  };
  demand(!parsed.footer.match(PLACEHOLDER), 'footer');
  const texts = [parsed.header, parsed.body, ...parsed.cards.map((card) => card.body)].filter((text) => text.placeholders.length);
  demand(new Set(texts.map((text) => text.named)).size <= 1, 'names');
  checkCategory(parsed, category);
  checkTogether(parsed);
  return parsed;
}

function partsOf(components: unknown, known: string[]): Map<string, Part> {
  demand(Array.isArray(components), 'components');
  const parts = new Map<string, Part>();
  for (const component of components) {
    const kind = isObject(component) ? String(component.type).toUpperCase() : '';
    demand(known.includes(kind) && !parts.has(kind), 'components');
    parts.set(kind, component as Part);
  }
  return parts;
}

function headerMedia(part: Part): ParsedDefinition['media'] {
  const format = String(part.format ?? 'TEXT').toLowerCase();
  demand(format === 'text' || MEDIA.includes(format), 'format');
  return format === 'text' ? '' : (format as ParsedDefinition['media']);
}

function parseHeader(part: Part): Pattern {
  const pattern = parsePattern(textOf(part, HEADER_CHARACTERS));
  demand(pattern.placeholders.length <= 1, 'header');
  return pattern;
}

function parseOffer({ limited_time_offer: offer }: Part): ParsedDefinition['offer'] {
  demand(isObject(offer) && typeof (offer.has_expiration ?? false) === 'boolean', 'offer');
  return { text: textOf(offer, OFFER_CHARACTERS), has_expiration: Boolean(offer.has_expiration) };
}

function parseCards({ cards: listed }: Part, domain: string): CardPattern[] {
  demand(Array.isArray(listed) && listed.length >= 2 && listed.length <= 10, 'cards');
  const cards = listed.map((one) => parseCard(one, domain));
  const shape = ({ media, body, buttons }: CardPattern): string => [media, Boolean(body.text), ...buttons.map((one) => one.type)].join();
  demand(cards.every((card) => shape(card) === shape(cards[0]!)), 'cards');
  return cards;
}

function parseCard(card: unknown, domain: string): CardPattern {
  const parts = partsOf(isObject(card) ? card.components : null, ['HEADER', 'BODY', 'BUTTONS']);
  const media = String(parts.get('HEADER')?.format).toLowerCase();
  demand(media === 'image' || media === 'video', 'card');
  const buttons = parseButtons(parts.get('BUTTONS'), domain, CARD_BUTTONS);
  demand(buttons.length && buttons.every((one) => ['quick_reply', 'url', 'phone_number'].includes(one.type)), 'card');
  const body = parts.get('BODY');
  return { media, body: body ? parseBodyPattern(body, CARD_BODY_CHARACTERS) : NO_TEXT, buttons };
}

/** A code is nothing but a code; what sells is marketing. */
function checkCategory({ header, media, body, buttons, offer, cards }: ParsedDefinition, category: string): void {
  const kinds = buttons.map((one) => one.type);
  if (category === 'authentication') {
    demand(!header.text && !media && !offer && !cards.length && kinds.join() === 'otp' && body.placeholders.join() === '1', 'authentication');
  } else {
    demand(!kinds.includes('otp'), 'otp');
  }
  demand(category === 'marketing' || (!offer && !kinds.includes('copy_code')), 'offer');
}

/** A carousel stands below a text alone; an offer has no footer, and no header but a picture or a film. */
function checkTogether({ header, media, footer, buttons, offer, cards }: ParsedDefinition): void {
  demand(!cards.length || !(header.text || media || footer || buttons.length || offer), 'carousel');
  demand(!offer || !(footer || header.text || media === 'document' || media === 'location'), 'offer');
}

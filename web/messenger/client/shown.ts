// What a company's free-form message shows, by its type; the same shapes and limits as in Python (src/handschlag/content/).
import type { Card, Choice, Extras, FilePointer, LinkPreview, Part } from './api.ts';
import { partOfContacts } from './content/contacts.ts';
import { parseLinkPreview } from './content/link_preview.ts';
import { parsePlace, partOfPlace } from './content/places.ts';
import { parsePreview } from './files/preview.ts';
import { demand, fields, list, optional, text, Unknown, type Fields } from './content/shapes.ts';

/** What stands in a bubble: words, a line about a file or place, pages to open, answers to tap. */
export interface Shown {
  text: string;
  header: string;
  footer: string;
  part: Part | null;
  buttons: { text: string; url: string }[];
  choices: Choice[];
  /** What stands on the button that opens a list of answers. */
  chooser: string;
  extras?: Extras;
  asksForPlace?: boolean;
  linkPreview?: LinkPreview;
}

const MEGABYTE = 1024 * 1024;
const FILES = {
  image: { most: 5 * MEGABYTE, types: /^image\/(jpeg|png)$/, captioned: true },
  audio: { most: 16 * MEGABYTE, types: /^audio\/(aac|amr|mpeg|mp4|ogg)$/, captioned: false },
  video: { most: 16 * MEGABYTE, types: /^video\/(mp4|3gpp)$/, captioned: true },
  document: { most: 100 * MEGABYTE, types: /^[a-z0-9.+-]+\/[a-z0-9.+-]+$/, captioned: true },
  sticker: { most: 500 * 1024, types: /^image\/webp$/, captioned: false },
} satisfies Partial<Record<Part['kind'], { most: number; types: RegExp; captioned: boolean }>>;

/** What a message shows; null for a type or shape that is not known here. */
export function showService(type: string, part: unknown): Shown | null {
  const show = TYPES[type];
  if (!show) return null;
  try {
    return { text: '', header: '', footer: '', part: null, buttons: [], choices: [], chooser: '', ...show(part) };
  } catch (error) {
    if (error instanceof Unknown) return null;
    throw error;
  }
}

// One row per type that a company may send; reactions are no bubble of their own.
const TYPES: Record<string, (part: unknown) => Partial<Shown>> = {
  text: (part) => words(fields(part)),
  image: (part) => file('image', fields(part)),
  audio: (part) => file('audio', fields(part)),
  video: (part) => file('video', fields(part)),
  document: (part) => file('document', fields(part)),
  sticker: (part) => file('sticker', fields(part)),
  location: (part) => ({ part: partOfPlace(parsePlace(fields(part))) }),
  contacts: (part) => ({ part: partOfContacts(part) }),
  interactive: (part) => interactive(fields(part)),
};

function words({ body, preview }: Fields): Partial<Shown> {
  const said = text(body, 4096);
  const linkPreview = parseLinkPreview(preview, said);
  return { text: said, ...(linkPreview ? { linkPreview } : {}) };
}

function file(kind: keyof typeof FILES, value: Fields): Partial<Shown> {
  const { most, types, captioned } = FILES[kind];
  const blob = fields(value.blob);
  demand([blob.id, blob.key, blob.prefix, value.sha256].every((one) => typeof one === 'string' && one));
  demand(Number.isSafeInteger(value.file_size) && (value.file_size as number) >= 0 && (value.file_size as number) <= most);
  demand(types.test(text(value.mime_type, 128).split(';')[0]!.trim()));
  const name = kind === 'document' ? optional(value.filename, 240) : '';
  const preview = parsePreview(value.preview, kind);
  demand(preview);
  const part: Part = { kind: kind === 'audio' && value.voice === true ? 'voice' : kind, name, file: pointerOf(value), preview };
  return { text: captioned ? optional(value.caption, 1024) : '', part };
}

/** Where a file that was looked at lies. */
export function pointerOf(file: Fields): FilePointer {
  const { id, key, prefix } = file.blob as Record<'id' | 'key' | 'prefix', string>;
  const [mime] = (file.mime_type as string).split(';');
  return { id, key, prefix, sha256: file.sha256 as string, mime: mime!.trim(), size: file.file_size as number };
}

function interactive(value: Fields): Partial<Shown> {
  const kind = KINDS[String(value.type)];
  if (!kind) throw new Unknown();
  const shown = kind(fields(value.action));
  const header = value.header === undefined ? {} : above(fields(value.header));
  const footer = value.footer === undefined ? '' : text(fields(value.footer).text, 60);
  const body = text(fields(value.body).text, value.type === 'list' ? 4096 : 1024);
  return { ...header, ...shown, footer, text: body };
}

function above(value: Fields): Partial<Shown> {
  if (value.type === 'text') return { header: text(value.text, 60) };
  demand(value.type === 'image' || value.type === 'video' || value.type === 'document');
  return { part: file(value.type, fields(value[value.type])).part ?? null };
}

const KINDS: Record<string, (action: Fields) => Partial<Shown>> = {
  button: ({ buttons }) => ({ choices: unlike(list(buttons, 1, 3).map((one) => reply(fields(one).reply, 256))) }),
  list: ({ button, sections }) => ({
    chooser: text(button, 20),
    choices: few(unlike(list(sections, 1, 10).flatMap((section, _, { length }) => {
      const { title, rows } = fields(section);
      const heading = length > 1 ? text(title, 24) : optional(title, 24);
      return list(rows, 1, 10).map((row, index) => choice(row, index ? '' : heading));
    }))),
  }),
  cta_url: (action) => ({ buttons: [way(action)] }),
  location_request_message: () => ({ asksForPlace: true }),
  flow: ({ parameters }) => ({ part: { kind: 'form', name: text(fields(parameters).flow_cta, 30) } }),
  carousel: ({ cards }) => {
    const shown: Card[] = [];
    for (const one of list(cards, 2, 10)) shown.push(card(fields(one), shown.reduce((count, before) => count + before.choices.length, 0)));
    return { choices: unlike(shown.flatMap((one) => one.choices)), extras: { offer: null, codes: [], numbers: [], forms: [], cards: shown } };
  },
};

function card({ header, body, action }: Fields, first: number): Card {
  const { part } = above(fields(header));
  demand(part?.kind === 'image' || part?.kind === 'video');
  const { buttons, ...rest } = fields(action);
  const words = body === undefined ? '' : text(fields(body).text, 160);
  const choices = buttons === undefined ? [] : list(buttons, 1, 3).map((one) => reply(fields(one).quick_reply, 256));
  return { part, text: words, buttons: buttons === undefined ? [way(rest)] : [], numbers: [], choices, first };
}

function way({ parameters }: Fields): { text: string; url: string } {
  const { display_text: words, url } = fields(parameters);
  demand(/^https?:\/\/[^\s/?#]/.test(text(url, 2000)));
  return { text: text(words, 20), url: String(url) };
}

function few(choices: Choice[]): Choice[] {
  demand(choices.length <= 10);
  return choices;
}

/** No two answers under one id: a tap names one. */
function unlike(choices: Choice[]): Choice[] {
  const ids = choices.map(({ answer }) => {
    const given = fields(answer.interactive);
    return fields(given.button_reply ?? given.list_reply).id;
  });
  demand(new Set(ids).size === ids.length);
  return choices;
}

function reply(value: unknown, longest: number): Choice {
  const { id, title } = fields(value);
  const answer = { id: text(id, longest), title: text(title, 20) };
  return { text: answer.title, hint: '', section: '', answer: { type: 'interactive', interactive: { type: 'button_reply', button_reply: answer } } };
}

function choice(value: unknown, section: string): Choice {
  const { id, title, description } = fields(value);
  const hint = optional(description, 72);
  const answer = { id: text(id, 200), title: text(title, 24), ...(hint ? { description: hint } : {}) };
  return { text: answer.title, hint, section, answer: { type: 'interactive', interactive: { type: 'list_reply', list_reply: answer } } };
}

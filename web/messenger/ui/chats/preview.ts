// A message in one line, for rows and quotes.
import type { Message, Part } from '../../client/api.ts';
import { parseRichText, type Piece } from '../model/rich_text.ts';
import type { IconName } from '../parts/icons.ts';
import type { Dictionary } from '../preferences.svelte.ts';

const LONGEST = 160;

export function previewOf(message: Message, { message: words, thread }: Dictionary): string {
  if (message.event) return thread.event[message.event];
  if (message.type === 'withheld' || message.type === 'unopened' || message.type === 'unsupported') return words[message.type];
  if (message.withdrawn) return words.withdrawn;
  if (message.withdrawn) return words.withdrawn;
  return plainText([message.header, message.part && partText(message.part, { message: words }), message.text].filter(Boolean).join(': '));
}

export const PART_ICONS: Record<Part['kind'], IconName> = {
  image: 'photo', audio: 'sound', voice: 'voice', video: 'film', document: 'file', sticker: 'smile', location: 'place', contacts: 'person', form: 'form',
};

/** What stands before the words: a mark of the file, place or card, or that nothing can be shown. */
export function iconOf({ type, part }: Message): IconName | null {
  if (type === 'withheld') return 'shield';
  if (type === 'unopened' || type === 'unsupported') return 'note';
  return part ? PART_ICONS[part.kind] : null;
}

/** What a file, a place or cards are, in words: “Document: ticket.pdf”. */
export function partText({ kind, name }: Part, { message: words }: Pick<Dictionary, 'message'>): string {
  return [words.part[kind], name].filter(Boolean).join(': ');
}

/** Without marks and line breaks, and not longer than anything shows. */
export function plainText(text: string): string {
  const flat = (pieces: Piece[]): string => pieces.map((piece) => ('pieces' in piece ? flat(piece.pieces) : piece.text)).join('');
  return flat(parseRichText(text.slice(0, LONGEST * 2))).replace(/\s+/g, ' ').slice(0, LONGEST);
}

// A message in one line, for rows and quotes.
import type { Message } from '../../client/api.ts';
import { parseRichText, type Piece } from '../model/rich_text.ts';
import type { Dictionary } from '../preferences.svelte.ts';

const LONGEST = 160;

export function previewOf(message: Message, { message: words }: Dictionary): string {
  if (message.type === 'withheld' || message.type === 'unopened' || message.type === 'unsupported') return words[message.type];
  return plainText([message.header, message.text].filter(Boolean).join(': '));
}

/** Without marks and line breaks, and not longer than anything shows. */
export function plainText(text: string): string {
  const flat = (pieces: Piece[]): string => pieces.map((piece) => ('pieces' in piece ? flat(piece.pieces) : piece.text)).join('');
  return flat(parseRichText(text.slice(0, LONGEST * 2))).replace(/\s+/g, ' ').slice(0, LONGEST);
}

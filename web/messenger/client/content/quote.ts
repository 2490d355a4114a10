// What a message keeps of the one it answers: enough to be recognised, whatever becomes of that one.
import type { Message } from '../api.ts';

export function quoteOf({ id, text, header, direction, part }: Pick<Message, 'id' | 'text' | 'header' | 'direction' | 'part'>): NonNullable<Message['quote']> {
  const thumbnail = part?.preview?.thumbnail;
  return { id, text: text || header, direction, ...(part ? { part: { kind: part.kind, name: part.name } } : {}), ...(thumbnail ? { thumbnail } : {}) };
}

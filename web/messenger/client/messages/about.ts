// What an envelope that waits to leave is about: a message itself, or what was said of it afterwards.
import { messageId } from '../../../shared/wire/envelope.ts';
import { isObject } from '../../../shared/wire/frames.ts';
import type { OutboxRow } from '../store.ts';

/** Whether it is this message, or an emoji under it, other words for it, its withdrawal. */
export function isAbout({ id, body }: Pick<OutboxRow, 'id' | 'body'>, message: string): boolean {
  if (id === message) return true;
  const said = [body.reaction, body.edit, body.revoke].find(isObject);
  return said !== undefined && [said.message_id, said.original_message_id].includes(messageId(message));
}

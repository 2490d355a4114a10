// What a message of our own shows that another of our devices wrote.
import { isObject } from '../../../shared/wire/frames.ts';
import { showService } from '../shown.ts';
import type { StoredMessage } from '../store.ts';

export function shownOfOwn(body: Record<string, unknown>): Partial<StoredMessage> {
  const { type, context } = body;
  const part = body[String(type)];
  const forwarded = isObject(context) && context.forwarded === true ? { forwarded: true } : {};
  const tapped = tappedText(String(type), part);
  if (tapped !== null) return { text: tapped, tapped: true };
  const shown = showService(String(type), part);
  return shown ? { ...shown, ...forwarded } : { type: 'unsupported' };
}

/** The words of an answer that was tapped; null for what was written. */
function tappedText(type: string, part: unknown): string | null {
  if (!isObject(part)) return null;
  if (type === 'button') return String(part.text ?? '');
  if (type !== 'interactive') return null;
  const reply = part[String(part.type)];
  if (!isObject(reply) || !['button_reply', 'list_reply', 'nfm_reply'].includes(String(part.type))) return null;
  return String(reply.title ?? reply.body ?? '').slice(0, 4096);
}

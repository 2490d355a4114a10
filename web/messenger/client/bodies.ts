// Which body an envelope of each kind may hold (spec/content.md section 2): one shape per kind, so that a message cannot hide in a receipt.
import { isEnvelopeId, type Content } from '../../shared/wire/envelope.ts';
import { isObject } from '../../shared/wire/frames.ts';
import type { Header } from '../../shared/wire/types.ts';
import type { FormAnswer } from './api.ts';
import { parseFormAnswer } from './forms.ts';
import { showService, type Shown } from './shown.ts';
import { isEmoji } from './content/emoji.ts';

export const TEXT_CHARACTERS = 4096;
export const IDS_PER_RECEIPT = 500;

export interface Asked { id: string; attempt: number }

export type Body =
  | { is: 'shown'; shown: Shown; answers: string | null }
  | { is: 'reaction'; to: string; emoji: string }
  | { is: 'unsupported'; answers: string | null }
  | { is: 'template' }
  | { is: 'read'; ids: string[]; at: number }
  | { is: 'typing' }
  | { is: 'form_answer'; request: string; answer: FormAnswer }
  | { is: 'resend'; asked: Asked[]; again: boolean };

/** The content of an opened envelope, if it has no field too many and its salt stands on a template. */
export function parseContent(value: unknown, header: Header): Content | null {
  if (!isObject(value) || Object.keys(value).some((field) => !['header', 'body', 'salt', 'pad'].includes(field))) return null;
  const salted = typeof value.salt === 'string';
  const fits = isObject(value.header) && isObject(value.body) && typeof value.pad === 'string' && salted === (header.kind === 'template');
  return fits ? (value as unknown as Content) : null;
}

/** What a company's body says, null if it has no shape of its envelope's kind. */
export function parseBody(kind: Header['kind'], body: Record<string, unknown>): Body | null {
  if (kind === 'service') return parseService(body);
  if (kind === 'receipt') return parseReceipt(body);
  return kind === 'template' ? { is: 'template' } : null;
}

function parseService({ type, context, ...parts }: Record<string, unknown>): Body | null {
  if (typeof type !== 'string' || !type || type.length > 64) return null;
  const { id } = isObject(context) ? context : {};
  if ((context !== undefined && context !== null && !isObject(context)) || (id !== undefined && typeof id !== 'string')) return null;
  const answers = typeof id === 'string' ? id : null;
  const part = parts[type];
  if (type === 'reaction') return parseReaction(part) ?? { is: 'unsupported', answers };
  const shown = showService(type, part);
  // A broken text is refused like any body of another kind; what is not known here is said to be there.
  return shown ? { is: 'shown', shown, answers } : type === 'text' ? null : { is: 'unsupported', answers };
}

function parseReaction(part: unknown): Body | null {
  const { message_id: to, emoji = '' } = isObject(part) ? part : {};
  const fits = typeof to === 'string' && typeof emoji === 'string' && (emoji === '' || isEmoji(emoji));
  return fits ? { is: 'reaction', to, emoji } : null;
}

function parseReceipt(body: Record<string, unknown>): Body | null {
  const fields = Object.keys(body).sort().join();
  if (fields === 'typing') return body.typing === true ? { is: 'typing' } : null;
  if (fields === 'at,read') return Number.isSafeInteger(body.at) && isListOf(body.read, isEnvelopeId) ? { is: 'read', ids: body.read, at: body.at as number } : null;
  if (fields === 'flow_answer') {
    const parsed = parseFormAnswer(body.flow_answer);
    return parsed && { is: 'form_answer', ...parsed };
  }
  const { again = false } = body;
  if (!['resend', 'again,resend'].includes(fields) || typeof again !== 'boolean' || !isListOf(body.resend, isAsked)) return null;
  return { is: 'resend', asked: body.resend.map(({ id, attempt = 0 }) => ({ id, attempt })), again };
}

function isListOf<T>(value: unknown, fits: (one: unknown) => one is T): value is T[] {
  return Array.isArray(value) && value.length <= IDS_PER_RECEIPT && value.every(fits);
}

function isAsked(value: unknown): value is { id: string; attempt?: number } {
  if (!isObject(value) || Object.keys(value).some((field) => field !== 'id' && field !== 'attempt')) return false;
  return isEnvelopeId(value.id) && (value.attempt === undefined || Number.isSafeInteger(value.attempt));
}

// A thread as it is drawn: days, in them groups of one side and minute, and the bar before what is unread.
import type { Message } from '../../client/api.ts';
import { dayOf, minuteOf } from './dates.ts';

export interface Row {
  message: Message;
  /** First and last of its group. */
  first: boolean;
  last: boolean;
  /** Shows time and state: the last of a group, and any whose state is another than that of the next. */
  meta: boolean;
  /** The unread bar stands above this one. */
  unread: boolean;
}

export interface Day {
  day: number;
  at: number;
  rows: Row[];
}

export function daysOf(messages: Message[], firstUnread: string | null): Day[] {
  const days: Day[] = [];
  let before: Row | null = null;
  for (const message of messages) {
    const day = dayOf(message.at);
    const unread = message.id === firstUnread;
    if (days.at(-1)?.day !== day) {
      days.push({ day, at: message.at, rows: [] });
      before = null;
    }
    const joined: boolean = before !== null && !unread && belongTogether(before.message, message);
    if (joined && before) {
      before.last = false;
      before.meta = before.message.status !== message.status;
    }
    before = { message, first: !joined, last: true, meta: true, unread };
    days.at(-1)!.rows.push(before);
  }
  return days;
}

function belongTogether(a: Message, b: Message): boolean {
  // A message that failed says so itself, whatever follows it.
  return a.direction === b.direction && minuteOf(a.at) === minuteOf(b.at) && a.status !== 'failed' && isBubble(a) && isBubble(b);
}

export const isBubble = (message: Message): boolean => message.type === 'text' || message.type === 'template';

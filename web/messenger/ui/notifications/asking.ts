// When a person is asked whether to be told of answers: after a first message of theirs, and a second time a week later at most.
import { isApplePhone, isInstalled } from '../../client/push/subscribing.ts';

const KEY = 'notifications_asked';
const WEEK = 7 * 86_400_000;
const TIMES = 2;

interface Asked {
  times: number;
  at: number;
}

function asked(): Asked {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '') as Asked;
  } catch {
    return { times: 0, at: 0 };
  }
}

/** Not now, or answered. */
export function noteAsked(forGood = false): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ times: forGood ? TIMES : asked().times + 1, at: Date.now() }));
  } catch {
    // Without storage the question comes again with the next visit.
  }
}

/** `wrote`: the relay took a message of this person. */
export function mayAsk(wrote: boolean, now = Date.now()): boolean {
  if (!wrote) return false;
  const { times, at } = asked();
  if (times >= TIMES || (times > 0 && now - at < WEEK)) return false;
  return 'Notification' in globalThis ? Notification.permission === 'default' : isApplePhone() && !isInstalled();
}

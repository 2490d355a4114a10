// Keeps notifications true while a tab is open: the count on the app, what is said of new messages, and the offer to be told.
import { isMuted } from '../../client/chats/keeping.ts';
import { openChannel, type Notice } from '../../client/broadcast.ts';
import { choose, isQuiet, readChoices } from '../../client/push/choices.ts';
import { refresh, registration } from '../../client/push/subscribing.ts';
import { isToldOld } from '../../client/push/telling.ts';
import type { FromTab, ToTab } from '../../sw/notifying.ts';
import { preferences } from '../preferences.svelte.ts';
import type { Session } from '../session.svelte.ts';
import { mayAsk } from './asking.ts';
import { offerInstall } from './installing.ts';
import { playTone } from './tone.ts';

const AGAIN = 3000;
const LOOK_AFTER = 1500;
type WithBadge = { setAppBadge?: (count?: number) => Promise<void>; clearAppBadge?: () => Promise<void> };

export function keepNotifications(session: Session): void {
  const { client } = session;
  const channel = openChannel();
  let badge = -1;
  const lastSaid = new Map<string, number>();
  let looking: ReturnType<typeof setTimeout> | undefined;

  $effect.root(() => {
    $effect(() => {
      const { chats, app } = session;
      const unread = chats.reduce((sum, one) => sum + one.unread, 0);
      if (app.phase !== 'ready') return;
      if (unread !== badge) void showBadge((badge = unread));
      lookSoon();
    });
    $effect(() => {
      const { language } = preferences;
      if (session.app.phase === 'ready') void speak(language);
    });
    $effect(() => {
      if (session.app.phase === 'ready' && session.app.connection === 'online' && session.app.owner) void refresh(client.tab).catch(() => {});
    });
  });
  offerInstall(session);

  channel.onmessage = ({ data }: MessageEvent<Notice>) => {
    if (data.what === 'arrived') void say(data.company);
  };
  navigator.serviceWorker?.addEventListener('message', ({ data }: MessageEvent<ToTab>) => {
    if (data.what === 'wake') client.tab.channel.postMessage({ what: 'wake' });
  });

  async function say(company: string): Promise<void> {
    if (!client.tab.isOpen || !session.app.owner || performance.now() - (lastSaid.get(company) ?? -Infinity) < AGAIN) return;
    const choices = await readChoices(client.tab.store);
    const stored = await client.tab.store.get('companies', company);
    if (!stored || stored.blocked || isMuted(stored, Date.now()) || isQuiet(choices.quiet, new Date())) return;
    lastSaid.set(company, performance.now());
    if (choices.sound && document.visibilityState === 'visible') playTone();
    // Which window has the focus, the service worker knows.
    if (choices.on && Notification.permission === 'granted') (await registration())?.active?.postMessage({ what: 'arrived', company } satisfies FromTab);
  }

  /** What costs a look at the disk or at the browser waits until the chats are quiet for a moment. */
  function lookSoon(): void {
    clearTimeout(looking);
    looking = setTimeout(() => void look().catch(() => {}), LOOK_AFTER);
  }

  async function look(): Promise<void> {
    const { chats, app, arriving } = session;
    if (!client.tab.isOpen) return;
    session.offersNotifications = mayAsk((await client.tab.store.getAll('companies')).some((one) => one.wroteAt !== undefined));
    // What woke this browser may still be on its way here: it is not read yet.
    if (app.connection === 'online' && !arriving) await closeRead(new Set(chats.filter((one) => !one.unread).map((one) => one.company.account)));
    // Whoever muted a company somewhere: the relay is told.
    if (!app.owner || !(await isToldOld(client.tab.store, client.tab.now()))) return;
    await client.tab.store.add('commands', { kind: 'push' });
    client.tab.channel.postMessage({ what: 'command' });
  }

  async function speak(language: 'en' | 'de'): Promise<void> {
    const choices = await readChoices(client.tab.store);
    if (choices.on && choices.language !== language) await choose(client.tab, { language });
  }
}

async function showBadge(unread: number): Promise<void> {
  const device = navigator as WithBadge;
  await (unread ? device.setAppBadge?.(unread) : device.clearAppBadge?.())?.catch(() => {});
}

/** What was read somewhere is not announced any longer. */
async function closeRead(read: Set<string>): Promise<void> {
  for (const one of (await (await registration())?.getNotifications?.()) ?? []) if (read.has(one.tag.replace(/^chat:/, ''))) one.close();
}


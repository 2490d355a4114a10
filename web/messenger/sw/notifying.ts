// Says that a company wrote, never what: woken by the relay, or told by a tab. It reads two stores and writes one address; no ratchet moves here.
import { openChannel, type Notice } from '../client/broadcast.ts';
import { isMuted } from '../client/chats/keeping.ts';
import { ADDRESS, CHOICES, PUSH_KEY, type Address, type Choices } from '../client/push/choices.ts';
import { addressOf } from '../client/push/subscribing.ts';
import { openExisting } from './existing_store.ts';

/** A tab says: this company wrote. The worker says: look for what is new; or: open this. */
export type FromTab = { what: 'arrived'; company: string } | { what: 'test' };
export type ToTab = { what: 'wake' } | { what: 'open'; path: string };

type WithBadge = { setAppBadge?: (count?: number) => Promise<void> };

const WORDS = {
  en: { message: 'New message', somebody: 'New message in Handschlag', test: 'This is what a notification looks like.' },
  de: { message: 'Neue Nachricht', somebody: 'Neue Nachricht in Handschlag', test: 'So sieht eine Benachrichtigung aus.' },
};
const APP = 'Handschlag';
const ICON = './icon-192.png';
const BADGE = './badge-96.png';
const TEST = '';

export const tagOf = (company: string): string => `chat:${company}`;

export function listenForMessages(worker: ServiceWorkerGlobalScope): void {
  const { registration, clients } = worker;

  worker.addEventListener('push', (event) => event.waitUntil((async () => {
    const company = companyOf(event.data);
    // A tab whose connection died without a word looks anew.
    for (const tab of await clients.matchAll({ type: 'window' })) tab.postMessage({ what: 'wake' } satisfies ToTab);
    await show(company, true);
  })()));

  worker.addEventListener('message', (event) => {
    const said = event.data as FromTab | string;
    if (typeof said !== 'object') return;
    if (said.what === 'arrived') event.waitUntil(show(said.company, false));
    else if (said.what === 'test') event.waitUntil(show(TEST, false));
  });

  worker.addEventListener('notificationclick', (event) => {
    event.notification.close();
    const { path = '#/' } = (event.notification.data ?? {}) as { path?: string };
    event.waitUntil((async () => {
      const tabs = await clients.matchAll({ type: 'window' });
      const tab = tabs.find((one) => one.url.endsWith(path)) ?? tabs.find((one) => one.visibilityState === 'visible') ?? tabs[0];
      if (!tab) return void (await clients.openWindow(registration.scope + path));
      tab.postMessage({ what: 'open', path } satisfies ToTab);
      await tab.focus().catch(() => undefined);
    })());
  });

  worker.addEventListener('pushsubscriptionchange', (event) => {
    const { oldSubscription, newSubscription } = event as Event & { oldSubscription?: PushSubscription; newSubscription?: PushSubscription };
    (event as ExtendableEvent).waitUntil(keepAddress(oldSubscription ?? null, newSubscription ?? null));
  });

  /** The browser chose another address, or took the old one away: the relay is told it by a tab, which alone can prove who we are. */
  async function keepAddress(before: PushSubscription | null, after: PushSubscription | null): Promise<void> {
    const database = await openExisting();
    if (!database) return;
    try {
      // Not every browser says which one it was.
      const applicationServerKey = before?.options?.applicationServerKey ?? ((await database.get('facts', PUSH_KEY)) as BufferSource | undefined);
      const made = after ?? (applicationServerKey ? await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey }).catch(() => null) : null);
      const transaction = database.transaction(['facts', 'commands'], 'readwrite');
      await transaction.objectStore('facts').put((made && addressOf(made)) satisfies Address | null, ADDRESS);
      await transaction.objectStore('commands').add({ kind: 'push' });
      await transaction.done;
    } finally {
      database.close();
    }
    openChannel().postMessage({ what: 'command' } satisfies Notice);
  }

  async function show(company: string, woken: boolean): Promise<void> {
    const isTest = company === TEST;
    if (!isTest && (await clients.matchAll({ type: 'window' })).some((tab) => tab.focused)) return;
    const known = await look(company);
    if (known.muted) return;
    const words = WORDS[known.language];
    const named = known.show === 'sender' && known.name !== '';
    // Without a name the bare fact stands in the title; one chat, one notification.
    await registration.showNotification(isTest ? APP : named ? known.name : APP, {
      body: isTest ? words.test : named ? words.message : words.somebody,
      tag: isTest ? 'test' : tagOf(company), icon: ICON, badge: BADGE, lang: known.language, dir: 'auto',
      data: { path: known.handle ? `#/chat/${known.handle}` : '#/' },
      ...({ renotify: true } as object),
    });
    if (isTest || !woken) return;
    // What this device has not fetched yet counts once for each chat.
    const shown = new Set((await registration.getNotifications()).map((one) => one.tag).filter((tag) => tag.startsWith('chat:')));
    const unfetched = [...shown].filter((tag) => !known.unread.has(tag.slice('chat:'.length))).length;
    await (navigator as WithBadge).setAppBadge?.([...known.unread.values()].reduce((sum, one) => sum + one, unfetched)).catch(() => {});
  }
}

function companyOf(data: PushMessageData | null): string {
  try {
    const { company } = data?.json() as { company?: unknown };
    return typeof company === 'string' ? company : 'unknown';
  } catch {
    // Something was pushed: the browser wants a notification for it.
    return 'unknown';
  }
}

interface Known extends Pick<Choices, 'show' | 'language'> {
  name: string;
  handle: string;
  muted: boolean;
  /** How many messages of which company are unread here. */
  unread: Map<string, number>;
}

async function look(company: string): Promise<Known> {
  const known: Known = { name: '', handle: '', show: 'sender', language: 'en', muted: false, unread: new Map() };
  const database = await openExisting();
  if (!database) return known;
  try {
    const choices = (await database.get('facts', CHOICES)) as Partial<Choices> | undefined;
    const stored = await database.get('companies', company);
    for (const one of await database.getAllKeys('companies')) {
      const count = await database.countFromIndex('messages', 'unread', IDBKeyRange.only([one, 1]));
      if (count) known.unread.set(one, count);
    }
    return {
      ...known, show: choices?.show ?? 'sender', language: choices?.language === 'de' ? 'de' : 'en',
      ...(stored ? { name: stored.company.name, handle: stored.company.handle, muted: isMuted(stored, Date.now()) } : {}),
    };
  } catch {
    return known;
  } finally {
    database.close();
  }
}

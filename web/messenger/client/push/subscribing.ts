// Asks the browser for what notifications need, and says in one word how it stands.
import { fromBase64 } from '../../../shared/wire/canonical.ts';
import { fact } from '../store.ts';
import type { Tab } from '../tab.ts';
import { ADDRESS, choose, PUSH_KEY, readChoices, type Address, type Choices } from './choices.ts';

/** `waking`: also while the app is closed. `open`: only while it is open, because this browser has no push service for us. */
export type Standing = 'unsupported' | 'install' | 'denied' | 'off' | 'open' | 'waking';

const APPLE = /iPhone|iPad|iPod/;
/** An iPad says that it is a Mac, and is touched. */
export const isApplePhone = (): boolean => APPLE.test(navigator.userAgent) || (navigator.userAgent.includes('Macintosh') && navigator.maxTouchPoints > 1);
export const isInstalled = (): boolean => matchMedia('(display-mode: standalone)').matches || (navigator as { standalone?: boolean }).standalone === true;

export async function registration(): Promise<ServiceWorkerRegistration | null> {
  return (await navigator.serviceWorker?.getRegistration().catch(() => undefined)) ?? null;
}

export async function standing(tab: Tab): Promise<{ standing: Standing; choices: Choices }> {
  const choices = await readChoices(tab.store);
  if (!('Notification' in globalThis) || !navigator.serviceWorker) return { standing: isApplePhone() && !isInstalled() ? 'install' : 'unsupported', choices };
  if (!(await registration())) return { standing: 'unsupported', choices };
  if (Notification.permission === 'denied') return { standing: 'denied', choices };
  if (!choices.on || Notification.permission !== 'granted') return { standing: 'off', choices };
  return { standing: (await fact<Address | null>(tab.store, ADDRESS)) ? 'waking' : 'open', choices };
}

/** Asks the person, then the browser's push service, then tells the relay; to be called from a tap. */
export async function turnOn(tab: Tab): Promise<Standing> {
  if ('Notification' in globalThis && (await Notification.requestPermission()) === 'granted') await choose(tab, { on: true }, await subscribe(tab));
  return (await standing(tab)).standing;
}

export async function turnOff(tab: Tab): Promise<Standing> {
  await choose(tab, { on: false }, null);
  const subscription = await (await registration())?.pushManager?.getSubscription();
  await subscription?.unsubscribe();
  return (await standing(tab)).standing;
}

/** At each start: the browser may have changed its address, or taken the permission away, without a word. */
export async function refresh(tab: Tab): Promise<void> {
  const { on } = await readChoices(tab.store);
  if (!on || Notification.permission !== 'granted') return;
  const known = await fact<Address | null>(tab.store, ADDRESS);
  const address = await subscribe(tab);
  // Without a network the push service cannot be asked: what is known stays.
  if (address && JSON.stringify(address) !== JSON.stringify(known)) await choose(tab, {}, address);
}

/** Where this browser can be woken; null where there is no push service, or none that we may use. */
async function subscribe(tab: Tab): Promise<Address | null> {
  const manager = (await registration())?.pushManager;
  if (!manager) return null;
  try {
    const { push_key } = await tab.relay.info();
    if (!push_key) return null;
    const applicationServerKey = fromBase64(push_key.replaceAll('-', '+').replaceAll('_', '/'));
    await tab.store.put('facts', applicationServerKey, PUSH_KEY);
    const before = await manager.getSubscription();
    // A relay that was set up anew has another key, and an address made for the old one is dead.
    if (before && !same(before.options?.applicationServerKey, applicationServerKey)) await before.unsubscribe();
    return addressOf(await manager.subscribe({ userVisibleOnly: true, applicationServerKey }));
  } catch {
    return null;
  }
}

export function addressOf(subscription: PushSubscription): Address | null {
  const { endpoint, keys } = subscription.toJSON();
  return endpoint && keys?.p256dh && keys.auth ? { endpoint, p256dh: keys.p256dh, auth: keys.auth } : null;
}

const same = (a: ArrayBuffer | null | undefined, b: Uint8Array): boolean => !a || new Uint8Array(a).join() === b.join();

// Keeps the app's own files, so that it opens without a network, and says that there is something new. It opens no message and holds no key.
import { listenForMessages } from './sw/notifying.ts';

declare const __FILES__: string[];
/** What is kept from its first use on. */
declare const __LATER__: string[];
declare const __BUILD__: string;

const worker = self as unknown as ServiceWorkerGlobalScope;
const CACHE = `handschlag-${__BUILD__}`;
const SHELL = 'index.html';
const CONFIG = 'config.json';
const CONFIG_SECONDS = 3;
const files = new Set(__FILES__);
const later = new Set(__LATER__);

listenForMessages(worker);

const pathOf = (url: URL): string => url.href.slice(worker.registration.scope.length).split(/[?#]/)[0]!;

worker.addEventListener('install', (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    // What carries a hash in its name may come from the browser's own cache.
    const requests = __FILES__.map((file) => new Request(file, { cache: file.startsWith('a/') ? 'default' : 'reload' }));
    await cache.addAll([...requests, new Request(CONFIG, { cache: 'reload' })]);
    await keepUsed(cache);
  })());
});

worker.addEventListener('activate', (event) => {
  event.waitUntil((async () => {
    // The build before stays: a tab that still runs it may yet need its worker.
    const ours = (await caches.keys()).filter((name) => name.startsWith('handschlag-') && name !== CACHE);
    await Promise.all(ours.slice(0, -1).map((name) => caches.delete(name)));
    await worker.clients.claim();
  })());
});

// A new build waits until somebody asks for it: nothing is reloaded under a person's fingers.
worker.addEventListener('message', (event) => {
  if (event.data === 'take_over') void worker.skipWaiting();
});

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || !url.href.startsWith(worker.registration.scope)) return;
  const path = pathOf(url);
  if (path === CONFIG) event.respondWith(freshConfig(request));
  else if (path === '' || request.mode === 'navigate') event.respondWith(kept(SHELL, request));
  else if (files.has(path) || path.startsWith('a/')) event.respondWith(kept(path, request));
});

async function kept(path: string, request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  const known = (await cache.match(path)) ?? (await caches.match(request));
  if (known) return known;
  const answer = await fetch(request);
  // A part that is loaded when it is needed: from now on it is there without a network too.
  if (answer.ok && path.startsWith('a/')) await cache.put(path, answer.clone());
  return answer;
}

/** Parts that were used in the build before and did not change since are taken along. */
async function keepUsed(cache: Cache): Promise<void> {
  for (const name of (await caches.keys()).filter((one) => one.startsWith('handschlag-'))) {
    const before = await caches.open(name);
    for (const request of await before.keys()) {
      const path = pathOf(new URL(request.url));
      const answer = later.has(path) ? await before.match(request) : undefined;
      if (answer) await cache.put(path, answer);
    }
  }
}

async function freshConfig(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(CONFIG_SECONDS * 1000) });
    if (answer.ok) await cache.put(CONFIG, answer.clone());
    return answer;
  } catch {
    return (await cache.match(CONFIG)) ?? Response.error();
  }
}

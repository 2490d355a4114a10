// Joins the client and the screens.
import { mount } from 'svelte';
import { Client } from './client/client.ts';
import workerUrl from './client/worker.ts?worker&url';
import App from './ui/App.svelte';
import type { ToTab } from './sw/notifying.ts';
import { router } from './ui/model/router.svelte.ts';
import Unreachable from './ui/parts/Unreachable.svelte';
import { startServiceWorker } from './ui/model/service_worker.ts';
import { preferences } from './ui/preferences.svelte.ts';
import type { InstallPrompt } from './ui/notifications/installing.ts';
import { Session } from './ui/session.svelte.ts';
import './ui/styles/tokens.css';
import './ui/styles/base.css';

interface Config {
  relay_url: string;
  build: string;
  version: string;
}

const serviceWorkerUrl = './sw.js';
const scripts = new Set([workerUrl, serviceWorkerUrl].map((url) => new URL(url, location.href).href));
const policy = globalThis.trustedTypes?.createPolicy('app-worker', {
  createScriptURL(url: string): string {
    const { href } = new URL(url, location.href);
    if (!scripts.has(href)) throw new TypeError('no script of this app');
    return href;
  },
});
const scriptUrl = (url: string): string => (policy ? policy.createScriptURL(url) : url) as string;

async function start(target: HTMLElement): Promise<void> {
  preferences.apply();
  // Before anything is waited for: a notification may be tapped while the page is being loaded.
  navigator.serviceWorker?.addEventListener('message', ({ data }: MessageEvent<ToTab>) => {
    if (data.what === 'open') router.go(data.path);
  });
  let config: Config;
  try {
    const answer = await fetch('./config.json');
    if (!answer.ok) throw new Error(String(answer.status));
    config = (await answer.json()) as Config;
  } catch {
    mount(Unreachable, { target });
    return;
  }
  const client = new Client(config.relay_url, config.build, () => new Worker(scriptUrl(workerUrl), { type: 'module' }));
  const session = new Session(client, config);
  mount(App, { target, props: { session } });
  // The browser says it once, and early.
  addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault();
    session.installPrompt = event as InstallPrompt;
  });
  await client.start();
  if (import.meta.env.PROD) startServiceWorker(scriptUrl(serviceWorkerUrl), (update) => session.offerUpdate(update));
  import('./ui/notifications/keeper.svelte.ts').then(({ keepNotifications }) => keepNotifications(session), () => {});
}

void start(document.getElementById('app')!);

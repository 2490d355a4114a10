// Puts the client on the window, without any screen, so that a test can ask it what it shows and tell it what to do.
import type { AppState, ChatSummary, Thread } from '../../../web/messenger/client/api.ts';
import { InvitationError } from '../../../web/messenger/client/api.ts';
import { Client } from '../../../web/messenger/client/client.ts';
import * as changes from '../../../web/messenger/client/changes.ts';
import { keep } from '../../../web/messenger/client/chats/keeping.ts';
import { comeBackWith, makeWith } from '../../../web/messenger/client/recovery/finding.ts';
import workerUrl from './crypto.worker.ts?worker&url';

const factory = window as unknown as { trustedTypes: { createPolicy(name: string, rules: object): { createScriptURL(url: string): string } } };
const policy = factory.trustedTypes.createPolicy('app-worker', { createScriptURL: (url: string) => url });
const ahead = new URLSearchParams(location.search).get('ahead') ?? '';
const config = (await (await fetch('./config.json')).json()) as { relay_url: string; build: string };
const client = new Client(config.relay_url, config.build, () => new Worker(policy.createScriptURL(workerUrl), { type: 'module', name: ahead }));

const seen = { app: null as AppState | null, chats: [] as ChatSummary[], threads: {} as Record<string, Thread | null>, catchingUp: [] as number[], linking: null as unknown };
client.tab.listeners.add((notice) => {
  if (notice.what === 'linking') seen.linking = notice.state;
});
client.app.subscribe((value) => {
  seen.app = value;
  if (value.catchingUp && seen.catchingUp.at(-1) !== value.catchingUp) seen.catchingUp.push(value.catchingUp);
});
client.chats.subscribe((value) => (seen.chats = value));

/** Follows one chat from now on. */
function watch(company: string, limit = 1000): void {
  client.thread(company, limit).subscribe((value) => (seen.threads[company] = value));
}

/** Joins with the purposes asked for; returns what went wrong, null if nothing did. */
async function join(link: string, purposes: string[], name: string): Promise<string | null> {
  try {
    const invitation = await client.openInvitation(link, 'en');
    await client.join(invitation, { name, purposes: purposes as never, language: 'en' });
    watch(invitation.company.account);
    return null;
  } catch (error) {
    return error instanceof InvitationError ? error.problem : String(error);
  }
}

Object.assign(window, { client, seen, watch, join, changes, keep, comeBackWith, makeWith });
await client.start();
Object.assign(window, { started: true });

// Installing the app: by the browser's own dialog where it offers one, hinted at once after the third visit.
import { isInstalled } from '../../client/push/subscribing.ts';
import type { Session } from '../session.svelte.ts';
import { notificationTexts } from './texts.ts';
import { preferences } from '../preferences.svelte.ts';

const VISITS = 'visits';
const HINT_AT = 3;
const HINTED = 'hinted';

/** What Chromium hands out once the app can be installed. */
export interface InstallPrompt extends Event {
  prompt(): Promise<{ outcome: 'accepted' | 'dismissed' }>;
}

export async function install(session: Session): Promise<void> {
  const prompt = session.installPrompt;
  // It serves once.
  session.installPrompt = null;
  await prompt?.prompt();
}

export function offerInstall(session: Session): void {
  let visits: string | null = null;
  try {
    visits = localStorage.getItem(VISITS);
    if (visits === HINTED) return;
    if (!sessionStorage.getItem(VISITS)) localStorage.setItem(VISITS, (visits = String(Number(visits) + 1)));
    sessionStorage.setItem(VISITS, '1');
  } catch {
    return;
  }
  if (Number(visits) < HINT_AT || isInstalled()) return;
  const hint = (): void => {
    if (session.toast || session.app.phase !== 'ready' || !session.installPrompt) return;
    localStorage.setItem(VISITS, HINTED);
    const words = notificationTexts(preferences.language).install;
    session.toast = { text: words.hint, action: { label: words.now, run: () => void install(session) }, lasting: true };
  };
  setTimeout(hint, 4000);
}

// The address bar as state: where we are, how to go on, and how to go up without a detour through history.
import { parseRoute } from './routes.ts';

class Router {
  hash = $state(location.hash);
  route = $derived(parseRoute(this.hash));

  constructor() {
    addEventListener('hashchange', (event: HashChangeEvent) => {
      // Only an entry that is new has no state: it remembers where it was reached from.
      if (history.state === null) history.replaceState({ from: new URL(event.oldURL).hash || '#/' }, '');
      this.hash = location.hash;
    });
  }

  go(path: string): void {
    location.hash = path;
  }

  /** Puts another screen in this one's place: back does not return to it. */
  replace(path: string): void {
    history.replaceState(history.state ?? { from: null }, '', path);
    this.hash = location.hash;
  }

  /** To the screen above: back in history if that is where we came from. */
  up(path: string): void {
    const from = (history.state as { from?: string | null } | null)?.from;
    if (from === path) history.back();
    else this.replace(path);
  }
}

export const router = new Router();

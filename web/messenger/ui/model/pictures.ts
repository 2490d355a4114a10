// Lends companies' pictures to the screens as blob: addresses, one for each picture, taken back when nobody shows it any more.
import type { MessengerClient } from '../../client/api.ts';

type Show = (url: string | null) => void;
interface Lent {
  url: string | null;
  asked: boolean;
  account: string;
  shows: Set<Show>;
}

/** From one screen to the next the same address stays, so that nothing flickers. */
const KEEP_AFTER = 5000;

export class Pictures {
  readonly #lent = new Map<string, Lent>();

  constructor(private readonly client: Pick<MessengerClient, 'picture'>) {}

  /** The address of a picture that somebody shows already. */
  ready(hash: string): string | null {
    return this.#lent.get(hash)?.url ?? null;
  }

  /** Calls `show` when the picture is there; the way back says that it is not shown any more. */
  use(account: string, picture: string, show: Show): () => void {
    if (!picture) return () => {};
    let lent = this.#lent.get(picture);
    if (!lent) this.#lent.set(picture, (lent = { url: null, asked: false, account, shows: new Set() }));
    lent.shows.add(show);
    if (lent.url) show(lent.url);
    else void this.#ask(picture, lent);
    return () => {
      lent.shows.delete(show);
      setTimeout(() => this.#takeBack(picture, lent), KEEP_AFTER);
    };
  }

  /** The network is back. */
  askAgain(): void {
    for (const [picture, lent] of this.#lent) if (lent.shows.size) void this.#ask(picture, lent);
  }

  async #ask(picture: string, lent: Lent): Promise<void> {
    if (lent.asked) return;
    lent.asked = true;
    const found = await this.client.picture({ account: lent.account, picture }).catch(() => null);
    // Without one: whoever shows it next asks again.
    lent.asked = found !== null;
    if (!found) return;
    lent.url = URL.createObjectURL(found);
    for (const show of lent.shows) show(lent.url);
  }

  #takeBack(picture: string, lent: Lent): void {
    if (lent.shows.size || this.#lent.get(picture) !== lent) return;
    this.#lent.delete(picture);
    if (lent.url) URL.revokeObjectURL(lent.url);
  }
}

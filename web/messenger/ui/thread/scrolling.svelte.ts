// Where a thread is scrolled to: at its end it follows, anywhere else it stays, whatever is added above or below.
const NEAR_END = 48;
const NEAR_TOP = 1200;
/** Room for the day that sticks to the top. */
const BELOW_DAY = 56;

export class Scrolling {
  atBottom = $state(false);
  #area: HTMLElement | null = null;
  #before: { anchor: HTMLElement | null; top: number; followed: boolean } | null = null;
  /** Where it stood when the end was last looked for. */
  #top = 0;
  #settled = false;
  #held = false;
  #last = '';
  /** Whether what stands at the end is not the newest: then nothing is followed. */
  #open = false;

  /** Attached to the scrolling element. */
  attach = (area: HTMLElement): (() => void) => {
    this.#area = area;
    // A keyboard that opens, a composer that grows, letters that become larger: the end stays in view.
    const observer = new ResizeObserver(() => {
      if (this.#settled && this.atBottom && !this.#held) this.toEnd();
    });
    observer.observe(area);
    if (area.firstElementChild) observer.observe(area.firstElementChild);
    return () => {
      observer.disconnect();
      this.#area = null;
    };
  };

  /** Somebody scrolled, or it was scrolled. */
  scrolled(): { nearTop: boolean; nearEnd: boolean } {
    const area = this.#area;
    if (!area || !this.#settled) return { nearTop: false, nearEnd: false };
    [this.atBottom, this.#top] = [this.#follows(area), area.scrollTop];
    return { nearTop: area.scrollTop < NEAR_TOP, nearEnd: below(area) < NEAR_TOP };
  }

  #measure(area: HTMLElement): void {
    [this.atBottom, this.#top] = [!this.#open && below(area) < NEAR_END, area.scrollTop];
  }

  /** What grows at the end is no scrolling away from it: only who goes up leaves it. */
  #follows(area: HTMLElement): boolean {
    return !this.#open && (below(area) < NEAR_END || (this.atBottom && area.scrollTop >= this.#top));
  }

  /** Before the page changes. */
  remember(): void {
    const area = this.#area;
    if (!area || !this.#settled) return;
    const followed = this.#follows(area);
    const edge = area.getBoundingClientRect().top;
    const messages = [...area.querySelectorAll<HTMLElement>('[data-message]')];
    const anchor = messages.find((one) => one.getBoundingClientRect().bottom > edge) ?? null;
    this.#before = { anchor, top: anchor?.getBoundingClientRect().top ?? 0, followed };
  }

  /** After it: at the first unread when just opened, at the end for one's own message, else where it was. */
  settle(last: string, { own, away, open }: { own: boolean; away: boolean; open: boolean }): void {
    const area = this.#area;
    if (!area) return;
    const added = last !== this.#last && !this.#open && !open;
    this.#open = open;
    this.#held = away;
    this.#last = last;
    if (!this.#settled) {
      this.#settled = true;
      area.scrollTop = area.scrollHeight;
      const bar = area.querySelector('#unread');
      if (bar) bringIntoView(area, bar, BELOW_DAY);
    } else if (this.#before?.followed || (added && own)) {
      area.scrollTop = area.scrollHeight;
      if (away) this.#keepUnreadInView(area);
    } else if (this.#before?.anchor?.isConnected) {
      // Messages came in, or went, above: what was read stays under the eyes.
      area.scrollTop += this.#before.anchor.getBoundingClientRect().top - this.#before.top;
    }
    this.#measure(area);
  }

  /** Nobody has seen what is below the bar: it is not scrolled past. */
  #keepUnreadInView(area: HTMLElement): void {
    const bar = area.querySelector('#unread');
    if (bar && bar.getBoundingClientRect().top < area.getBoundingClientRect().top + BELOW_DAY) bringIntoView(area, bar, BELOW_DAY);
  }

  toEnd(): void {
    if (!this.#area) return;
    this.#area.scrollTo({ top: this.#area.scrollHeight });
    this.#measure(this.#area);
  }

  find(id: string): HTMLElement | null {
    return this.#area?.querySelector<HTMLElement>(`[data-message="${CSS.escape(id)}"]`) ?? null;
  }

  show(element: HTMLElement): void {
    if (!this.#area) return;
    bringIntoView(this.#area, element, this.#area.clientHeight / 3);
    element.focus({ preventScroll: true });
    this.#measure(this.#area);
  }
}

/** Pixels below what is seen. */
const below = (area: HTMLElement): number => area.scrollHeight - area.scrollTop - area.clientHeight;

/** Scrolls the area alone: `scrollIntoView` would move the whole page on a phone. */
function bringIntoView(area: HTMLElement, element: Element, offset: number): void {
  area.scrollTop += element.getBoundingClientRect().top - area.getBoundingClientRect().top - offset;
}

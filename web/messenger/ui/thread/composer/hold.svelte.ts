// A finger on the microphone: held it records, let go it sends, slid away it cancels, slid up or only tapped it goes on by itself.
export type HoldState = 'held' | 'locked' | 'sent' | 'cancelled';

/** Shorter is a tap. */
const TAP = 400;
export const CANCEL_AFTER = 100;
export const LOCK_AFTER = 70;

export class Hold {
  state = $state<HoldState>('held');
  /** How far it slid towards the beginning of the line, and upwards. */
  away = $state(0);
  up = $state(0);
  readonly #since = performance.now();

  move(away: number, up: number): void {
    if (this.state !== 'held') return;
    this.away = Math.max(0, away);
    this.up = Math.max(0, up);
    if (this.away > CANCEL_AFTER) this.state = 'cancelled';
    else if (this.up > LOCK_AFTER) this.state = 'locked';
  }

  /** A tap, or a finger that the system took away: nothing is lost, one goes on by buttons. */
  end(meant: boolean): void {
    if (this.state !== 'held') return;
    this.state = meant && performance.now() - this.#since > TAP ? 'sent' : 'locked';
  }
}

/** Makes a button one that is held; a click by keyboard starts it locked. */
export function holdable(begin: (hold: Hold) => void): (button: HTMLElement) => () => void {
  return (button) => {
    const ends = new AbortController();
    const on = <Name extends keyof HTMLElementEventMap>(name: Name, run: (event: HTMLElementEventMap[Name]) => void) => button.addEventListener(name, run, { signal: ends.signal });
    let hold: Hold | null = null;
    let from = { x: 0, y: 0 };
    on('pointerdown', (event) => {
      if (event.button !== 0) return;
      button.setPointerCapture(event.pointerId);
      from = { x: event.clientX, y: event.clientY };
      hold = new Hold();
      begin(hold);
    });
    on('pointermove', (event) => {
      const toStart = getComputedStyle(button).direction === 'rtl' ? event.clientX - from.x : from.x - event.clientX;
      hold?.move(toStart, from.y - event.clientY);
    });
    on('pointerup', () => hold?.end(true));
    on('pointercancel', () => hold?.end(false));
    on('contextmenu', (event) => event.preventDefault());
    on('click', (event) => {
      if (event.detail > 0) return;
      const tapped = new Hold();
      tapped.end(false);
      begin(tapped);
    });
    return () => ends.abort();
  };
}

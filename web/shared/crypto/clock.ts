// The worker's clock never goes back: the crypto library takes the session with the newest creation time, so a clock that was
// ahead once would keep a dead session alive (spec/encryption.md section 4).

const real = Date.now.bind(Date);

/** A reading is handed out only if one at most this much older was given to be kept. */
const KEPT_EVERY = 15_000;

/** Makes Date.now of this worker monotonic from what was `kept` last on (milliseconds); `keep` is given readings before anybody acts on them. */
export function makeClockMonotonic(kept: number, keep: (reading: number) => void): void {
  const started = performance.now();
  // Twice: a reading may be used just before it is on disk.
  const base = Math.max(real(), kept + 2 * KEPT_EVERY);
  let last = base;
  let given = -Infinity;
  Date.now = () => {
    const elapsed = base + (performance.now() - started);
    last = Math.max(last, Math.floor(elapsed), real());
    // Not by a timer: a clock that jumps ahead may be read and its tab killed before the next turn.
    if (last - given >= KEPT_EVERY) keep((given = last));
    return last;
  };
  Date.now();
}

/** What the machine's clock says, wrong or not. */
export const deviceTime = (): number => real();

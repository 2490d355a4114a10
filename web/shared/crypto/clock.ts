// The worker's clock never goes back: the crypto library takes the session with the newest creation time, so a clock that was
// ahead once would keep a dead session alive (spec/encryption.md section 4).

const real = Date.now.bind(Date);

/** Make Date.now of this worker monotonic from `lastSeen` on (milliseconds); returns the current reading, to be stored now and then. */
export function makeClockMonotonic(lastSeen: number): () => number {
  const started = performance.now();
  const base = Math.max(real(), lastSeen);
  let last = base;
  Date.now = () => {
    const elapsed = base + (performance.now() - started);
    last = Math.max(last, Math.floor(elapsed), real());
    return last;
  };
  return () => Date.now();
}

/** What the machine's clock says, wrong or not. */
export const deviceTime = (): number => real();

// A finger that pulls a message to the side, as far as it takes to mean it.
const FAR_ENOUGH = 56;
const FARTHEST = 76;
const BEGINS = 12;

/** Runs when a message is let go after it was pulled towards the end of its line; everybody else finds the same in its menu. */
export function swipe(run: () => void, isOff: () => boolean): (element: HTMLElement) => () => void {
  return (element) => {
    let start: { x: number; y: number } | null = null;
    let pulled = 0;
    const rest = (): void => {
      start = null;
      pulled = 0;
      element.style.removeProperty('--pulled');
      element.classList.remove('pulled', 'far');
    };
    const down = (event: PointerEvent): void => {
      // Whoever scrolls cards or selects letters does not mean the message.
      const own = (event.target as Element).closest('.snap, input, textarea');
      if (event.pointerType === 'touch' && event.isPrimary && !own && !isOff()) start = { x: event.clientX, y: event.clientY };
    };
    const move = (event: PointerEvent): void => {
      if (!start || !event.isPrimary) return;
      const [x, y] = [event.clientX - start.x, event.clientY - start.y];
      if (!pulled && Math.abs(y) > BEGINS) return rest();
      const towardsEnd = getComputedStyle(element).direction === 'rtl' ? -x : x;
      if (!pulled && towardsEnd < BEGINS) return;
      if (!pulled) element.setPointerCapture(event.pointerId);
      pulled = Math.max(1, Math.min(FARTHEST, towardsEnd - BEGINS));
      element.style.setProperty('--pulled', `${Math.sign(x) * pulled}px`);
      element.classList.add('pulled');
      element.classList.toggle('far', pulled >= FAR_ENOUGH);
    };
    const up = (): void => {
      const meant = pulled >= FAR_ENOUGH;
      rest();
      if (meant) run();
    };
    element.addEventListener('pointerdown', down);
    element.addEventListener('pointermove', move);
    element.addEventListener('pointerup', up);
    element.addEventListener('pointercancel', rest);
    return rest;
  };
}

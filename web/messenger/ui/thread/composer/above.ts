// Puts a popover right above the composer, wherever that is at the moment: where its line begins, or where it ends.
export function placeAbove(popover: HTMLElement, anchor: HTMLElement, end = false): void {
  const around = anchor.getBoundingClientRect();
  const right = (getComputedStyle(anchor).direction === 'rtl') !== end;
  const [fromLeft, fromRight] = [`${around.left + 8}px`, `${innerWidth - around.right + 8}px`];
  popover.style.inset = `auto ${right ? fromRight : 'auto'} ${innerHeight - around.top + 8}px ${right ? 'auto' : fromLeft}`;
  popover.style.maxInlineSize = `${around.width - 16}px`;
}

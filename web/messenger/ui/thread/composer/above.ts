// Puts a popover right above the composer, wherever that is at the moment.
export function placeAbove(popover: HTMLElement, anchor: HTMLElement): void {
  const around = anchor.getBoundingClientRect();
  popover.style.inset = `auto auto ${innerHeight - around.top + 8}px ${around.left + 8}px`;
  popover.style.maxInlineSize = `${around.width - 16}px`;
}

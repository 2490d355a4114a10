// The arrow keys in a log go from message to message; Enter or the menu key opens what can be done with it.
export function moveAmong(event: KeyboardEvent, openMenu: (id: string, target: HTMLElement) => void): void {
  const log = event.currentTarget as HTMLElement;
  const target = event.target as HTMLElement;
  const messages = [...log.querySelectorAll<HTMLElement>('[data-message]')];
  const index = messages.findIndex((one) => one === target);
  if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
    if (target !== log && index < 0) return;
    const next = index < 0 ? messages.at(-1) : messages[index + (event.key === 'ArrowUp' ? -1 : 1)];
    if (!next) return;
    event.preventDefault();
    next.focus();
  } else if (index >= 0 && (event.key === 'Enter' || event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey))) {
    event.preventDefault();
    openMenu(target.dataset.message!, target);
  }
}

// The arrow keys in a list of rows go from row to row, and from the search field into it.
export function moveAmongRows(event: KeyboardEvent): void {
  const list = event.currentTarget as HTMLElement;
  const rows = [...list.querySelectorAll<HTMLElement>('[data-row]')];
  const index = rows.indexOf(event.target as HTMLElement);
  if (index < 0) return;
  const next = { ArrowDown: rows[index + 1], ArrowUp: rows[index - 1], Home: rows[0], End: rows.at(-1) }[event.key];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

// A word behind a colon, such as `:smile`, while it is being written: where it stands, and what may become of it.
export interface ColonWord {
  start: number;
  word: string;
}

export interface Named {
  emoji: string;
  name: string;
  shortcodes: string[];
}

// Fewer letters would interrupt whoever writes `:)` or a time of day.
const LEAST = 2;
const MOST = 6;
const WORD = /(?:^|[\s([{])(:([\p{L}\d+_-]*))$/u;

/** The word behind a colon that ends at the cursor, null if there is none. */
export function colonWord(text: string, cursor: number): ColonWord | null {
  const found = WORD.exec(text.slice(0, cursor));
  if (!found || Array.from(found[2]!).length < LEAST) return null;
  return { start: cursor - found[1]!.length, word: found[2]!.toLocaleLowerCase() };
}

/** Those whose short name, or any word of its name, begins like that: exact first, then the shortest. */
export function matching<One extends Named>(all: One[], word: string): One[] {
  const ranked: { one: One; rank: number }[] = [];
  for (const one of all) {
    const codes = one.shortcodes.filter((code) => code.startsWith(word));
    if (codes.length) {
      ranked.push({ one, rank: Math.min(...codes.map((code) => code.length - word.length)) });
    } else if ([...one.shortcodes.flatMap((code) => code.split('_')), ...one.name.toLocaleLowerCase().split(/[\s:()-]+/)].some((each) => each.startsWith(word))) {
      ranked.push({ one, rank: 100 + one.name.length });
    }
  }
  return ranked.sort((a, b) => a.rank - b.rank).slice(0, MOST).map(({ one }) => one);
}

/** The text with the word replaced, and where the cursor is then. */
export function replaced(text: string, { start, word }: ColonWord, emoji: string): { text: string; cursor: number } {
  const end = start + 1 + word.length;
  const space = /^\s/.test(text.slice(end)) ? '' : ' ';
  const before = text.slice(0, start) + emoji + space;
  return { text: before + text.slice(end), cursor: before.length };
}

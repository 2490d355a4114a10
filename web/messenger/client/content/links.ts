// Which addresses of a text are links: the same rule as in Python (src/handschlag/content/links.py).

// Without spaces, quotes, angle brackets, and what turns the direction of writing around.
export const LINK = String.raw`[hH][tT][tT][pP][sS]?:\/\/[^\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200a\u200e\u200f\u2028-\u202f\u205f\u2066-\u2069\u3000\ufeff<>"]+`;
// A name before an @ pretends to be the host, and a browser takes a backslash for a slash.
const ADDRESS = /^[a-zA-Z]+:\/\/[^/?#@\\]+([/?#].*)?$/;
const WORD = /[\p{L}\p{N}]/u;
const MOST_CHARACTERS = 2000;

/** The first link of a text, as it is written there and without the punctuation around it; null if there is none. */
export function firstLink(text: string): string | null {
  const pattern = new RegExp(LINK, 'g');
  for (let found = pattern.exec(text); found; found = pattern.exec(text)) {
    if (isWord(text[found.index - 1])) {
      pattern.lastIndex = found.index + 1;
      continue;
    }
    const link = trimmed(found[0]);
    if (ADDRESS.test(link) && Array.from(link).length <= MOST_CHARACTERS) return link;
  }
  return null;
}

/** Without the punctuation of the sentence around it. */
export function trimmed(link: string): string {
  let text = link;
  for (;;) {
    const shorter = text.replace(/[.,:;!?'*_~]+$/, '');
    const unbalanced = shorter.endsWith(')') && shorter.split('(').length < shorter.split(')').length;
    const next = unbalanced ? shorter.slice(0, -1) : shorter;
    if (next === text) return text;
    text = next;
  }
}

export const isWord = (char: string | undefined): boolean => char !== undefined && WORD.test(char);

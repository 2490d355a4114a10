// *bold*, _italic_, ~struck~, ```mono``` and links in a message, as a tree; the text itself is never HTML.
import { isWord, LINK, trimmed } from '../../client/content/links.ts';

export type Piece =
  | { kind: 'text'; text: string }
  | { kind: 'bold' | 'italic' | 'strike'; pieces: Piece[] }
  | { kind: 'mono'; text: string }
  | { kind: 'link'; href: string; text: string };

const MARKS = { '*': 'bold', _: 'italic', '~': 'strike' } as const;
const LINK_HERE = new RegExp(LINK, 'y');

export function parseRichText(text: string): Piece[] {
  const pieces: Piece[] = [];
  let rest = 0;
  for (const match of text.matchAll(/```([\s\S]+?)```/g)) {
    pieces.push(...inline(text.slice(rest, match.index)), { kind: 'mono', text: match[1]! });
    rest = match.index + match[0].length;
  }
  pieces.push(...inline(text.slice(rest)));
  return pieces;
}

function inline(text: string): Piece[] {
  const pieces: Piece[] = [];
  let plain = '';
  const flush = (): void => {
    if (plain) pieces.push({ kind: 'text', text: plain });
    plain = '';
  };
  let i = 0;
  while (i < text.length) {
    const link = linkAt(text, i);
    const end = link ? -1 : closingOf(text, i);
    if (link) {
      flush();
      pieces.push(link.piece);
      i = link.end;
    } else if (end > 0) {
      flush();
      pieces.push({ kind: MARKS[text[i] as keyof typeof MARKS], pieces: inline(text.slice(i + 1, end)) });
      i = end + 1;
    } else {
      plain += text[i++];
    }
  }
  flush();
  return pieces;
}

/** Where the mark that opens here closes: on the same line, both at the edge of words; -1 if none opens. */
function closingOf(text: string, start: number): number {
  const mark = text[start]!;
  if (!(mark in MARKS) || isWord(text[start - 1]) || isGap(text[start + 1]) || text[start + 1] === mark) return -1;
  for (let i = start + 1; i < text.length && text[i] !== '\n'; i++) {
    const link = linkAt(text, i);
    if (link) i = link.end - 1;
    else if (text[i] === mark && i > start + 1 && !isGap(text[i - 1]) && !isWord(text[i + 1])) return i;
  }
  return -1;
}

function linkAt(text: string, start: number): { piece: Piece; end: number } | null {
  if (text[start]?.toLowerCase() !== 'h' || isWord(text[start - 1])) return null;
  LINK_HERE.lastIndex = start;
  const found = LINK_HERE.exec(text)?.[0];
  if (!found) return null;
  const written = trimmed(found);
  const url = safeUrl(written);
  if (!url) return null;
  // A name in foreign letters is shown as the machine reads it: look-alikes do not pass.
  const host = /^https?:\/\/([^/?#]*)/i.exec(written)![1]!;
  const shown = /^[\x20-\x7e]*$/.test(host) ? written : url.href;
  return { piece: { kind: 'link', href: url.href, text: shown }, end: start + written.length };
}

/** An address that may be opened from here: http or https, and no name before an @ that pretends to be the host. */
export function safeUrl(text: string): URL | null {
  try {
    const url = new URL(text);
    return (url.protocol === 'https:' || url.protocol === 'http:') && !url.username && !url.password && url.hostname ? url : null;
  } catch {
    return null;
  }
}

const isGap = (char: string | undefined): boolean => char === undefined || /\s/.test(char);

const LONG = 900;
const LINES = 18;

/** The beginning of a long text, cut between words; null if it is short enough to be shown whole. */
export function shortened(text: string): string | null {
  const lines = text.split('\n');
  if (text.length <= LONG * 1.2 && lines.length <= LINES * 1.2) return null;
  const cut = lines.slice(0, LINES).join('\n').slice(0, LONG);
  return cut.replace(/\s+\S*$/, '') || cut;
}

// All emoji of a language: loaded once when one is looked for, found by any word, in the skin tone that somebody chose.
import type { Language } from '../../client/api.ts';

export interface Emoji {
  emoji: string;
  name: string;
  shortcodes: string[];
  tags: string[];
  group: number;
  toned: boolean;
}

export const GROUPS = [0, 1, 3, 4, 5, 6, 7, 8, 9] as const;
export type Group = (typeof GROUPS)[number];
export const TONES = ['', '🏻', '🏼', '🏽', '🏾', '🏿'] as const;
const RECENT = 27;
const loaded = new Map<Language, Promise<Emoji[]>>();

/** Rejects when they cannot be loaded; the next call tries again. */
export function loadEmoji(language: Language): Promise<Emoji[]> {
  let rows = loaded.get(language);
  if (!rows) {
    rows = (language === 'de' ? import('virtual:emoji-de') : import('virtual:emoji-en')).then(({ default: all }) =>
      all.filter(([, , , , group]) => group !== 2).map(([emoji, name, shortcodes, tags, group, toned]) => ({
        emoji, name, shortcodes: shortcodes.split(' ').filter(Boolean), tags: tags.split(' '), group, toned: toned === 1,
      })));
    rows.catch(() => loaded.delete(language));
    loaded.set(language, rows);
  }
  return rows;
}

/** The same hand in another colour. */
export const toned = (emoji: string, tone: string): string => (tone ? emoji.replace(/(\p{Emoji_Modifier_Base})\uFE0F?/gu, `$1${tone}`) : emoji);

/** Those whose words begin with every word asked for: names first, then what else they are called. */
export function searchEmoji(all: Emoji[], asked: string, most: number): Emoji[] {
  const words = asked.toLocaleLowerCase().split(/[\s_:]+/).filter(Boolean);
  if (!words.length) return [];
  const first: Emoji[] = [];
  const second: Emoji[] = [];
  for (const one of all) {
    const names = [...one.name.toLocaleLowerCase().split(/[\s:()-]+/), ...one.shortcodes.flatMap((code) => [code, ...code.split('_')])];
    if (words.every((word) => names.some((name) => name.startsWith(word)))) first.push(one);
    else if (words.every((word) => [...names, ...one.tags].some((name) => name.startsWith(word)))) second.push(one);
  }
  return [...first, ...second].slice(0, most);
}

/** What this device used last, newest first, as it was picked. */
export function recentEmoji(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem('emoji') ?? '[]');
    return Array.isArray(kept) ? kept.filter((one) => typeof one === 'string' && one.length <= 40).slice(0, RECENT) : [];
  } catch {
    return [];
  }
}

export function noteEmoji(emoji: string): void {
  keep('emoji', JSON.stringify([emoji, ...recentEmoji().filter((one) => one !== emoji)].slice(0, RECENT)));
}

export function chosenTone(): string {
  try {
    const kept = localStorage.getItem('emoji_tone') ?? '';
    return TONES.find((one) => one === kept) ?? '';
  } catch {
    return '';
  }
}

export const chooseTone = (tone: string): void => keep('emoji_tone', tone);

function keep(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Without storage they are offered in their usual order.
  }
}

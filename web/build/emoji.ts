// The emoji of each language, cut down to what picker and completion need, as modules that are loaded when somebody looks for one.
import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

type Row = [emoji: string, name: string, shortcodes: string, tags: string, group: number, toned: 0 | 1];
interface Source { emoji: string; annotation: string; shortcodes?: string[]; tags?: string[]; order: number; group: number; version: number; skins?: { emoji: string; tone: number | number[] }[] }

const NAME = /^virtual:emoji-(de|en)$/;
// Newer ones are empty boxes on many machines.
const NEWEST = 15;
/** Which names stand behind a colon, in every language: those that people know from elsewhere. */
const SHORTCODES = 'en/github';
const TONES = ['🏻', '🏼', '🏽', '🏾', '🏿'];

const read = (path: string): Source[] => JSON.parse(readFileSync(new URL(`../node_modules/emoji-picker-element-data/${path}/data.json`, import.meta.url), 'utf8'));

/** The same hand in another colour; as in ui/emoji/emoji.ts. */
export const toned = (emoji: string, tone: string): string => emoji.replace(/(\p{Emoji_Modifier_Base})\uFE0F?/gu, `$1${tone}`);

/** One row each: emoji, name, words behind a colon, words to search by, group, 1 if it comes in skin tones. */
export function emojiRows(language: string): Row[] {
  const shortcodes = new Map(read(SHORTCODES).map((one) => [one.order, one.shortcodes]));
  return read(`${language}/cldr`)
    .filter((one) => one.version <= NEWEST)
    .sort((a, b) => a.order - b.order)
    .map((one) => {
      const known = one.skins?.filter(({ tone }) => typeof tone === 'number') ?? [];
      const tones = known.length === 5 && known.every(({ emoji, tone }) => emoji === toned(one.emoji, TONES[Number(tone) - 1]!));
      return [one.emoji, one.annotation, (shortcodes.get(one.order) ?? []).join(' '), (one.tags ?? []).join(' '), one.group, tones ? 1 : 0];
    });
}

/** Makes `virtual:emoji-de` and `virtual:emoji-en`. */
export function emoji(): Plugin {
  return {
    name: 'emoji',
    resolveId: (id) => (NAME.test(id) ? `\0${id}` : null),
    load(id) {
      const [, language] = NAME.exec(id.slice(1)) ?? [];
      return language && id.startsWith('\0') ? `export default JSON.parse(${JSON.stringify(JSON.stringify(emojiRows(language)))});` : null;
    },
  };
}

// What counts as one emoji, and texts that are nothing but a few of them.
import { characters } from './characters.ts';

const EMOJI_CHARACTERS = 32;
const MOST_LARGE = 3;
// One symbol with what belongs to it: a flag, a keycap, or pictures joined into one.
const ONE_EMOJI = /^(\p{RI}\p{RI}|[#*\d]\uFE0F?\u20E3|\p{Extended_Pictographic}[\uFE0E\uFE0F\p{EMod}\u{E0020}-\u{E007F}]*(\u200D\p{Extended_Pictographic}[\uFE0E\uFE0F\p{EMod}]*)*)$/u;
const EMOJI_HINT = /^[\p{RI}\p{Extended_Pictographic}#*\d]/u;

export const isEmoji = (text: string): boolean => characters(text) <= EMOJI_CHARACTERS && ONE_EMOJI.test(text);

/** Whether a text is one to three emojis and nothing else: such a text is shown large. */
export function isFewEmojis(text: string): boolean {
  if (text.length > MOST_LARGE * EMOJI_CHARACTERS || !EMOJI_HINT.test(text)) return false;
  const letters = Array.from(new Intl.Segmenter().segment(text.replace(/\s/g, '')), ({ segment }) => segment);
  return letters.length > 0 && letters.length <= MOST_LARGE && letters.every(isEmoji);
}

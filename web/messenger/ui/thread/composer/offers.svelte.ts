// What may become of the word that is being written: a company's command behind a slash, an emoji behind a colon.
import type { CompanyCommand } from '../../../client/api.ts';
import { colonWord, matching, replaced } from '../../emoji/completion.ts';
import type { Emoji } from '../../emoji/emoji.ts';
import { preferences } from '../../preferences.svelte.ts';
import type { Suggestion } from './Suggestions.svelte';

interface Written {
  commands: CompanyCommand[];
  text: string;
  cursor: number;
  /** Whether words behind a colon are completed. */
  emoji: boolean;
}

export class Offers {
  #all = $state.raw<Emoji[]>([]);
  #asked = false;
  readonly #word = $derived.by(() => {
    const { text, cursor, emoji } = this.written();
    return emoji && !text.startsWith('/') ? colonWord(text, cursor) : null;
  });
  readonly commands = $derived(this.#word === null);
  readonly found = $derived.by((): Suggestion[] => {
    const { text, commands } = this.written();
    if (this.#word) return matching(this.#all, this.#word.word).map((one) => ({ key: one.emoji, sign: one.emoji, name: `:${one.shortcodes[0] ?? ''}`, hint: one.name }));
    if (!text.startsWith('/')) return [];
    const letters = text.slice(1).toLocaleLowerCase();
    return commands.filter((one) => one.name.toLocaleLowerCase().startsWith(letters)).map((one) => ({ key: one.name, name: `/${one.name}`, hint: one.description }));
  });

  constructor(private readonly written: () => Written) {
    $effect(() => {
      if (this.#word && !this.#asked) void this.#load();
    });
  }

  /** What stands in the field then, and where its cursor is. */
  choose(key: string): { text: string; cursor: number } {
    if (!this.#word) return { text: `/${key} `, cursor: key.length + 2 };
    void import('../../emoji/emoji.ts').then(({ noteEmoji }) => noteEmoji(key));
    return replaced(this.written().text, this.#word, key);
  }

  /** Without a network and unused so far, a colon stays a colon. */
  async #load(): Promise<void> {
    this.#asked = true;
    try {
      const { loadEmoji } = await import('../../emoji/emoji.ts');
      this.#all = await loadEmoji(preferences.language);
    } catch {
      this.#asked = false;
    }
  }
}

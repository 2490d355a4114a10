// The words around the emoji; their own names come with them.
import type { Language } from '../../client/api.ts';
import { plural } from '../i18n/plural.ts';
import type { Group } from './emoji.ts';

const words = (language: Language) => plural(language);

const en = {
  picker: 'Emoji',
  search: 'Search emoji',
  recent: 'Used last',
  groups: {
    0: 'Smileys', 1: 'People', 3: 'Animals and nature', 4: 'Food and drink', 5: 'Travel and places', 6: 'Activities', 7: 'Objects', 8: 'Symbols', 9: 'Flags',
  } satisfies Record<Group, string>,
  tone: 'Skin tone',
  tones: ['Yellow', 'Light', 'Medium light', 'Medium', 'Medium dark', 'Dark'],
  nothing: (asked: string) => `No emoji is called “${asked}”.`,
  found: (count: number) => words('en')(count, { one: '# emoji', other: '# emoji' }),
  loading: 'Loading emoji…',
  failed: 'The emoji could not be loaded.',
  again: 'Try again',
};

const de: typeof en = {
  picker: 'Emoji',
  search: 'Emoji suchen',
  recent: 'Zuletzt benutzt',
  groups: {
    0: 'Smileys', 1: 'Menschen', 3: 'Tiere und Natur', 4: 'Essen und Trinken', 5: 'Reisen und Orte', 6: 'Aktivitäten', 7: 'Gegenstände', 8: 'Symbole', 9: 'Flaggen',
  },
  tone: 'Hautton',
  tones: ['Gelb', 'Hell', 'Mittelhell', 'Mittel', 'Mitteldunkel', 'Dunkel'],
  nothing: (asked) => `Kein Emoji heißt „${asked}“.`,
  found: (count) => words('de')(count, { one: '# Emoji', other: '# Emoji' }),
  loading: 'Emoji werden geladen …',
  failed: 'Die Emoji konnten nicht geladen werden.',
  again: 'Noch einmal versuchen',
};

export const emojiTexts = (language: Language): typeof en => (language === 'de' ? de : en);

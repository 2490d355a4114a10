// The modules that build/emoji.ts makes: emoji, name, words behind a colon, words to search by, group, 1 if it comes in skin tones.
type EmojiRow = [emoji: string, name: string, shortcodes: string, tags: string, group: number, toned: 0 | 1];

declare module 'virtual:emoji-de' {
  const rows: EmojiRow[];
  export default rows;
}

declare module 'virtual:emoji-en' {
  const rows: EmojiRow[];
  export default rows;
}

// Which message a chosen file becomes, and what it is called in it.
import { FILE_LIMITS, plainType } from '../files/types.ts';

export type ChosenKind = 'image' | 'video' | 'audio' | 'document';

export const MOST_AT_ONCE = 10;
const NAME_CHARACTERS = 240;

/** What browsers call it, and what it is called in a message. */
const SAME: Record<string, string> = {
  'audio/x-m4a': 'audio/mp4', 'audio/m4a': 'audio/mp4', 'audio/mp3': 'audio/mpeg', 'audio/x-aac': 'audio/aac', 'application/ogg': 'audio/ogg', 'video/3gp': 'video/3gpp',
};
/** Pictures that would lose what they are if they were drawn once more. */
const AS_THEY_ARE = ['image/gif', 'image/svg+xml', 'image/tiff', 'image/x-icon', 'image/vnd.adobe.photoshop'];

/** The type in its plainest form; what says nothing, or something odd, is just bytes. */
export function typeOf(type: string): string {
  const plain = plainType(type);
  return FILE_LIMITS.document.types.test(plain) ? (SAME[plain] ?? plain) : 'application/octet-stream';
}

/** `image` stands for what is to be drawn anew: whether it can be is known only then. */
export function kindOf(type: string): ChosenKind {
  const plain = typeOf(type);
  if (plain.startsWith('image/') && !AS_THEY_ARE.includes(plain)) return 'image';
  return (['video', 'audio'] as const).find((kind) => FILE_LIMITS[kind].types.test(plain)) ?? 'document';
}

/** A file's name as a message may carry it: its last letters stay, they say what it is. */
export function nameOf(name: string): string {
  const plain = name.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '').replace(/[/\\]/g, '_').trim() || 'file';
  const letters = Array.from(plain);
  if (letters.length <= NAME_CHARACTERS) return plain;
  const ending = Array.from(/\.[^.]{1,12}$/.exec(plain)?.[0] ?? '');
  return [...letters.slice(0, NAME_CHARACTERS - ending.length), ...ending].join('');
}

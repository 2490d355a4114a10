// What kinds of files there are, what a message of each may hold, and under which type one is kept.
const MEGABYTE = 1024 * 1024;
export type FileKind = 'image' | 'audio' | 'video' | 'document' | 'sticker';

/** As in Python (src/handschlag/content/media.py). */
export const FILE_LIMITS: Record<FileKind, { most: number; types: RegExp }> = {
  image: { most: 5 * MEGABYTE, types: /^image\/(jpeg|png)$/ },
  audio: { most: 16 * MEGABYTE, types: /^audio\/(aac|amr|mpeg|mp4|ogg)$/ },
  video: { most: 16 * MEGABYTE, types: /^video\/(mp4|3gpp)$/ },
  document: { most: 100 * MEGABYTE, types: /^[a-z0-9.+-]+\/[a-z0-9.+-]+$/ },
  sticker: { most: 500 * 1024, types: /^image\/webp$/ },
};

// What a browser may play or draw by itself; anything else, a page or a drawing with scripts above all, is bytes to be saved.
const PLAIN = /^(image\/(jpeg|png|webp)|audio\/(aac|mpeg|mp4|ogg)|video\/(mp4|3gpp))$/;

/** The type a file has on this device, whatever its sender calls it. */
export const storedType = (mime: string): string => (PLAIN.test(mime) ? mime : 'application/octet-stream');

/** Under which kind a file travels: as a picture, film or sound where it fits, else as a document. */
export function kindOfFile({ type, size }: Pick<Blob, 'type' | 'size'>): FileKind {
  const mime = plainType(type);
  const fitting = (['image', 'video', 'audio'] as const).find((kind) => FILE_LIMITS[kind].types.test(mime) && size <= FILE_LIMITS[kind].most);
  return fitting ?? 'document';
}

export const plainType = (type: string): string => type.split(';')[0]!.trim().toLowerCase();

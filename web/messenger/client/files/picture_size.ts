// How many pixels a picture has by its own word, before the browser's decoder may see it.
import { pictureSize } from '../companies/picture_type.ts';

// What phones make today; decoded it takes four times as many bytes.
const MOST_PIXELS = 64_000_000;
// A camera puts its notes before the size.
const BEGINNING = 1024 * 1024;

/** Whether a picture is one of the kinds shown here, and not larger than a device can bear. */
export async function isBearablePicture(file: Blob): Promise<boolean> {
  const bytes = new Uint8Array(await file.slice(0, BEGINNING).arrayBuffer());
  const size = pictureSize(bytes) ?? webpSize(bytes);
  return size !== null && size.width > 0 && size.height > 0 && size.width * size.height <= MOST_PIXELS;
}

/** The three ways in which a WebP says its size. */
export function webpSize(bytes: Uint8Array): { width: number; height: number } | null {
  const text = (from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to));
  if (bytes.length < 30 || text(0, 4) !== 'RIFF' || text(8, 12) !== 'WEBP') return null;
  const at = (index: number): number => bytes[index]!;
  switch (text(12, 16)) {
    case 'VP8X':
      return { width: 1 + at(24) + (at(25) << 8) + (at(26) << 16), height: 1 + at(27) + (at(28) << 8) + (at(29) << 16) };
    case 'VP8L':
      return { width: 1 + at(21) + ((at(22) & 0x3f) << 8), height: 1 + (at(22) >> 6) + (at(23) << 2) + ((at(24) & 0x0f) << 10) };
    case 'VP8 ':
      return { width: (at(26) | (at(27) << 8)) & 0x3fff, height: (at(28) | (at(29) << 8)) & 0x3fff };
    default:
      return null;
  }
}

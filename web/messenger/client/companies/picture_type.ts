// Which pictures are handed to the browser's decoder: PNG and JPEG of a bearable size, told by their first bytes.

// Half a megabyte can be said to be a picture of gigabytes.
const MOST_PIXELS = 4096;
const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

export interface PictureSize { type: 'image/png' | 'image/jpeg'; width: number; height: number }

/** The MIME type, or null for what is not shown. */
export function pictureType(bytes: Uint8Array, most = MOST_PIXELS): PictureSize['type'] | null {
  const size = pictureSize(bytes);
  return size && [size.width, size.height].every((side) => side > 0 && side <= most) ? size.type : null;
}

/** What a picture says of itself, null for what is none. */
export function pictureSize(bytes: Uint8Array): PictureSize | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    if (PNG.every((byte, index) => bytes[index] === byte)) return { type: 'image/png', width: view.getUint32(16), height: view.getUint32(20) };
    if (view.getUint16(0) === 0xffd8) {
      const [width, height] = jpegSize(view);
      return { type: 'image/jpeg', width, height };
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return null;
}

/** Goes from marker to marker to the one that tells the size; a RangeError at the end of the file. */
function jpegSize(view: DataView): [number, number] {
  for (let at = 2; ;) {
    const marker = view.getUint16(at);
    if (marker === 0xffff) {
      at += 1;
      continue;
    }
    if (marker < 0xff00) throw new RangeError('no marker');
    const isSize = marker >= 0xffc0 && marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker);
    if (isSize) return [view.getUint16(at + 7), view.getUint16(at + 5)];
    at += 2 + view.getUint16(at + 2);
  }
}

// Which pictures are handed to the browser's decoder: PNG and JPEG of a bearable size, told by their first bytes.

// Half a megabyte can be said to be a picture of gigabytes.
const MOST_PIXELS = 4096;
const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** The MIME type, or null for what is not shown. */
export function pictureType(bytes: Uint8Array): string | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    if (PNG.every((byte, index) => bytes[index] === byte)) return bearable(view.getUint32(16), view.getUint32(20)) ? 'image/png' : null;
    if (view.getUint16(0) === 0xffd8) return bearable(...jpegSize(view)) ? 'image/jpeg' : null;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return null;
}

const bearable = (width: number, height: number): boolean => [width, height].every((side) => side > 0 && side <= MOST_PIXELS);

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

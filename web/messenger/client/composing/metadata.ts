// Takes out of a picture what says where, when, with what and by whom it was made; its pixels and colours stay byte for byte.
//
// Kept is what a reader needs to draw it, by name; all else goes, also what was hung on behind its end. A photo that lies on its side
// keeps that one number, in a block made anew.

/** It begins like a picture of this kind, and then is none. */
export class BrokenPicture extends Error {}

type Bytes = Uint8Array<ArrayBuffer>;

/** The picture without them; null if it is no JPEG, PNG or WebP. Throws BrokenPicture. */
export function withoutMetadata(bytes: Bytes): Bytes | null {
  const begins = (at: number, ...values: number[]) => values.every((value, index) => bytes[at + index] === value);
  if (begins(0, 0xff, 0xd8, 0xff)) return jpeg(bytes);
  if (begins(0, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return png(bytes);
  if (name(bytes, 0) === 'RIFF' && name(bytes, 8) === 'WEBP') return webp(bytes);
  return null;
}

const name = (bytes: Bytes, at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));

function joined(parts: Bytes[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, one) => sum + one.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

// JPEG: segments of marker and length, then scans of coded pixels.

const [SOI, EOI, SOS, APP0, APP1, APP2, APP14, APP15, COM] = [0xd8, 0xd9, 0xda, 0xe0, 0xe1, 0xe2, 0xee, 0xef, 0xfe];
const ALONE = (marker: number): boolean => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);

function jpeg(bytes: Bytes): Bytes {
  const kept: Bytes[] = [bytes.subarray(0, 2)];
  let turned = 1;
  for (let at = 2; ;) {
    while (bytes[at] === 0xff && bytes[at + 1] === 0xff) at++;
    const marker = bytes[at + 1];
    if (bytes[at] !== 0xff || marker === undefined || marker === SOI) throw new BrokenPicture(`JPEG: no marker at byte ${at}`);
    if (marker === EOI) {
      kept.push(bytes.subarray(at, at + 2));
      break;
    }
    const length = ALONE(marker) ? 0 : (bytes[at + 2]! << 8) | bytes[at + 3]!;
    let end = at + 2 + length;
    if ((!ALONE(marker) && !(length >= 2)) || end > bytes.length) throw new BrokenPicture(`JPEG: a segment of ${length} bytes at byte ${at}`);
    if (marker === SOS) end = endOfScan(bytes, end);
    const segment = bytes.subarray(at, end);
    if (marker === APP1) turned = orientation(segment) ?? turned;
    if (isDrawn(marker, segment)) kept.push(segment);
    at = end;
  }
  // Where a block with this number is looked for: after the first, which says that it is JFIF.
  if (turned !== 1) kept.splice(kept[1]?.[1] === APP0 ? 2 : 1, 0, onlyOrientation(turned));
  return joined(kept);
}

/** Of the application's own segments: how the numbers are colours. */
function isDrawn(marker: number, segment: Bytes): boolean {
  if (marker === COM) return false;
  if (marker < APP0 || marker > APP15) return true;
  const text = String.fromCharCode(...segment.subarray(4, 16));
  return (marker === APP0 && text.startsWith('JFIF\0')) || (marker === APP2 && text.startsWith('ICC_PROFILE\0')) || (marker === APP14 && text.startsWith('Adobe'));
}

function endOfScan(bytes: Bytes, from: number): number {
  for (let at = from; at + 1 < bytes.length; at++) {
    if (bytes[at] !== 0xff) continue;
    const next = bytes[at + 1]!;
    if (next !== 0 && next !== 0xff && !ALONE(next)) return at;
  }
  throw new BrokenPicture('JPEG: it has no end');
}

const ORIENTATION = 0x0112;
const EXIF = 'Exif\0\0';

/** How an Exif block says that the photo is turned, 1 for not at all. */
function orientation(segment: Bytes): number | null {
  if (String.fromCharCode(...segment.subarray(4, 10)) !== EXIF || segment.length < 18) return null;
  const view = new DataView(segment.buffer, segment.byteOffset + 10, segment.length - 10);
  const little = view.getUint16(0) === 0x4949;
  const first = view.getUint32(4, little);
  if (first + 2 > view.byteLength) return null;
  const count = view.getUint16(first, little);
  for (let index = 0; index < count; index++) {
    const entry = first + 2 + index * 12;
    if (entry + 12 > view.byteLength) return null;
    if (view.getUint16(entry, little) !== ORIENTATION) continue;
    const value = view.getUint16(entry + 8, little);
    return value >= 1 && value <= 8 ? value : null;
  }
  return null;
}

const onlyOrientation = (turned: number): Bytes => new Uint8Array([
  0xff, APP1, 0, 34, ...Array.from(EXIF, (one) => one.charCodeAt(0)), 0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, turned, 0, 0, 0, 0, 0, 0,
]);

// PNG: chunks of length, name, data, checksum.

const PNG_KEPT = ['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS', 'gAMA', 'cHRM', 'sRGB', 'iCCP', 'cICP', 'sBIT', 'bKGD', 'pHYs', 'acTL', 'fcTL', 'fdAT'];

function png(bytes: Bytes): Bytes {
  const kept: Bytes[] = [bytes.subarray(0, 8)];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 8; ;) {
    if (at + 12 > bytes.length) throw new BrokenPicture('PNG: it has no end');
    const called = name(bytes, at + 4);
    const end = at + 12 + view.getUint32(at);
    if (end > bytes.length) throw new BrokenPicture(`PNG: a chunk of ${view.getUint32(at)} bytes at byte ${at}`);
    if (PNG_KEPT.includes(called)) kept.push(bytes.subarray(at, end));
    if (called === 'IEND') return joined(kept);
    at = end;
  }
}

// WebP: RIFF chunks of name and length, padded to even; a head says which of them are there.

const WEBP_KEPT = ['VP8 ', 'VP8L', 'VP8X', 'ANIM', 'ANMF', 'ALPH', 'ICCP'];
const [HAS_EXIF, HAS_XMP] = [0x08, 0x04];

function webp(bytes: Bytes): Bytes {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = 8 + view.getUint32(4, true);
  if (end > bytes.length) throw new BrokenPicture(`WebP: ${end} bytes are said, ${bytes.length} are there`);
  const kept: Bytes[] = [bytes.slice(0, 12)];
  for (let at = 12; at < end;) {
    const size = at + 8 <= end ? view.getUint32(at + 4, true) : NaN;
    const next = at + 8 + size + (size % 2);
    // A last chunk without its padding is still whole.
    if (!(at + 8 + size <= end)) throw new BrokenPicture(`WebP: a chunk of ${size} bytes at byte ${at}`);
    const called = name(bytes, at);
    if (WEBP_KEPT.includes(called)) {
      const chunk = new Uint8Array(next - at);
      chunk.set(bytes.subarray(at, Math.min(next, end)));
      if (called === 'VP8X') chunk[8]! &= ~(HAS_EXIF | HAS_XMP);
      kept.push(chunk);
    }
    at = next;
  }
  const whole = joined(kept);
  new DataView(whole.buffer).setUint32(4, whole.length - 8, true);
  return whole;
}

// Blanks in an MP4 what says where, when and with what it was filmed. Nothing moves: every box stays as long as it was, so its pictures are found where they were.
const HEAD = 16;
/** Larger than any real index of 16 MB of film. */
const LARGEST_INDEX = 32 * 1024 * 1024;
const INSIDE = ['moov', 'trak', 'mdia'];
const BLANKED = ['udta', 'meta', 'uuid'];
const DATED = ['mvhd', 'tkhd', 'mdhd'];

interface Box {
  name: string;
  head: number;
  size: number;
}

type Bytes = Uint8Array<ArrayBuffer>;

/** The same film without it; null if it is not made of boxes. */
export async function withoutFilmMetadata(film: Blob): Promise<Blob | null> {
  const parts: (Blob | Bytes)[] = [];
  for (let at = 0; at < film.size;) {
    const box = readBox(new Uint8Array(await film.slice(at, at + HEAD).arrayBuffer()), film.size - at);
    if (!box || (at === 0 && box.name !== 'ftyp')) return null;
    const whole = film.slice(at, at + box.size);
    if (box.name === 'moov' || BLANKED.includes(box.name)) {
      if (box.size > LARGEST_INDEX) return null;
      const bytes = new Uint8Array(await whole.arrayBuffer());
      if (!clean(bytes, box)) return null;
      parts.push(bytes);
    } else {
      parts.push(whole);
    }
    at += box.size;
  }
  return new Blob(parts, { type: film.type });
}

const nameAt = (bytes: Bytes, at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));

function readBox(bytes: Bytes, left: number): Box | null {
  if (bytes.length < 8) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const short = view.getUint32(0);
  const long = short === 1;
  if (long && bytes.length < HEAD) return null;
  // 0 means: up to the end.
  const size = long ? Number(view.getBigUint64(8)) : short || left;
  const head = long ? HEAD : 8;
  return size >= head && size <= left ? { name: nameAt(bytes, 4), head, size } : null;
}

/** Blanks a box in place, or what is in it; false if it is broken. */
function clean(bytes: Bytes, { name, head }: Box): boolean {
  if (BLANKED.includes(name) || (name === 'trak' && isNotes(bytes, head))) {
    blank(bytes, head);
  } else if (DATED.includes(name)) {
    // When it was made and last changed.
    const wide = bytes[head] === 1;
    bytes.fill(0, head + 4, head + 4 + (wide ? 16 : 8));
  } else if (INSIDE.includes(name)) {
    for (let at = head; at < bytes.length;) {
      const inner = readBox(bytes.subarray(at, at + HEAD), bytes.length - at);
      if (!inner || !clean(bytes.subarray(at, at + inner.size), inner)) return false;
      at += inner.size;
    }
  }
  return true;
}

function blank(bytes: Bytes, head: number): void {
  bytes.set([0x66, 0x72, 0x65, 0x65], 4);
  bytes.fill(0, head);
}

/** A track that is neither seen nor heard: where the camera was, second by second. */
function isNotes(track: Bytes, head: number): boolean {
  const media = find(track, head, 'mdia');
  const handler = media && find(media.bytes, media.head, 'hdlr');
  return handler ? nameAt(handler.bytes, handler.head + 8) === 'meta' : false;
}

function find(bytes: Bytes, head: number, name: string): { bytes: Bytes; head: number } | null {
  for (let at = head; at < bytes.length;) {
    const box = readBox(bytes.subarray(at, at + HEAD), bytes.length - at);
    if (!box) return null;
    if (box.name === name) return { bytes: bytes.subarray(at, at + box.size), head: box.head };
    at += box.size;
  }
  return null;
}

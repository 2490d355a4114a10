// Files, sealed in chunks (spec/encryption.md section 6): the STREAM construction over AES-256-GCM, as src/handschlag/crypto/attachments.py has it.
//
// The nonce of a chunk is the file's prefix (7 bytes), the chunk's number (4 bytes, big-endian) and 1 for the last chunk, else 0. Every
// chunk but the last holds CHUNK_BYTES; an empty file is one empty last chunk. So each chunk is sealed and opened alone, at any place of
// the file, and one that is changed, moved, or not the last where the file ends does not open.

export const CHUNK_BYTES = 64 * 1024;
export const TAG_BYTES = 16;
export const SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES;
export const KEY_BYTES = 32;
export const PREFIX_BYTES = 7;

/** What is at the relay is not the file that was sealed; why is not told. */
export class FileNotOpened extends Error {}

export const chunksOf = (size: number): number => Math.max(1, Math.ceil(size / CHUNK_BYTES));

/** How many bytes a file of `size` bytes has when it is sealed. */
export const sealedSize = (size: number): number => size + TAG_BYTES * chunksOf(size);

/** Seals and opens single chunks of one file. */
export class FileCipher {
  readonly #key: CryptoKey;
  readonly #prefix: Uint8Array;

  private constructor(key: CryptoKey, prefix: Uint8Array) {
    [this.#key, this.#prefix] = [key, prefix];
  }

  static async of(key: Uint8Array<ArrayBuffer>, prefix: Uint8Array): Promise<FileCipher> {
    if (prefix.length !== PREFIX_BYTES) throw new RangeError(`prefix: got ${prefix.length} bytes, expected ${PREFIX_BYTES}`);
    if (key.length !== KEY_BYTES) throw new RangeError(`key: got ${key.length} bytes, expected ${KEY_BYTES}`);
    return new FileCipher(await crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt', 'decrypt']), prefix.slice());
  }

  /** No number may be sealed twice with another content. */
  async seal(number: number, chunk: Uint8Array<ArrayBuffer>, last: boolean): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv: this.#nonce(number, last) }, this.#key, chunk));
  }

  async open(number: number, sealed: Uint8Array<ArrayBuffer>, last: boolean): Promise<Uint8Array<ArrayBuffer>> {
    let opened: Uint8Array<ArrayBuffer>;
    try {
      opened = new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv: this.#nonce(number, last) }, this.#key, sealed));
    } catch {
      throw new FileNotOpened();
    }
    // The file would have ended with the chunk before: one file has one form.
    if (last && number && !opened.length) throw new FileNotOpened();
    return opened;
  }

  #nonce(number: number, last: boolean): Uint8Array<ArrayBuffer> {
    const nonce = new Uint8Array(12);
    nonce.set(this.#prefix);
    new DataView(nonce.buffer).setUint32(PREFIX_BYTES, number);
    nonce[11] = last ? 1 : 0;
    return nonce;
  }
}

/** Takes a sealed file in pieces of any size and returns what is opened so far; only after `finish` is it known to end where it should. */
export class FileOpener {
  readonly #cipher: FileCipher;
  #held = new Uint8Array(0);
  #number: number;

  /** Begins at the chunk `first`, for those who have what is before it. */
  constructor(cipher: FileCipher, first = 0) {
    [this.#cipher, this.#number] = [cipher, first];
  }

  /** The chunks that are complete and cannot be the last; throws FileNotOpened. */
  async feed(sealed: Uint8Array): Promise<Uint8Array<ArrayBuffer>[]> {
    const all = new Uint8Array(this.#held.length + sealed.length);
    all.set(this.#held);
    all.set(sealed, this.#held.length);
    const opening: Promise<Uint8Array<ArrayBuffer>>[] = [];
    let at = 0;
    // The last chunk is known as the last only at the end: a full one waits until more comes.
    for (; all.length - at > SEALED_CHUNK_BYTES; at += SEALED_CHUNK_BYTES) {
      opening.push(this.#cipher.open(this.#number++, all.slice(at, at + SEALED_CHUNK_BYTES), false));
    }
    this.#held = all.slice(at);
    return Promise.all(opening);
  }

  /** The last chunk; throws FileNotOpened if the file ends too early. */
  finish(): Promise<Uint8Array<ArrayBuffer>> {
    return this.#cipher.open(this.#number, this.#held, true);
  }
}

/** The sealed bytes `start` to `end` (without `end`) of a file, wherever they lie in its chunks. */
export async function sealedBytes(file: Blob, cipher: FileCipher, start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks = chunksOf(file.size);
  const [first, after] = [Math.floor(start / SEALED_CHUNK_BYTES), Math.min(chunks, Math.ceil(end / SEALED_CHUNK_BYTES))];
  const plain = new Uint8Array(await file.slice(first * CHUNK_BYTES, after * CHUNK_BYTES).arrayBuffer());
  const sealing: Promise<Uint8Array<ArrayBuffer>>[] = [];
  for (let number = first; number < after; number++) {
    const at = (number - first) * CHUNK_BYTES;
    sealing.push(cipher.seal(number, plain.slice(at, at + CHUNK_BYTES), number === chunks - 1));
  }
  const sealed = joined(await Promise.all(sealing));
  const skip = start - first * SEALED_CHUNK_BYTES;
  return sealed.slice(skip, skip + end - start);
}

export function joined(pieces: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

// Makes an archive's chunks small before they are sealed, and large again; what grows beyond its limit is no chunk of ours.
import { ArchiveError } from './lines.ts';

/** A chunk with the longest line in it has room. */
const MOST_BYTES = 8_000_000;

export const compress = (bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> => through(bytes, new CompressionStream('gzip'), Infinity);
export const decompress = (bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> => through(bytes, new DecompressionStream('gzip'), MOST_BYTES);

async function through(
  bytes: Uint8Array<ArrayBuffer>, stream: GenericTransformStream, most: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  const reader = (new Blob([bytes]).stream().pipeThrough(stream) as ReadableStream<Uint8Array<ArrayBuffer>>).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.length;
      if (length > most) throw new ArchiveError('broken', `more than ${most} bytes in a chunk`);
      pieces.push(value);
    }
  } catch (error) {
    await reader.cancel().catch(() => {});
    throw error instanceof ArchiveError ? error : new ArchiveError('broken', 'not compressed');
  }
  const all = new Uint8Array(length);
  for (let at = 0; pieces.length; at += pieces.shift()!.length) all.set(pieces[0]!, at);
  return all;
}

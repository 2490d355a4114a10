// Moves an archive from one own device to another: parts, compressed, sealed with a key that went over the linking channel, brought through the relay.
import { fromBase64, toBase64 } from '../../../shared/wire/canonical.ts';
import { isObject } from '../../../shared/wire/frames.ts';
import { RelayRefused, RelayUnreachable, type RelayHttp } from '../../../shared/wire/relay_http.ts';
import type { StoredMedia } from '../../../shared/wire/types.ts';
import { compress, decompress } from '../archive/compression.ts';

type Bytes = Uint8Array<ArrayBuffer>;

const PART_BYTES = 2 * 1024 * 1024;
const TIMEOUT = 120_000;
const MOST_PARTS = 150;

/** What the other device needs to fetch it. */
export interface Moved {
  key: string;
  parts: string[];
}

/** A part was changed, left out, or put in another place. */
export class MoveBroken extends Error {}

export async function sendArchive(http: RelayHttp, chunks: AsyncIterable<Bytes>): Promise<Moved> {
  const secret = crypto.getRandomValues(new Uint8Array(32));
  const key = await importKey(secret, 'encrypt');
  const parts: string[] = [];
  const send = async (pieces: Bytes[], last: boolean) => {
    const compressed = await compress(joined(pieces));
    const sealed = await crypto.subtle.encrypt(algorithm(parts.length, last), key, compressed);
    parts.push((await bring(http, new Uint8Array(sealed))).id);
  };
  let pieces: Bytes[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    if (size + chunk.length > PART_BYTES && pieces.length) {
      await send(pieces, false);
      [pieces, size] = [[], 0];
    }
    pieces.push(chunk);
    size += chunk.length;
  }
  await send(pieces, true);
  return { key: toBase64(secret), parts };
}

export function parseMoved(value: unknown): Moved {
  const { key, parts } = isObject(value) ? value : {};
  const fits = typeof key === 'string' && Array.isArray(parts) && parts.length > 0 && parts.length <= MOST_PARTS && parts.every((one) => typeof one === 'string' && /^[0-9a-f]{48}$/.test(one));
  if (!fits) throw new MoveBroken();
  return { key: key as string, parts: parts as string[] };
}

/** The chunks of an archive in their order; what was fetched is removed from the relay. */
export async function* fetchArchive(http: RelayHttp, { key, parts }: Moved, fetched: (parts: number) => void, signal?: AbortSignal): AsyncGenerator<Bytes> {
  const opener = await importKey(fromBase64(key), 'decrypt');
  for (const [number, id] of parts.entries()) {
    signal?.throwIfAborted();
    const sealed = await fetchBytes(http, id);
    let opened: ArrayBuffer;
    try {
      opened = await crypto.subtle.decrypt(algorithm(number, number === parts.length - 1), opener, sealed);
    } catch {
      throw new MoveBroken();
    }
    yield await decompress(new Uint8Array(opened));
    fetched(number + 1);
    await http.authorized('DELETE', `/v1/media/${id}`).catch(() => {});
  }
}

const importKey = (key: Bytes, use: 'encrypt' | 'decrypt'): Promise<CryptoKey> => crypto.subtle.importKey('raw', key, 'AES-GCM', false, [use]);

/** The number of a part stands in its nonce, whether it is the last one beside it: none can be moved or left out. */
function algorithm(number: number, last: boolean): AesGcmParams {
  const iv = new Uint8Array(12);
  new DataView(iv.buffer).setUint32(8, number);
  return { name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(`handschlag.move.v1 ${last ? 'last' : 'more'}`) };
}

function joined(pieces: Bytes[]): Bytes {
  const all = new Uint8Array(pieces.reduce((sum, one) => sum + one.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

async function bring(http: RelayHttp, bytes: Bytes): Promise<StoredMedia> {
  const response = await asked(http, '/v1/media', { method: 'POST', body: bytes, headers: { 'Content-Type': 'application/octet-stream' } });
  return (await response.json()) as StoredMedia;
}

async function fetchBytes(http: RelayHttp, id: string): Promise<Bytes> {
  const response = await asked(http, `/v1/media/${id}`, {});
  return new Uint8Array(await response.arrayBuffer().catch((error: unknown) => {
    throw new RelayUnreachable(String(error));
  }));
}

async function asked(http: RelayHttp, path: string, init: RequestInit): Promise<Response> {
  const headers = { ...(init.headers as Record<string, string> | undefined), Authorization: `Bearer ${await http.token()}` };
  let response: Response;
  try {
    response = await fetch(http.url + path, { ...init, headers, signal: AbortSignal.timeout(TIMEOUT), credentials: 'omit', cache: 'no-store' });
  } catch (error) {
    throw new RelayUnreachable(String(error));
  }
  if (response.ok) return response;
  if (response.status >= 500 || response.status === 429) throw new RelayUnreachable(String(response.status));
  throw new RelayRefused(response.status, 'refused', path);
}

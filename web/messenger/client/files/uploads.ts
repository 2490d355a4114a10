// Files of own messages, brought to the relay sealed: hashed once, then sent piece by piece from wherever the relay says it has them.
//
// The id is chosen here before anything leaves, and a chunk seals to the same bytes again, so every step may be repeated after a cut
// connection, a closed tab or a lost answer. The message is sealed when its file is whole at the relay, in the order of its chat.
import { FileCipher, sealedBytes, sealedSize } from '../../../shared/crypto/attachments.ts';
import { Sha256 } from '../../../shared/crypto/sha256.ts';
import { fromBase64, toBase64 } from '../../../shared/wire/canonical.ts';
import { RelayRefused, RelayUnreachable } from '../../../shared/wire/relay_http.ts';
import type { MediaUpload } from '../../../shared/wire/types.ts';
import { markStatus } from '../messages.ts';
import type { Owner } from '../owner.ts';
import type { StoredUpload } from '../store.ts';
import { isStorageError, isTemporary } from '../troubles.ts';

const PATH = '/v1/media/uploads';
const LEAST = 256 * 1024;
const MOST = 4 * 1024 * 1024;
// A piece takes about this long: large enough to be quick, small enough to show progress.
const QUICK = 1000;
const SLOW = 4000;
const GIVEN_UP = 90_000;

export class Uploads {
  readonly #owner: Owner;
  /** By file. */
  readonly #underWay = new Map<string, AbortController>();

  constructor(owner: Owner) {
    this.#owner = owner;
  }

  /** Whether a message has nothing to wait for; begins to bring its file if it has. */
  async isDone(message: string): Promise<boolean> {
    const row = await this.#owner.database.get('uploads', message);
    if (!row || (await this.#owner.database.get('messages', message))?.status !== 'waiting') return true;
    if (!this.#underWay.has(row.pointer.id)) void this.#bring(row);
    return false;
  }

  /** The message was taken back before it left: whatever came of its file goes too. */
  stop(file: string): void {
    this.#underWay.get(file)?.abort();
    void this.#owner.http.authorized('DELETE', `${PATH}/${file}`).catch(() => {});
  }

  async #bring(row: StoredUpload): Promise<void> {
    const stop = new AbortController();
    this.#underWay.set(row.pointer.id, stop);
    let later = false;
    try {
      await this.#send(row, stop.signal);
    } catch (error) {
      later = error instanceof RelayUnreachable || isTemporary(error) || isStorageError(error);
      if (!later) await markStatus(this.#owner, row.message, 'failed').catch(() => {});
    } finally {
      this.#underWay.delete(row.pointer.id);
    }
    if (later) this.#owner.workLater();
    else this.#owner.work();
  }

  async #send(row: StoredUpload, signal: AbortSignal): Promise<void> {
    const { pointer } = row;
    const file = (await this.#owner.database.get('files', pointer.id))?.file;
    if (!file) throw new RangeError('the file is not on this device any more');
    const sha256 = pointer.sha256 || (await this.#hash(row, file));
    const cipher = await FileCipher.of(fromBase64(pointer.key), fromBase64(pointer.prefix));
    const size = sealedSize(file.size);
    let step = LEAST;
    for (let at = await this.#begin(pointer.id, size); at < size;) {
      if (signal.aborted) return;
      this.#owner.tell({ what: 'file', id: pointer.id, done: Math.floor((at / size) * pointer.size) });
      const piece = await sealedBytes(file, cipher, at, Math.min(size, at + step));
      const began = performance.now();
      at = await this.#append(pointer.id, at, piece, size, signal);
      const took = performance.now() - began;
      step = took < QUICK ? Math.min(MOST, step * 2) : took > SLOW ? Math.max(LEAST, step / 2) : step;
    }
    await this.#complete(row, sha256);
  }

  async #hash(row: StoredUpload, file: Blob): Promise<string> {
    const hash = new Sha256();
    const reader = file.stream().getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) hash.update(part.value);
    const sha256 = toBase64(hash.digest());
    const transaction = this.#owner.database.transaction('uploads', 'readwrite');
    if (await transaction.store.getKey(row.message)) await transaction.store.put({ ...row, pointer: { ...row.pointer, sha256 } });
    await transaction.done;
    return sha256;
  }

  /** Where to go on; the length of the whole if there is nothing left to bring. */
  async #begin(id: string, bytes: number): Promise<number> {
    const { offset } = await this.#owner.http.authorized<MediaUpload>('POST', PATH, { id, bytes });
    return within(offset, bytes);
  }

  /** Appends a piece and returns where the relay is then; asks, if it is not where it was taken to be. */
  async #append(id: string, at: number, piece: Uint8Array<ArrayBuffer>, size: number, signal: AbortSignal): Promise<number> {
    const headers = { 'Upload-Offset': String(at), 'Content-Type': 'application/offset+octet-stream' };
    try {
      const response = await this.#owner.http.stream('PATCH', `${PATH}/${id}`, { headers, body: piece, signal: AbortSignal.any([signal, AbortSignal.timeout(GIVEN_UP)]) });
      return within(((await response.json().catch(() => ({}))) as Partial<MediaUpload>).offset, size);
    } catch (error) {
      if (signal.aborted) return at;
      // Its time was over, or another try of ours got further.
      if (error instanceof RelayRefused && [404, 409].includes(error.status)) return this.#begin(id, size);
      throw error;
    }
  }

  /** Pointer and message are one commit: from here on the message is like any other. */
  async #complete({ message: id, pointer }: StoredUpload, sha256: string): Promise<void> {
    const transaction = this.#owner.database.transaction(['messages', 'uploads'], 'readwrite');
    const message = await transaction.objectStore('messages').get(id);
    const upload = await transaction.objectStore('uploads').get(id);
    if (message && upload) {
      const type = message.body.type as string;
      const body = { ...message.body, [type]: { ...(message.body[type] as object), sha256 } };
      const part = message.part && { ...message.part, file: { ...pointer, sha256 } };
      await transaction.objectStore('messages').put({ ...message, body, ...(part ? { part } : {}) });
      await transaction.objectStore('uploads').delete(id);
    }
    await transaction.done;
    this.#owner.tell({ what: 'file', id: pointer.id });
    if (message) this.#owner.tell({ what: 'changed', company: message.company });
  }
}

/** A relay that counts wrongly must not make a loop without end. */
function within(offset: unknown, size: number): number {
  if (!Number.isSafeInteger(offset) || (offset as number) < 0 || (offset as number) > size) throw new RelayUnreachable(`offset: got ${String(offset)}`);
  return offset as number;
}

// Files that are wanted, fetched from the relay: opened chunk by chunk, kept piece by piece, checked whole before anybody sees them.
//
// What is wanted has a row, so a tab that is closed or a connection that is cut costs no more than the piece that was under way. Pieces
// are plain, as messages are on this device; size and hash are looked at before the commit that says that the file is here.
import { CHUNK_BYTES, FileCipher, FileNotOpened, FileOpener, SEALED_CHUNK_BYTES, sealedSize } from '../../../shared/crypto/attachments.ts';
import { fromBase64 } from '../../../shared/wire/canonical.ts';
import { AnswerUnreadable, RelayRefused, RelayUnreachable } from '../../../shared/wire/relay_http.ts';
import type { FilePointer } from '../api.ts';
import type { Owner } from '../owner.ts';
import type { WantedFile } from '../store.ts';
import { isStorageError } from '../troubles.ts';
import { Pieces, piecesOf } from './pieces.ts';
import { storedType } from './types.ts';

const AT_ONCE = 2;
const TOLD_EVERY = 200;
const STALLED = 30_000;
const AGAIN = [1000, 3000, 10_000, 30_000];

export class Downloads {
  readonly #owner: Owner;
  readonly #underWay = new Map<string, AbortController>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #tries = 0;

  constructor(owner: Owner) {
    this.#owner = owner;
  }

  /** The network may be back: do not wait any longer. */
  wake(): void {
    this.#tries = 0;
    void this.work();
  }

  /** Takes up what is wanted, the oldest wish first. */
  async work(): Promise<void> {
    clearTimeout(this.#timer);
    if (!this.#owner.machine) return;
    const rows = await this.#owner.database.getAll('wanted').catch(() => []);
    for (const row of rows.filter(({ problem }) => !problem).sort((a, b) => a.at - b.at)) {
      if (this.#underWay.size >= AT_ONCE) return;
      if (!this.#underWay.has(row.id)) void this.#fetch(row);
    }
  }

  /** Its row is gone already: lets go of the file, and of what came of it. */
  async stop(id: string): Promise<void> {
    this.#underWay.get(id)?.abort();
    await this.#owner.database.delete('pieces', piecesOf(id));
  }

  async #fetch(row: WantedFile): Promise<void> {
    const stop = new AbortController();
    this.#underWay.set(row.id, stop);
    const problem = await this.#receive(row, stop).then(() => null, problemOf);
    this.#underWay.delete(row.id);
    let unsaid = false;
    const again = problem !== null && (await this.#settle(row, problem).catch(() => (unsaid = true)));
    // A disk may be too full to note that it is full.
    this.#owner.tell({ what: 'file', id: row.id, ...(unsaid && problem === 'full' ? { problem } : {}) });
    if (!again) return this.work();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.work(), AGAIN[Math.min(this.#tries++, AGAIN.length - 1)]);
  }

  /** Notes why a file cannot be had; returns whether it is worth another try. */
  async #settle({ id }: WantedFile, problem: NonNullable<WantedFile['problem']> | 'later'): Promise<boolean> {
    const transaction = this.#owner.database.transaction(['wanted', 'pieces'], 'readwrite');
    const wanted = await transaction.objectStore('wanted').get(id);
    if (wanted && problem !== 'later') await transaction.objectStore('wanted').put({ ...wanted, problem });
    // A part of what is wrong is of no use.
    if (!wanted || problem === 'wrong' || problem === 'gone') await transaction.objectStore('pieces').delete(piecesOf(id));
    await transaction.done;
    return Boolean(wanted) && problem === 'later';
  }

  async #receive({ id, company, pointer }: WantedFile, stop: AbortController): Promise<void> {
    const pieces = await Pieces.open(this.#owner.database, id);
    try {
      await this.#open(pointer, pieces, stop);
    } catch (error) {
      // What was opened is right, whatever was to come after it.
      if (!(error instanceof FileNotOpened)) await pieces.keep();
      throw error;
    } finally {
      stop.abort();
    }
    if (pieces.end !== pointer.size || pieces.sha256() !== pointer.sha256.replace(/=+$/, '')) throw new FileNotOpened();
    await pieces.finish(company, storedType(pointer.mime), this.#owner.now());
    this.#tries = 0;
  }

  async #open(pointer: FilePointer, pieces: Pieces, stop: AbortController): Promise<void> {
    const cipher = await cipherOf(pointer);
    const first = pieces.end / CHUNK_BYTES;
    const opener = new FileOpener(cipher, first);
    const size = sealedSize(pointer.size);
    let got = first * SEALED_CHUNK_BYTES;
    let stalled = setTimeout(() => stop.abort(), STALLED);
    const response = await this.#owner.http.stream('GET', `/v1/media/${encodeURIComponent(pointer.id)}`, { headers: { Range: `bytes=${got}-` }, signal: stop.signal });
    // A page of something between says nothing of a range; a relay that has another file under this id says so by its length.
    if (!response.headers.has('Content-Range')) throw new AnswerUnreadable('no part of a file');
    if (response.headers.get('Content-Range') !== `bytes ${got}-${size - 1}/${size}`) throw new FileNotOpened();
    const reader = response.body!.getReader();
    try {
      for (let told = 0; ;) {
        const { done, value } = await reader.read();
        clearTimeout(stalled);
        if (done) break;
        stalled = setTimeout(() => stop.abort(), STALLED);
        got += value.length;
        if (got > size) throw new FileNotOpened();
        await pieces.add(await opener.feed(value));
        if (performance.now() - told < TOLD_EVERY) continue;
        told = performance.now();
        this.#owner.tell({ what: 'file', id: pointer.id, done: pieces.end });
      }
    } finally {
      clearTimeout(stalled);
    }
    if (got < size) throw new RelayUnreachable('the answer was cut short');
    await pieces.add([await opener.finish()]);
  }
}

async function cipherOf({ key, prefix }: FilePointer): Promise<FileCipher> {
  try {
    return await FileCipher.of(fromBase64(key), fromBase64(prefix));
  } catch {
    throw new FileNotOpened();
  }
}

/** Whether a file can never be had, or not now. */
function problemOf(error: unknown): NonNullable<WantedFile['problem']> | 'later' {
  if (error instanceof FileNotOpened) return 'wrong';
  if (error instanceof RelayRefused) return error.status === 404 || error.status === 410 ? 'gone' : error.status === 401 ? 'later' : 'wrong';
  if (error instanceof DOMException && error.name === 'QuotaExceededError') return 'full';
  if (!(error instanceof RelayUnreachable) && isStorageError(error) && !(error instanceof DOMException && error.name === 'AbortError')) return 'full';
  return 'later';
}

// What is opened of a file that is not whole yet: a little in memory, the rest on disk, and the hash of everything.
import { Sha256 } from '../../../shared/crypto/sha256.ts';
import { toBase64 } from '../../../shared/wire/canonical.ts';
import type { Database } from '../store.ts';

const PIECE_BYTES = 1024 * 1024;

export const piecesOf = (file: string): IDBKeyRange => IDBKeyRange.bound([file, 0], [file, Infinity]);

export class Pieces {
  /** How many bytes of the file are here, on disk or in memory. */
  end = 0;
  readonly #database: Database;
  readonly #file: string;
  #number = 0;
  #hash = new Sha256();
  #held: Uint8Array<ArrayBuffer>[] = [];
  #size = 0;

  private constructor(database: Database, file: string) {
    [this.#database, this.#file] = [database, file];
  }

  /** Goes on where the disk says. */
  static async open(database: Database, file: string): Promise<Pieces> {
    const pieces = new Pieces(database, file);
    const last = (await database.transaction('pieces').store.openCursor(piecesOf(file), 'prev'))?.value;
    if (last) {
      pieces.#number = last.number + 1;
      pieces.end = last.end;
      pieces.#hash = Sha256.resume(last.hash);
    }
    return pieces;
  }

  async add(chunks: Uint8Array<ArrayBuffer>[]): Promise<void> {
    for (const chunk of chunks) {
      this.#hash.update(chunk);
      this.#held.push(chunk);
      this.#size += chunk.length;
      this.end += chunk.length;
    }
    if (this.#size >= PIECE_BYTES) await this.keep();
  }

  /** Puts what is in memory on disk. */
  async keep(): Promise<void> {
    if (!this.#size) return;
    const [held, end, hash] = [this.#held, this.end, this.#hash.state];
    [this.#held, this.#size] = [[], 0];
    await this.#database.put('pieces', { file: this.#file, number: this.#number++, data: new Blob(held), end, hash });
  }

  /** The hash of the whole file, in base64; nothing may be added afterwards. */
  sha256(): string {
    return toBase64(this.#hash.digest());
  }

  /** The pieces become a file, in one commit; whoever does not want it any more has taken its row away. */
  async finish(company: string, type: string, at: number): Promise<void> {
    const transaction = this.#database.transaction(['files', 'wanted', 'pieces'], 'readwrite');
    const kept = await transaction.objectStore('pieces').getAll(piecesOf(this.#file));
    if (await transaction.objectStore('wanted').getKey(this.#file)) {
      const file = new Blob([...kept.map(({ data }) => data), ...this.#held], { type });
      await transaction.objectStore('files').put({ id: this.#file, company, file, at });
    }
    await transaction.objectStore('wanted').delete(this.#file);
    await transaction.objectStore('pieces').delete(piecesOf(this.#file));
    await transaction.done;
  }
}

// Companies' pictures: asked of the relay once, shown only if they have the hash that stands in the signed profile, and kept on this device.
import { hashOfBytes } from '../../../shared/wire/canonical.ts';
import type { RelayHttp } from '../../../shared/wire/relay_http.ts';
import type { Company } from '../api.ts';
import { pictureType } from './picture_type.ts';
import { fact, pictureKey, type Database } from '../store.ts';

const MOST_BYTES = 512 * 1024;

interface Kept {
  hash: string;
  bytes: Uint8Array<ArrayBuffer>;
}

export class Pictures {
  /** Looked up in this page, by hash. */
  readonly #found = new Map<string, Promise<Uint8Array<ArrayBuffer> | null>>();
  readonly #kept = new Set<string>();

  constructor(private readonly relay: RelayHttp, private readonly database: () => Database) {}

  async of({ account, picture: hash }: Pick<Company, 'account' | 'picture'>): Promise<Blob | null> {
    if (!hash) return null;
    let asked = this.#found.get(hash);
    if (!asked) this.#found.set(hash, (asked = this.#look(account, hash)));
    const bytes = await asked;
    const type = bytes && pictureType(bytes);
    if (!type) {
      this.#found.delete(hash);
      return null;
    }
    await this.#keep(account, { hash, bytes });
    return new Blob([bytes], { type });
  }

  async #look(account: string, hash: string): Promise<Uint8Array<ArrayBuffer> | null> {
    try {
      const kept = await fact<Kept>(this.database(), pictureKey(account));
      if (kept?.hash === hash) {
        this.#kept.add(hash);
        return kept.bytes;
      }
      if (!navigator.onLine) return null;
      const bytes = await this.relay.picture(account, hash, MOST_BYTES);
      return bytes && (await hashOfBytes(bytes)) === hash ? bytes : null;
    } catch {
      return null;
    }
  }

  /** Only of companies in the chat list: who looked at an invitation and left keeps nothing of it. */
  async #keep(account: string, row: Kept): Promise<void> {
    if (this.#kept.has(row.hash)) return;
    try {
      const database = this.database();
      if ((await database.getKey('companies', account)) === undefined) return;
      await database.put('facts', row, pictureKey(account));
      this.#kept.add(row.hash);
    } catch {
      // Without room it is asked for again next time.
    }
  }
}

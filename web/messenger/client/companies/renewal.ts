// Looks at the card of a company whose chat is open, so that a new picture, sentence or address comes without opening its profile.
import type { RelayHttp } from '../../../shared/wire/relay_http.ts';
import { resolveInvitation } from './invitations.ts';
import { account, changeCompany, type Database } from '../store.ts';

const AGAIN_AFTER = 3_600_000;

export class Renewal {
  /** When a company's card was last looked at in this page. */
  readonly #seen = new Map<string, number>();

  constructor(private readonly relay: RelayHttp, private readonly database: () => Database) {}

  /** Its card was looked at just now. */
  note(company: string): void {
    this.#seen.set(company, performance.now());
  }

  /** Returns whether anything may have changed; what cannot be verified changes nothing. */
  async renew(company: string): Promise<boolean> {
    if (performance.now() - (this.#seen.get(company) ?? -Infinity) < AGAIN_AFTER) return false;
    this.note(company);
    try {
      const database = this.database();
      const known = await database.get('companies', company);
      const language = (await account(database))?.language;
      if (!known || !language) return false;
      const link = { handle: known.company.handle, masterKey: known.masterKey, text: '' };
      const { stored } = await resolveInvitation(database, this.relay, link, language);
      if (stored.account !== company) return false;
      const { company: said, offer, offerHash } = stored;
      // Whether its keys are those from before is for the device that has them to say.
      return changeCompany(database, company, (one) => ({ ...one, company: { ...said, identity: one.company.identity }, offer, offerHash }));
    } catch {
      return false;
    }
  }
}

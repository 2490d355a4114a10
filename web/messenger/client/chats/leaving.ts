// Leaving a company: everything agreed to is withdrawn, then nothing of it is left here.
import { RelayRefused } from '../../../shared/wire/relay_http.ts';
import { AWAITED, type Awaited } from '../awaited.ts';
import { setPurposes } from '../joining.ts';
import { emptyChat } from '../messages/deleting.ts';
import type { Owner } from '../owner.ts';
import { changeCompany, pictureKey } from '../store.ts';

/** Withdraws everything from a company that was left, then forgets it. */
export async function leave(owner: Owner, company: string): Promise<void> {
  const { database } = owner;
  const stored = await database.get('companies', company);
  // Somebody who came back in between stays.
  if (!stored?.leaving) return;
  try {
    await setPurposes(owner, company, [], owner.me!.language);
  } catch (error) {
    // What could not be withdrawn must be seen, and tried again by hand.
    if (error instanceof RelayRefused) {
      await changeCompany(database, company, (one) => ({ ...one, leaving: false }));
      owner.tell({ what: 'changed', company });
    }
    throw error;
  }
  await emptyChat(database, company);
  const transaction = database.transaction(['companies', 'outbox', 'facts'], 'readwrite');
  const current = await transaction.objectStore('companies').get(company);
  if (current?.leaving) {
    await transaction.objectStore('companies').delete(company);
    await transaction.objectStore('facts').delete(pictureKey(company));
    const awaited = (await transaction.objectStore('facts').get(AWAITED)) as Awaited | undefined;
    if (awaited?.[company]) {
      delete awaited[company];
      await transaction.objectStore('facts').put(awaited, AWAITED);
    }
    for (let row = await transaction.objectStore('outbox').openCursor(); row; row = await row.continue()) {
      if (row.value.company === company) await row.delete();
    }
  }
  await transaction.done;
  owner.tell({ what: 'changed', company });
}

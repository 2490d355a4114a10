// The directory of the relay: companies that want to be found; a card whose signatures do not hold is not shown.
import type { DirectoryPage } from '../../../shared/wire/types.ts';
import { listOf, object, objectOf, number } from '../../../shared/wire/answers.ts';
import { RelayRefused, shaped } from '../../../shared/wire/relay_http.ts';
import type { Company, Language } from '../api.ts';
import { account } from '../store.ts';
import type { Tab } from '../tab.ts';
import { companyOfCard } from './invitations.ts';

export interface Found {
  companies: Company[];
  categories: { name: string; count: number }[];
  /** Where the next page begins, empty at the end. */
  after: string;
}

/** Throws what the relay throws; null if its operator keeps no directory. */
export async function searchDirectory(tab: Tab, asked: { query: string; category: string; after: string }, language: Language): Promise<Found | null> {
  let page: DirectoryPage;
  try {
    page = await tab.relay.call<DirectoryPage>('GET', `/v1/directory?${new URLSearchParams(asked)}`).then(shaped({ companies: listOf(object), categories: objectOf(number) }));
  } catch (error) {
    if (error instanceof RelayRefused && error.status === 404) return null;
    throw error;
  }
  const relayKey = (await account(tab.store))?.relayKey ?? (await tab.relay.info()).signing_key;
  const checked = await Promise.all(page.companies.map((card) => companyOfCard(card, relayKey, language).catch(() => null)));
  return {
    companies: checked.filter((one) => one !== null),
    categories: Object.entries(page.categories).map(([name, count]) => ({ name, count })),
    after: page.after ?? '',
  };
}

// What the number's screen reads of the store: the number, and which companies are told it.
import type { Company } from '../api.ts';
import type { Tab } from '../tab.ts';
import { provedNumber, type ProvedNumber } from './proved_number.ts';

export interface NumberState {
  proved: ProvedNumber | null;
  companies: { company: Company; shared: boolean }[];
}

export async function numberState(tab: Tab): Promise<NumberState> {
  const stored = await tab.store.getAll('companies');
  const proved = (await provedNumber(tab.store)) ?? null;
  return { proved, companies: stored.map(({ company, sharesNumber }) => ({ company, shared: sharesNumber === true })) };
}

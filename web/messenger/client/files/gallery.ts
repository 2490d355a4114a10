// The pictures and films of a chat, oldest first, for going from one to the next.
import type { Part } from '../api.ts';
import { newestMessages } from '../store.ts';
import type { Tab } from '../tab.ts';

const MOST_MESSAGES = 2000;

export interface GalleryItem {
  message: string;
  direction: 'in' | 'out';
  at: number;
  part: Part;
}

/** Those around a message among the newest of its chat. */
export async function gallery(tab: Tab, message: string): Promise<GalleryItem[]> {
  const company = (await tab.store.get('messages', message))?.company;
  if (company === undefined) return [];
  const messages = await newestMessages(tab.store, company, MOST_MESSAGES);
  return messages.flatMap(({ id, direction, at, part, extras, withdrawn }) => {
    const parts = withdrawn ? [] : [part, ...(extras?.cards ?? []).map((card) => card.part)];
    return parts.filter((one): one is Part => Boolean(one?.file && (one.kind === 'image' || one.kind === 'video'))).map((one) => ({ message: id, direction, at, part: one }));
  });
}

// Tells a company once that its voice message was listened to.
import type { Tab } from '../tab.ts';

export async function tellPlayed(tab: Tab, id: string): Promise<void> {
  const transaction = tab.store.transaction(['messages', 'commands', 'companies'], 'readwrite');
  const message = await transaction.objectStore('messages').get(id);
  const fresh = message?.direction === 'in' && !message.played;
  const told = fresh && !(await transaction.objectStore('companies').get(message.company))?.blocked;
  if (fresh) await transaction.objectStore('messages').put({ ...message, played: true });
  if (told) await transaction.objectStore('commands').add({ kind: 'played', company: message.company, messages: [id] });
  await transaction.done;
  if (told) tab.announce(message.company);
}

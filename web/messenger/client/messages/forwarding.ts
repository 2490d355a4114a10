// Passing messages on to another company: new messages of our own that say so.
import type { FilePointer, Part } from '../api.ts';
import { fetchFile, fileState } from '../files/files.ts';
import { sendFile } from '../files/send_file.ts';
import type { StoredMessage } from '../store.ts';
import type { Tab } from '../tab.ts';
import { write } from '../writing.ts';

const CAPTION_CHARACTERS = 1024;
const PASSED_ON_AS_THEY_ARE = ['location', 'contacts'];

/** Whether a message has anything that can be passed on. */
export const mayForward = (message: Pick<StoredMessage, 'type' | 'text' | 'header' | 'part' | 'withdrawn'>): boolean =>
  !message.withdrawn && (message.type === 'text' || message.type === 'template') && Boolean(message.text || message.header || message.part);

/** Sends each of the messages, in the order of their chat, as new ones to a company. */
export async function forwardMessages(tab: Tab, ids: string[], company: string): Promise<void> {
  const found = (await Promise.all(ids.map((id) => tab.store.get('messages', id)))).filter((one) => one !== undefined);
  for (const message of found.sort((a, b) => a.at - b.at)) {
    if (message.part?.file && mayForward(message) && (await passFileOn(tab, message, message.part, company))) continue;
    const body = mayForward(message) ? passedOn(message) : null;
    if (body) await write(tab, { company, ...body, body: { ...body.body, context: { forwarded: true } }, more: { forwarded: true, ...body.more } });
  }
}

interface PassedOn {
  text: string;
  body: Record<string, unknown>;
  more: Partial<StoredMessage>;
}

/** What is passed on of a message: a place or cards as they are, of everything else its words. */
function passedOn({ body, text, header, footer, part }: StoredMessage): PassedOn | null {
  const { type } = body;
  if (part && typeof type === 'string' && PASSED_ON_AS_THEY_ARE.includes(type)) return { text: '', body: { type, [type]: body[type] }, more: { part } };
  if (part?.place) return { text: '', body: { type: 'location', location: { ...part.place } }, more: { part } };
  const words = [header, text, footer].filter(Boolean).join('\n\n');
  return words ? { text: words, body: { type: 'text', text: { body: words } }, more: {} } : null;
}

/** Sends a file anew, fetched before if it is not here; a template's picture goes without what can be tapped. Returns whether it was one. */
async function passFileOn(tab: Tab, message: StoredMessage, part: Part, company: string): Promise<boolean> {
  const { kind, name, file: pointer, preview } = part;
  if (!pointer || kind === 'location' || kind === 'contacts' || kind === 'form') return false;
  const file = await fileHere(tab, message.id, pointer);
  const { waveform, seconds } = preview ?? {};
  await sendFile(tab, company, {
    kind: kind === 'voice' ? 'audio' : kind, file: new Blob([file], { type: pointer.mime }), name, voice: kind === 'voice', forwarded: true,
    caption: Array.from(message.text).slice(0, CAPTION_CHARACTERS).join(''), ...(waveform ? { waveform } : {}), ...(seconds === undefined ? {} : { seconds }),
  });
  return true;
}

/** Waits until a file is on this device; throws if it cannot be had. */
function fileHere(tab: Tab, message: string, pointer: FilePointer): Promise<Blob> {
  return new Promise((resolve, reject) => {
    const stop = fileState(tab, pointer).subscribe((state) => {
      if (state?.is === 'absent') void fetchFile(tab, message, pointer);
      if (state?.is !== 'here' && state?.is !== 'problem') return;
      queueMicrotask(() => stop());
      if (state.is === 'here') resolve(state.file);
      else reject(new Error(`file: ${state.problem}`));
    });
  });
}

// Where an export goes: a folder or a ZIP the person chose, written while it is made; else a download.
import { downloadZip } from 'client-zip';

/** One file of an export: its path, and its bytes as they are made. */
export interface ExportFile {
  name: string;
  input: string | Blob | AsyncIterable<string>;
}

export type Files = AsyncIterable<ExportFile>;

/** The person closed the picker, or stopped it. */
export const isCancelled = (error: unknown): boolean => error instanceof DOMException && error.name === 'AbortError';

interface Pickers {
  showSaveFilePicker?: (options: { suggestedName: string; types: { accept: Record<string, string[]> }[] }) => Promise<FileSystemFileHandle>;
  showDirectoryPicker?: (options: { mode: 'readwrite' }) => Promise<FileSystemDirectoryHandle>;
}

const pickers = globalThis as unknown as Pickers;

export const canSaveFolders = (): boolean => pickers.showDirectoryPicker !== undefined;

/** Asks for a place first: a browser allows that only at once after a tap. */
export async function saveZip(name: string, make: () => Files, signal: AbortSignal): Promise<void> {
  const handle = await pickers.showSaveFilePicker?.({ suggestedName: name, types: [{ accept: { 'application/zip': ['.zip'] } }] });
  const zip = downloadZip(checked(make(), signal)).body!;
  if (handle) return zip.pipeTo(await handle.createWritable(), { signal });
  const blob = await new Response(zip).blob();
  signal.throwIfAborted();
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

export async function saveFolder(name: string, make: () => Files, signal: AbortSignal): Promise<void> {
  const chosen = await pickers.showDirectoryPicker!({ mode: 'readwrite' });
  const root = await chosen.getDirectoryHandle(name, { create: true });
  for await (const { name: path, input } of checked(make(), signal)) {
    const parts = path.split('/');
    let folder = root;
    for (const part of parts.slice(0, -1)) folder = await folder.getDirectoryHandle(part, { create: true });
    const writable = await (await folder.getFileHandle(parts.at(-1)!, { create: true })).createWritable();
    if (typeof input === 'string' || input instanceof Blob) await writable.write(input);
    else for await (const piece of checked(input, signal)) await writable.write(piece);
    await writable.close();
  }
}

async function* checked<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  for await (const one of source) {
    signal.throwIfAborted();
    yield one;
  }
}

/** A name that every file system takes. */
export function fileName(name: string, fallback: string): string {
  const plain = name.normalize('NFC').replace(/[\p{Cc}\p{Cf}/\\:*?"<>|]+/gu, ' ').replace(/^[. ]+|[. ]+$/g, '').slice(0, 80).trim();
  return plain || fallback;
}

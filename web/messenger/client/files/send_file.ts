// A file as a message of one's own: on disk together with its message when this returns, whatever becomes of the network.
import { KEY_BYTES, PREFIX_BYTES } from '../../../shared/crypto/attachments.ts';
import { toBase64 } from '../../../shared/wire/canonical.ts';
import type { FilePointer, FilePreview, Part } from '../api.ts';
import { characters } from '../content/characters.ts';
import type { Tab } from '../tab.ts';
import { write } from '../writing.ts';
import { parsePreview } from './preview.ts';
import { makePreview } from './previews.ts';
import { FILE_LIMITS, plainType, storedType, type FileKind } from './types.ts';

export interface OutgoingFile {
  kind: FileKind;
  file: Blob;
  name?: string;
  caption?: string;
  /** Spoken into this device. */
  voice?: boolean;
  seconds?: number;
  waveform?: number[];
  /** What the composer holds from then on. */
  draft?: string;
  /** Is passed on: somebody else's words. */
  forwarded?: boolean;
}

export type FileProblem = 'empty' | 'too_large' | 'type' | 'caption' | 'full';

/** The file cannot be sent like this; `limit` is in bytes or characters. */
export class FileRefused extends Error {
  readonly problem: FileProblem;
  readonly limit: number;

  constructor(problem: FileProblem, limit = 0) {
    super(`file: ${problem}${limit ? `, at most ${limit}` : ''}`);
    [this.problem, this.limit] = [problem, limit];
  }
}

const CAPTION_CHARACTERS = 1024;
const FILENAME_CHARACTERS = 240;
const ID_BYTES = 24;

/** Puts a file into a chat, and returns the message's id; throws FileRefused. */
export async function sendFile(tab: Tab, company: string, sent: OutgoingFile, quoteId?: string): Promise<string> {
  const { kind, file, caption = '' } = sent;
  check(sent);
  const mime = plainType(file.type) || 'application/octet-stream';
  const pointer: FilePointer = {
    id: hex(crypto.getRandomValues(new Uint8Array(ID_BYTES))), key: random(KEY_BYTES), prefix: random(PREFIX_BYTES), sha256: '', mime, size: file.size,
  };
  const name = kind === 'document' ? shortened(sent.name ?? '') : '';
  const preview = await previewOf(sent);
  const part: Part = { kind: kind === 'audio' && sent.voice ? 'voice' : kind, name, file: pointer, preview };
  const { id, key, prefix } = pointer;
  const body = {
    // Companies expect what is spoken under its full name.
    mime_type: sent.voice && mime === 'audio/ogg' ? 'audio/ogg; codecs=opus' : mime, sha256: '', file_size: file.size, blob: { id, key, prefix }, ...(caption ? { caption } : {}), ...(name ? { filename: name } : {}),
    ...(kind === 'audio' && sent.voice ? { voice: true } : {}), ...(Object.keys(preview).length ? { preview } : {}),
  };
  // A copy: what the picker or the camera lent may be gone when the message leaves.
  const stored = { id, company, file: new Blob([file], { type: storedType(mime) }), at: tab.now() };
  try {
    return await write(tab, {
      company, text: caption, body: { type: kind, [kind]: body, ...(sent.forwarded ? { context: { forwarded: true } } : {}) },
      more: { part, ...(sent.forwarded ? { forwarded: true } : {}) }, file: { stored, pointer },
      ...(quoteId ? { quoteId } : {}), ...(sent.draft === undefined ? {} : { draft: sent.draft }),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'QuotaExceededError') throw new FileRefused('full');
    throw error;
  }
}

function check({ kind, file, caption = '' }: OutgoingFile): void {
  const { most, types } = FILE_LIMITS[kind];
  if (!file.size) throw new FileRefused('empty');
  if (file.size > most) throw new FileRefused('too_large', most);
  if (!types.test(plainType(file.type) || 'application/octet-stream')) throw new FileRefused('type');
  if (characters(caption) > CAPTION_CHARACTERS) throw new FileRefused('caption', CAPTION_CHARACTERS);
}

/** What was measured while recording wins over what the file tells; what cannot be told is left out. */
async function previewOf({ kind, file, seconds, waveform }: OutgoingFile): Promise<FilePreview> {
  const given: FilePreview = { ...(seconds === undefined ? {} : { seconds: Math.round(seconds) }), ...(waveform?.length ? { waveform } : {}) };
  const made = kind === 'document' || (kind === 'audio' && given.seconds !== undefined) ? {} : await makePreview(kind, file);
  return parsePreview({ ...made, ...given }, kind) ?? {};
}

const random = (count: number): string => toBase64(crypto.getRandomValues(new Uint8Array(count)));
const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** The end of a name tells what a file is. */
function shortened(name: string): string {
  const all = Array.from(name);
  return all.length <= FILENAME_CHARACTERS ? name : [...all.slice(0, FILENAME_CHARACTERS - 60), '…', ...all.slice(-59)].join('');
}

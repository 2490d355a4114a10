// What a sender says of a file before it is here, checked as in Python (src/handschlag/content/preview.py).
import { isObject } from '../../../shared/wire/frames.ts';
import type { FilePreview } from '../api.ts';
import { pictureType } from '../companies/picture_type.ts';

export const THUMBNAIL_BYTES = 6 * 1024;
const THUMBNAIL_PIXELS = 320;
const MOST_PIXELS = 65_535;
const MOST_SECONDS = 86_400;
export const WAVEFORM_NUMBERS = 64;
const LOUDEST = 100;
const SIDES = ['width', 'height'];
const FIELDS: Record<string, string[]> = {
  image: [...SIDES, 'thumbnail'],
  sticker: [...SIDES, 'thumbnail'],
  video: [...SIDES, 'thumbnail', 'seconds'],
  document: [...SIDES, 'thumbnail'],
  audio: ['seconds', 'waveform'],
};

/** The preview of a file of this message type; undefined if it breaks a rule, an empty one if there is none. */
export function parsePreview(value: unknown, kind: string): FilePreview | undefined {
  if (value === undefined || value === null) return {};
  if (!isObject(value) || Object.keys(value).some((field) => !FIELDS[kind]!.includes(field))) return undefined;
  const given = Object.entries(value).filter(([, one]) => one !== null);
  const preview = Object.fromEntries(given) as FilePreview;
  const { width, height, seconds, thumbnail, waveform } = preview;
  const fits = (width === undefined) === (height === undefined)
    && isNumber(width ?? 1, 1, MOST_PIXELS) && isNumber(height ?? 1, 1, MOST_PIXELS) && isNumber(seconds ?? 0, 0, MOST_SECONDS)
    && (thumbnail === undefined || isThumbnail(thumbnail)) && (waveform === undefined || isWaveform(waveform));
  return fits ? preview : undefined;
}

const isNumber = (value: unknown, least: number, most: number): boolean => Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;

const isThumbnail = (value: unknown): boolean => readThumbnail(value, THUMBNAIL_BYTES) !== null;

/** The bytes of a small JPEG in base64; null for anything else, and for one that is too large. */
export function readThumbnail(value: unknown, most: number): Uint8Array | null {
  if (typeof value !== 'string') return null;
  const plain = value.replace(/=+$/, '');
  if (!/^[A-Za-z0-9+/]+$/.test(plain) || plain.length % 4 === 1 || Math.floor((plain.length * 3) / 4) > most) return null;
  const bytes = Uint8Array.from(atob(plain), (one) => one.charCodeAt(0));
  return pictureType(bytes, THUMBNAIL_PIXELS) === 'image/jpeg' ? bytes : null;
}

const isWaveform = (value: unknown): boolean =>
  Array.isArray(value) && value.length >= 1 && value.length <= WAVEFORM_NUMBERS && value.every((one) => isNumber(one, 0, LOUDEST));

// The single values of a template send: each holds exactly what its type says, and nothing that its place does not allow; as in Python.
import { isObject } from '../../../shared/wire/frames.ts';
import type { FilePreview } from '../api.ts';
import { characters } from '../content/characters.ts';
import { parsePreview } from '../files/preview.ts';

export const PAYLOAD_CHARACTERS = 256;
export const COUPON_CHARACTERS = 20;
export const CODE_CHARACTERS = 15;
const PLACE_CHARACTERS = 256;
const TOKEN_CHARACTERS = 1024;
const DATA_CHARACTERS = 16_384;
const FILENAME_CHARACTERS = 240;
const MIME_CHARACTERS = 128;
const FORBIDDEN = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]| {4}/;
const LINK = /:\/\/|[wW]{3}\.|[A-Za-z0-9-]+\.[A-Za-z]{2,}\//;
const DEGREES = /^-?[0-9]{1,3}(\.[0-9]{1,20})?$/;
const MIME_TYPE = /^[a-z0-9.+-]+\/[a-z0-9.+-]+( ?; ?[A-Za-z0-9.+-]+=[A-Za-z0-9.+" -]+)*$/;
const MEGABYTE = 1024 * 1024;
// The year 9999 in milliseconds.
const LATEST = 253_402_300_799_000;
const FILES: Record<string, { types: string[] | null; bytes: number }> = {
  image: { types: ['image/jpeg', 'image/png'], bytes: 5 * MEGABYTE },
  video: { types: ['video/mp4', 'video/3gpp'], bytes: 16 * MEGABYTE },
  document: { types: null, bytes: 100 * MEGABYTE },
};

export class ParametersBroken extends Error {}

export type Fields = Record<string, unknown>;

/** A file as it is sealed: a pointer to the relay, and what opens it. */
export interface MediaFile {
  mime_type: string;
  sha256: string;
  file_size: number;
  blob: { id: string; key: string; prefix: string };
  filename?: string;
  preview?: FilePreview;
}

export interface Place { latitude: string; longitude: string; name?: string; address?: string }

export function demand(fits: unknown, what: string): asserts fits {
  if (!fits) throw new ParametersBroken(what);
}

export const hasOnly = (value: Fields, ...fields: string[]): boolean => Object.keys(value).every((field) => fields.includes(field));

/** A text that a company fills in freely: on one line, and without a web address. */
export function words(value: unknown, longest = Infinity): string {
  demand(typeof value === 'string' && value && !FORBIDDEN.test(value) && !LINK.test(value) && characters(value) <= longest, 'text');
  return value;
}

/** What stands in the field of this kind; no other field may hold anything. */
export function valueOf(parameter: Fields, kind: string): unknown {
  const others = Object.entries(parameter).filter(([name, value]) => !['type', 'parameter_name', kind].includes(name) && value != null);
  demand(parameter.type === kind && !others.length && parameter[kind] != null && parameter[kind] !== '', kind);
  return parameter[kind];
}

/** The one value of this kind, null if there is none. */
export function onlyValue(parameters: Fields[], kind: string): unknown {
  const [parameter, ...more] = parameters;
  if (!parameter) return null;
  demand(!more.length && parameter.parameter_name == null, kind);
  return valueOf(parameter, kind);
}

/** A header's file: of a type that its format shows; beside a document its name, nothing else. */
export function checkFile(file: unknown, kind: string): MediaFile {
  demand(isObject(file) && hasOnly(file, 'mime_type', 'sha256', 'file_size', 'blob', 'caption', 'filename', 'voice', 'animated', 'preview'), 'file');
  const { mime_type: type, file_size: size, filename, blob } = file;
  const rules = FILES[kind]!;
  demand(typeof type === 'string' && type.length <= MIME_CHARACTERS && MIME_TYPE.test(type), 'mime_type');
  demand(!rules.types || rules.types.includes(type.split(';')[0]!.trim()), 'mime_type');
  demand(Number.isInteger(size) && (size as number) >= 0 && (size as number) <= rules.bytes && isKey(file.sha256, 43), 'file');
  demand(isObject(blob) && hasOnly(blob, 'id', 'key', 'prefix') && isText(blob.id, MIME_CHARACTERS) && isKey(blob.key, 43) && isKey(blob.prefix, 10), 'blob');
  demand(parsePreview(file.preview, kind), 'preview');
  demand(file.caption == null && file.voice == null && file.animated == null, 'file');
  demand(filename == null || (kind === 'document' && words(filename, FILENAME_CHARACTERS)), 'filename');
  return file as unknown as MediaFile;
}

export function checkPlace(place: unknown): Place {
  demand(isObject(place) && hasOnly(place, 'latitude', 'longitude', 'name', 'address'), 'location');
  for (const [name, most] of [['latitude', 90], ['longitude', 180]] as const) {
    const degrees = place[name];
    demand(typeof degrees === 'string' && DEGREES.test(degrees) && Math.abs(Number(degrees)) <= most, name);
  }
  for (const name of ['name', 'address']) if (place[name] != null) words(place[name], PLACE_CHARACTERS);
  return place as unknown as Place;
}

export interface FlowAction { flow_token?: string; flow_action_data?: string; flow?: unknown }

/** What opens a form; its data is a JSON object as text. */
export function checkAction(action: unknown): FlowAction {
  demand(isObject(action) && hasOnly(action, 'flow_token', 'flow_action_data', 'flow'), 'action');
  const { flow_token: token, flow_action_data: data } = action;
  demand(token == null || (typeof token === 'string' && characters(token) <= TOKEN_CHARACTERS), 'flow_token');
  demand(data == null || (typeof data === 'string' && characters(data) <= DATA_CHARACTERS && isJsonObject(data)), 'flow_action_data');
  return action;
}

/** When an offer ends, in Unix seconds. */
export function checkEnd(end: unknown): number {
  demand(isObject(end) && hasOnly(end, 'expiration_time_ms'), 'offer');
  const time = end.expiration_time_ms as number;
  demand(Number.isInteger(time) && time >= 0 && time <= LATEST, 'expiration_time_ms');
  return Math.floor(time / 1000);
}

const isText = (value: unknown, longest: number): boolean => typeof value === 'string' && value !== '' && characters(value) <= longest;
const isKey = (value: unknown, length: number): boolean => typeof value === 'string' && new RegExp(`^[A-Za-z0-9+/]{${length}}=*$`).test(value);

function isJsonObject(text: string): boolean {
  try {
    return isObject(JSON.parse(text));
  } catch {
    return false;
  }
}

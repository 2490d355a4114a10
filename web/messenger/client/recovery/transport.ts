// The relay's calls for backups: JSON for the two texts, bytes for the parts; what is asked for by its id needs no account.
import { having, listOf, number, text } from '../../../shared/wire/answers.ts';
import { isObject } from '../../../shared/wire/frames.ts';
import { AnswerUnreadable, RelayRefused, RelayUnreachable, shaped, type RelayHttp } from '../../../shared/wire/relay_http.ts';
import type { Backup, BackupState, BackupStates } from '../../../shared/wire/types.ts';

type Bytes = Uint8Array<ArrayBuffer>;

const TIMEOUT = 60_000;
const TOO_MANY = 429;
const BYTES = 'application/octet-stream';
const PART_BYTES = 1000 * 1024;

export const readBackup = (http: RelayHttp, id: string): Promise<Backup> => http.call<Backup>('GET', `/v1/backups/${id}`).then(shaped({ generation: number, identity: text, contents: text }));
const listBackups = (http: RelayHttp): Promise<BackupStates> => http.authorized<BackupStates>('GET', '/v1/backups').then(shaped({ backups: listOf(having({ id: text })) }));
export const storeBackup = (http: RelayHttp, id: string, body: { previous: number; identity: string; contents: string; parts: string[] }): Promise<BackupState> =>
  http.authorized<BackupState>('PUT', `/v1/backups/${id}`, body).then(shaped({ generation: number, bytes: number }));

/** One that is not there any more is as good as removed. */
export async function removeBackup(http: RelayHttp, id: string): Promise<void> {
  await http.authorized('DELETE', `/v1/backups/${id}`).catch((error: unknown) => {
    if (!(error instanceof RelayRefused) || error.code !== 'not_found') throw error;
  });
}

/** Every backup of this account, but those named. */
export async function removeBackups(http: RelayHttp, but: (string | undefined)[] = []): Promise<void> {
  for (const { id } of (await listBackups(http)).backups) if (!but.includes(id)) await removeBackup(http, id);
}

export async function storePart(http: RelayHttp, id: string, name: string, part: Bytes): Promise<void> {
  const put = async () => call(`${http.url}/v1/backups/${id}/parts/${name}`, { method: 'PUT', body: part, headers: { Authorization: `Bearer ${await http.token()}` } });
  try {
    await put();
  } catch (error) {
    if (!(error instanceof RelayRefused) || error.status !== 401) throw error;
    http.forgetToken();
    await put();
  }
}

export async function readPart(http: RelayHttp, id: string, name: string): Promise<Bytes> {
  const response = await call(`${http.url}/v1/backups/${id}/parts/${name}`, {});
  // A page of something between is no part; what is broken in one says so when it is opened.
  if (response.headers.get('Content-Type') !== BYTES) throw new AnswerUnreadable('not a part of a backup');
  const bytes = new Uint8Array(await response.arrayBuffer().catch((error: unknown) => {
    throw new RelayUnreachable(String(error));
  }));
  if (bytes.length > PART_BYTES) throw new RelayUnreachable(`a part of ${bytes.length} bytes`);
  return bytes;
}

async function call(url: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT), credentials: 'omit', cache: 'no-store' });
  } catch (error) {
    throw new RelayUnreachable(String(error));
  }
  if (response.ok) return response;
  const answer: unknown = await response.json().catch(() => null);
  const error = isObject(answer) && isObject(answer.error) ? answer.error : {};
  if (response.status < 500 && response.status !== TOO_MANY && typeof error.code === 'string') throw new RelayRefused(response.status, error.code, String(error.message));
  throw new RelayUnreachable(`${response.status}`);
}

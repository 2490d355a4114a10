// Calls to the relay: typed answers, errors that say what to do, and a token that is renewed in time.
import { having, listOf, number, object, objectOf, orNothing, record, text, type Shape } from './answers.ts';
import { isObject } from './frames.ts';
import type {
  ChallengeAnswer, CompanyCard, ConsentState, ConsentStates, DeviceSeen, ListedDevices, Login, OwnDevices, PostRecordAnswer, QueryKeysAnswer, RelayInfo, Report, ReportAnswer,
  SignedRecord, TemplateTexts, TokenAnswer,
} from './types.ts';

// Measured, not told: this device's clock may be wrong. A token lives for a day.
const RENEW_AFTER = 12 * 3_600_000;
const TIMEOUT = 30_000;
const TOO_MANY = 429;

/** The relay said no. */
export class RelayRefused extends Error {
  readonly status: number;
  readonly code: string;
  /** What it was about. */
  readonly field: string;
  /** Of `erased`: what it shows for it, unchecked. */
  readonly record: SignedRecord | undefined;

  constructor(status: number, code: string, message: string, field = '', record?: SignedRecord) {
    super(message);
    [this.status, this.code, this.field, this.record] = [status, code, field, record];
  }
}

/** The relay could not be asked now: offline, down, busy, or something between that is no relay. */
export class RelayUnreachable extends Error {
  /** 0: there was no answer at all. */
  readonly status: number;
  /** Seconds, 0 where nobody said. */
  readonly retryAfter: number;

  constructor(message: string, status = 0, retryAfter = 0) {
    super(message);
    [this.status, this.retryAfter] = [status, retryAfter];
  }
}

/** Something answered, and it was no answer of a relay: a page one has to log in at, or a relay that is broken. */
export class AnswerUnreadable extends RelayUnreachable {}

/** Lets an answer through that has what is read of it; throws AnswerUnreadable. */
export const shaped = <T>(shape: Shape<NoInfer<T>>) => (answer: T): T => {
  if (!having(shape)(answer)) throw new AnswerUnreadable(`an answer without ${Object.keys(shape).join(', ')}`);
  return answer;
};

/** What the crypto library is handed, by path; of the others it reads nothing. */
const KEYS: Record<string, Shape<Record<string, unknown>>> = {
  '/v1/keys/upload': { one_time_key_counts: objectOf(number) },
  '/v1/keys/query': { device_keys: objectOf(objectOf(object)), master_keys: objectOf(object), self_signing_keys: objectOf(object), device_lists: orNothing(objectOf(record)) } satisfies Shape<QueryKeysAnswer>,
  '/v1/keys/claim': { one_time_keys: objectOf(object) },
};

export type SignLogin = (login: Login) => Promise<SignedRecord>;

export class RelayHttp {
  #token: TokenAnswer | null = null;
  #tokenAt = 0;
  #login: { account: string; device: string; relay: string; sign: SignLogin } | null = null;

  readonly url: string;
  /** The relay says that this account was erased, and shows, or does not, the account's own word for it. */
  onErased: (record?: SignedRecord) => void = () => {};
  /** The relay's time in Unix seconds, with every token: what is signed after a login can be dated by it. */
  onTime: (seconds: number) => void = () => {};

  constructor(url: string) {
    this.url = url;
  }

  logInAs(account: string, device: string, relay: string, sign: SignLogin): void {
    this.#login = { account, device, relay, sign };
  }

  info = (): Promise<RelayInfo> => this.call<RelayInfo>('GET', '/v1/relay').then(shaped({ name: text, signing_key: text }));
  card = (name: string): Promise<CompanyCard> => this.call<CompanyCard>('GET', `/v1/companies/${encodeURIComponent(name)}`).then(
    shaped({ account: text, handle: text, master_key: object, self_signing_key: object, profile: record, verification: record, offer: orNothing(record) }));
  /** A company's picture, if there is one of this hash; its bytes are as trustworthy as the relay. */
  picture = (name: string, hash: string, most: number): Promise<Uint8Array<ArrayBuffer> | null> =>
    this.#bytes(`/v1/companies/${encodeURIComponent(name)}/picture?hash=${encodeURIComponent(hash)}`, most);
  createAccount = (account: string, device_keys: unknown): Promise<unknown> => this.call('POST', '/v1/accounts', { account, device_keys });
  /** Which devices an account has, and its signed list of them. */
  devicesOf = (account: string): Promise<ListedDevices> => this.call<ListedDevices>('GET', `/v1/accounts/${encodeURIComponent(account)}/devices`).then(shaped({ devices: listOf(text), device_list: orNothing(record) }));
  addDevice = (account: string, keys: object, device_list: SignedRecord): Promise<object> => this.call('POST', '/v1/devices', { account, ...keys, device_list });
  ownDevices = (): Promise<OwnDevices> => this.authorized<OwnDevices>('GET', '/v1/devices').then(shaped({ devices: listOf(having<DeviceSeen>({ device: text })) }));
  removeDevice = (device: string, device_list: SignedRecord): Promise<unknown> => this.authorized('DELETE', `/v1/devices/${device}`, { device_list });
  templates = (account: string): Promise<TemplateTexts> => this.authorized<TemplateTexts>('GET', `/v1/companies/${encodeURIComponent(account)}/templates`).then(shaped({ definitions: listOf(text) }));
  grant = (signed: SignedRecord): Promise<PostRecordAnswer> => this.#receipt('/v1/consent/grants', signed);
  withdraw = (signed: SignedRecord): Promise<PostRecordAnswer> => this.#receipt('/v1/consent/withdrawals', signed);
  /** Ends the account for ever, with all its devices. */
  eraseAccount = (erasure: SignedRecord): Promise<unknown> => this.authorized('DELETE', '/v1/account', { record: erasure });
  consent = (): Promise<ConsentStates> => this.authorized<ConsentStates>('GET', '/v1/consent').then(
    shaped({ businesses: listOf(having<ConsentState>({ business: text, purposes: listOf(text), records: listOf(record) })) }));
  block = (business: string): Promise<unknown> => this.authorized('PUT', `/v1/blocks/${encodeURIComponent(business)}`);
  unblock = (business: string): Promise<unknown> => this.authorized('DELETE', `/v1/blocks/${encodeURIComponent(business)}`);

  #receipt = (path: string, signed: SignedRecord): Promise<PostRecordAnswer> => this.authorized<PostRecordAnswer>('POST', path, { record: signed }).then(shaped({ receipt: record }));

  report = (report: Report): Promise<ReportAnswer> => this.authorized('POST', '/v1/reports', report);

  /** A valid token, by logging in if there is none or it ends soon. */
  async token(): Promise<string> {
    if (!this.#token || performance.now() - this.#tokenAt > RENEW_AFTER) {
      const login = this.#login;
      if (!login) throw new RelayRefused(401, 'unauthorized', 'no account yet');
      const { account, device, relay } = login;
      const { challenge } = await this.call<ChallengeAnswer>('POST', '/v1/auth/challenge', { account, device }).then(shaped({ challenge: text }));
      const signed = await login.sign({ type: 'handschlag.login.v1', relay, account, device, challenge });
      const answer = await this.call<TokenAnswer>('POST', '/v1/auth/token', { login: signed }).then(shaped<TokenAnswer>({ token: text, time: number }));
      [this.#token, this.#tokenAt] = [answer, performance.now()];
      this.onTime(answer.time);
    }
    return this.#token.token;
  }

  forgetToken(): void {
    this.#token = null;
  }

  /** A call with the token; one that is refused as expired is made again with a new one. */
  async authorized<T>(method: string, path: string, body?: unknown): Promise<T> {
    try {
      return await this.call<T>(method, path, body, await this.token());
    } catch (error) {
      if (!(error instanceof RelayRefused) || error.status !== 401) throw error;
      this.forgetToken();
      return this.call<T>(method, path, body, await this.token());
    }
  }

  /** What the crypto library asks: JSON in, JSON out. */
  ask = async (path: string, body: string): Promise<string> => JSON.stringify(shaped(KEYS[path] ?? {})(await this.authorized<Record<string, unknown>>('POST', path, body)));

  /** An authorized call with bytes, or for bytes, which the caller reads; throws as `call` does where the relay says no. */
  async stream(method: string, path: string, { headers = {}, body, signal }: { headers?: Record<string, string>; body?: BodyInit; signal: AbortSignal }): Promise<Response> {
    const ask = async (): Promise<Response> => {
      const all = { ...headers, Authorization: `Bearer ${await this.token()}` };
      try {
        return await fetch(this.url + path, { method, headers: all, ...(body === undefined ? {} : { body }), signal, credentials: 'omit', cache: 'no-store' });
      } catch (error) {
        throw new RelayUnreachable(String(error));
      }
    };
    let response = await ask();
    if (response.status === 401) {
      this.forgetToken();
      response = await ask();
    }
    if (!response.ok) throw refusal(response, await response.json().catch(() => null));
    return response;
  }

  /** The bytes of an answer; null if there is none, or if they do not end where they should. */
  async #bytes(path: string, most: number): Promise<Uint8Array<ArrayBuffer> | null> {
    const response = await fetch(this.url + path, { signal: AbortSignal.timeout(TIMEOUT), credentials: 'omit', cache: 'no-store' });
    if (!response.ok || !response.body) return null;
    const bytes = new Uint8Array(most);
    let length = 0;
    const reader = response.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return bytes.slice(0, length);
      if (length + value.length > most) {
        await reader.cancel();
        return null;
      }
      bytes.set(value, length);
      length += value.length;
    }
  }

  async call<T>(method: string, path: string, body?: unknown, token?: string): Promise<T> {
    let response: Response;
    try {
      response = await fetch(this.url + path, {
        method,
        headers: { ...(token ? { Authorization: `Bearer ${token}` } : {}), ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
        signal: AbortSignal.timeout(TIMEOUT),
        credentials: 'omit',
        cache: 'no-store',
      });
    } catch (error) {
      throw new RelayUnreachable(String(error));
    }
    const answer: unknown = await response.json().catch(() => null);
    if (response.ok && isObject(answer)) return answer as T;
    const refused = refusal(response, answer);
    if (refused instanceof RelayRefused && refused.code === 'erased') this.onErased(refused.record);
    throw refused;
  }
}

/** Only what a relay words as one is a refusal; anything else may be different a moment later. */
function refusal(response: Response, answer: unknown): RelayRefused | RelayUnreachable {
  const error = isObject(answer) && isObject(answer.error) ? answer.error : {};
  if (response.ok) return new AnswerUnreadable(`${response.status} with no answer in it`, response.status);
  const permanent = response.status >= 400 && response.status < 500 && response.status !== TOO_MANY && typeof error.code === 'string';
  if (permanent) return new RelayRefused(response.status, error.code as string, String(error.message), String(error.field ?? ''), isObject(error.record) ? (error.record as unknown as SignedRecord) : undefined);
  return new RelayUnreachable(`${response.status} ${response.statusText}`, response.status, Number(error.retry_after) || 0);
}

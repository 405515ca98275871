import { randomBytes } from 'node:crypto';
import type { ConnectorError } from '../../core/errors.ts';
import type { ConnectorSession, HttpRequest, HttpResponse } from '../../core/ports/connector.ts';
import { apiError, type ErrorBody, headerDroppedCodes } from './errors.ts';
import { parseLenientJson } from './lenient-json.ts';
import { plainText } from './plain-text.ts';
import { signedParameters } from './signing.ts';

/** Shared hosting may need more than ten seconds for 100 orders. */
const timeoutMs = 60_000;

export type Query = Readonly<Record<string, string>>;

export interface Answer {
  readonly value: unknown;
  /** The JSON as it came, for exact raw texts. */
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface StoreClient {
  /**
   * `path` is under the API's root: `wc/v3/orders`. `once` gives up at the first failure, for callers that then ask
   * for less. Throws `ConnectorError` for every answer that is not a success with JSON in it.
   */
  get(path: string, query?: Query, options?: { readonly once?: boolean }): Promise<Answer>;
  /** Absolute values: safe to repeat. */
  put(path: string, body: unknown): Promise<Answer>;
  /** Never repeated by itself. */
  post(path: string, body: unknown): Promise<Answer>;
  /** `basic`, or `query` once the store was seen to drop the header. */
  authStyle(): string;
}

/**
 * Calls of one connector operation. Credentials: `store_url`, `consumer_key`, `consumer_secret`, `api_style` (`path`:
 * `/wp-json/…`, `query`: `/?rest_route=/…`), `auth_style` (`basic`, or `query` where the header is dropped).
 */
export function createClient(
  session: Pick<ConnectorSession, 'credentials' | 'http' | 'now' | 'log'>,
  operation: string,
): StoreClient {
  const { credentials } = session;
  const storeUrl = credentials.store_url ?? '';
  const isPlainHttp = storeUrl.startsWith('http://');
  const keys = { key: credentials.consumer_key ?? '', secret: credentials.consumer_secret ?? '' };
  let style = credentials.auth_style === 'query' ? 'query' : 'basic';

  return {
    get: (path, query, options) => {
      // Page caches in front of a store serve old answers to the same address.
      const fresh = { ...query, nocache: `${session.now().getTime().toString(36)}${randomBytes(4).toString('hex')}` };
      return call('GET', path, fresh, undefined, options?.once !== true);
    },
    put: (path, body) => call('PUT', path, {}, body, true),
    post: (path, body) => call('POST', path, {}, body, false),
    authStyle: () => style,
  };

  async function call(
    method: HttpRequest['method'],
    path: string,
    query: Query,
    body: unknown,
    idempotent: boolean,
  ): Promise<Answer> {
    const response = await send(method, path, query, body, idempotent, style);
    if (isSuccess(response)) return read(response);
    const error = errorOf(response);
    const mayBeDropped = response.status === 401 && headerDroppedCodes.has(error.platformCode ?? '');
    if (!mayBeDropped || isPlainHttp || style === 'query') throw error;
    const again = await send(method, path, query, body, idempotent, 'query');
    if (!isSuccess(again)) throw errorOf(again);
    style = 'query';
    return read(again);
  }

  function send(
    method: HttpRequest['method'],
    path: string,
    query: Query,
    body: unknown,
    idempotent: boolean,
    authStyle: string,
  ): Promise<HttpResponse> {
    const isRouted = credentials.api_style === 'query';
    const base = isRouted ? `${storeUrl}/` : `${storeUrl}/wp-json/${path}`;
    const plain: [string, string][] = [
      ...(isRouted ? [['rest_route', `/${path}`] as [string, string]] : []),
      ...Object.entries(query),
    ];
    const headers: Record<string, string> = { 'cache-control': 'no-cache' };
    if (body !== undefined) headers['content-type'] = 'application/json';
    let parameters: readonly (readonly [string, string])[] = plain;
    if (isPlainHttp) {
      const oneTime = { timestamp: Math.floor(session.now().getTime() / 1000), nonce: randomBytes(16).toString('hex') };
      parameters = signedParameters(method, base, plain, keys, oneTime);
    } else if (authStyle === 'query') {
      parameters = [...plain, ['consumer_key', keys.key], ['consumer_secret', keys.secret]];
    } else {
      headers.authorization = `Basic ${Buffer.from(`${keys.key}:${keys.secret}`).toString('base64')}`;
    }
    const search = parameters
      .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`)
      .join('&');
    return session.http.send({
      operation,
      method,
      url: search === '' ? base : `${base}?${search}`,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      timeoutMs,
      idempotent,
    });
  }

  function read(response: HttpResponse): Answer {
    const { value, text, cutCount } = parseLenientJson(response.text, operation);
    if (cutCount > 0) {
      session.log?.warn({ platform: 'woocommerce', operation, cutCount }, 'the store writes text before its JSON');
    }
    return { value, text, headers: response.headers };
  }

  function errorOf(response: HttpResponse): ConnectorError {
    return apiError(response, operation, errorBody(response.text, operation));
  }
}

const isSuccess = (response: HttpResponse): boolean => response.status >= 200 && response.status < 300;

/** Code and words of an error answer; nulls for what is not WordPress's. The message may hold HTML. */
function errorBody(text: string, operation: string): ErrorBody {
  try {
    const { value } = parseLenientJson(text, operation);
    if (typeof value !== 'object' || value === null) return { code: null, message: null };
    const { code, message }: { code?: unknown; message?: unknown } = value;
    return {
      code: typeof code === 'string' ? code : null,
      message: typeof message === 'string' ? plainText(message).slice(0, 300) : null,
    };
  } catch {
    return { code: null, message: null }; // A web page: the status says enough.
  }
}

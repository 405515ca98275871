import { createHmac } from 'node:crypto';
import { percentEncode } from '../shared/signing.ts';

type Parameters = readonly (readonly [string, string])[];

export interface OneTime {
  /** Unix seconds; the store tolerates 15 minutes. */
  readonly timestamp: number;
  /** Unique for every call. */
  readonly nonce: string;
}

/**
 * The query of a call by plain http, signed by OAuth 1.0a without a token (HMAC-SHA256, base64). `url` has no query;
 * `parameters` are decoded. By https nothing is signed.
 */
export function signedParameters(
  method: string,
  url: string,
  parameters: Parameters,
  keys: { readonly key: string; readonly secret: string },
  oneTime: OneTime,
): Parameters {
  const all: Parameters = [
    ...parameters,
    ['oauth_consumer_key', keys.key],
    ['oauth_nonce', oneTime.nonce],
    ['oauth_signature_method', 'HMAC-SHA256'],
    ['oauth_timestamp', String(oneTime.timestamp)],
  ];
  const base = signatureBase(method, url, all);
  const signature = createHmac('sha256', `${keys.secret}&`).update(base).digest('base64');
  return [...all, ['oauth_signature', signature]];
}

/** `METHOD&url&parameters`, each part percent-encoded; keys and values therefore twice. */
export function signatureBase(method: string, url: string, parameters: Parameters): string {
  const pairs = parameters
    .map(([key, value]) => [percentEncode(key), percentEncode(value)] as const)
    .sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : x > y ? 1 : 0))
    .map(([key, value]) => `${key}=${value}`);
  return [method, url, pairs.join('&')].map(percentEncode).join('&');
}

import { hmacSha256, safeEqual } from '../shared/signing.ts';

type Query = readonly (readonly [string, string])[];

/**
 * The text that Shopify signs: without `hmac` and `signature`, keys sorted, form-encoded but a space as `%20`.
 * Values are given decoded. A key that is repeated is serialized as `key[]`.
 */
export function signedQueryText(query: Query): string {
  const byKey = new Map<string, string[]>();
  for (const [key, value] of query) {
    if (key === 'hmac' || key === 'signature') continue;
    byKey.set(key, [...(byKey.get(key) ?? []), value]);
  }
  const pairs = [...byKey]
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .flatMap(([key, values]) => {
      const name = values.length > 1 && !key.endsWith('[]') ? `${key}[]` : key;
      return values.map((value): [string, string] => [name, value]);
    });
  return new URLSearchParams(pairs).toString().replaceAll('+', '%20');
}

/** False without a secret or an `hmac`; compared in constant time. */
export function hasValidQueryHmac(secret: string | undefined, query: Query): boolean {
  const given = query.find(([key]) => key === 'hmac')?.[1] ?? '';
  if (secret === undefined || secret === '' || given === '') return false;
  return safeEqual(hmacSha256(secret, signedQueryText(query), 'hex'), given.toLowerCase());
}

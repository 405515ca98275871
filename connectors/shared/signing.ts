import { createHmac, timingSafeEqual } from 'node:crypto';

export type HmacEncoding = 'hex' | 'base64';

/** HMAC-SHA256 of the exact bytes (or UTF-8 text) with a UTF-8 secret; hex is lower case. */
export const hmacSha256 = (secret: string, data: string | Uint8Array, encoding: HmacEncoding): string =>
  createHmac('sha256', secret).update(data).digest(encoding);

/** Equality in time that does not depend on where the texts differ; texts of other lengths are unequal. */
export function safeEqual(a: string, b: string): boolean {
  const left = Buffer.from(a, 'utf8');
  const right = Buffer.from(b, 'utf8');
  return left.length === right.length && timingSafeEqual(left, right);
}

/** True when `signature` is that of `data`. False when secret or signature is missing: an empty secret signs nothing. */
export function verifyHmacSha256(
  secret: string | undefined,
  data: string | Uint8Array,
  signature: string | undefined,
  encoding: HmacEncoding,
): boolean {
  if (secret === undefined || secret === '' || signature === undefined || signature === '') return false;
  return safeEqual(hmacSha256(secret, data, encoding), signature);
}

/** Percent-encoding by RFC 3986: everything but letters, digits and `-._~`; a space is `%20`. */
export const percentEncode = (text: string): string =>
  encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );

import { describe, expect, it } from 'vitest';
import { hmacSha256, percentEncode, safeEqual, verifyHmacSha256 } from '../../../connectors/shared/signing.ts';

describe('signatures', () => {
  it('compares in constant time and refuses what is empty, longer or shorter', () => {
    expect(safeEqual('abc', 'abc')).toBe(true);
    for (const other of ['abd', 'ab', 'abcd', '', 'äbc']) expect(safeEqual('abc', other), other).toBe(false);
    const good = hmacSha256('secret', 'body', 'base64');
    expect(verifyHmacSha256('secret', 'body', good, 'base64')).toBe(true);
    expect(verifyHmacSha256('secret', Buffer.from('body'), good, 'base64')).toBe(true);
    expect(verifyHmacSha256('', 'body', hmacSha256('', 'body', 'base64'), 'base64')).toBe(false);
    expect(verifyHmacSha256(undefined, 'body', good, 'base64')).toBe(false);
    expect(verifyHmacSha256('secret', 'body', undefined, 'base64')).toBe(false);
  });

  it('percent-encodes by RFC 3986, broken text included', () => {
    expect(percentEncode("a b!'()*~-._é+/")).toBe('a%20b%21%27%28%29%2A~-._%C3%A9%2B%2F');
    expect(percentEncode('\uD800')).toBe('%EF%BF%BD');
  });
});

import { describe, expect, it } from 'vitest';
import { retryAfterMs } from '../../../connectors/shared/errors.ts';
import { isoSeconds, parseTime } from '../../../connectors/shared/time.ts';

describe('times', () => {
  it('reads ISO times with a zone, and without one only when the zone is known', () => {
    expect(parseTime('2026-11-20T10:00:00+08:00')?.toISOString()).toBe('2026-11-20T02:00:00.000Z');
    expect(parseTime('2026-11-20 10:00:00.5Z')?.toISOString()).toBe('2026-11-20T10:00:00.500Z');
    expect(parseTime('2026-11-20T10:00:00', 480)?.toISOString()).toBe('2026-11-20T02:00:00.000Z');
    expect(parseTime('2026-11-20', 480)?.toISOString()).toBe('2026-11-19T16:00:00.000Z');
    expect(parseTime('2026-11-20T10:00:00+0800', 0)?.toISOString()).toBe('2026-11-20T02:00:00.000Z');
    for (const text of [
      '2026-11-20T10:00:00',
      '2026-13-01T00:00:00Z',
      'yesterday',
      '',
      '0000-00-00T00:00:00Z',
      null,
      undefined,
    ]) {
      expect(parseTime(text), String(text)).toBeNull();
    }
    expect(isoSeconds(new Date('2026-11-20T10:00:00.999Z'))).toBe('2026-11-20T10:00:00Z');
  });

  it('reads Retry-After in seconds and as a date, and nothing else', () => {
    const now = new Date('2026-11-20T10:00:00Z');
    expect(retryAfterMs('2', now)).toBe(2_000);
    expect(retryAfterMs('1.5', now)).toBe(1_500);
    expect(retryAfterMs('Fri, 20 Nov 2026 10:00:30 GMT', now)).toBe(30_000);
    expect(retryAfterMs('Fri, 20 Nov 2026 09:00:00 GMT', now)).toBe(0);
    expect(retryAfterMs('soon', now)).toBeNull();
    expect(retryAfterMs(undefined, now)).toBeNull();
  });
});

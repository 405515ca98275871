import { describe, expect, it } from 'vitest';
import { isId, newId } from '../../core/ids.ts';

describe('ids', () => {
  it('are version 7 UUIDs of this moment', () => {
    const before = Date.now();
    const id = newId();
    expect(isId(id)).toBe(true);
    expect(id).toMatch(/^.{14}7.{4}[89ab]/);
    const madeAt = Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
    expect(madeAt).toBeGreaterThanOrEqual(before);
    expect(madeAt).toBeLessThanOrEqual(Date.now() + 1);
  });

  it('ascend and never repeat, thousands within a millisecond too', () => {
    const ids = Array.from({ length: 20_000 }, newId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(ids.toSorted());
  });

  it('share no random part, whichever comes next', () => {
    // 42 bits at the end are random: among a thousand no two are alike.
    const ends = Array.from({ length: 1_000 }, () => newId().slice(-10));
    expect(new Set(ends).size).toBe(ends.length);
  });
});

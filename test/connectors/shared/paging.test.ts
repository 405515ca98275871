import { describe, expect, it } from 'vitest';
import { cursorPages } from '../../../connectors/shared/paging.ts';
import { failureOf } from './support.ts';

describe('paging', () => {
  const options = { platform: 'test', operation: 'fetchOrders' };
  const collect = async <T>(pages: AsyncIterable<T>): Promise<T[]> => {
    const all: T[] = [];
    for await (const page of pages) all.push(page);
    return all;
  };

  it('ends with the last page, also one that names an empty cursor', async () => {
    const next = [' b', 'c', ''];
    expect(
      await collect(cursorPages(async (cursor) => ({ items: cursor, next: next.shift() ?? null }), options)),
    ).toEqual([null, ' b', 'c']);
  });

  it('stops when the platform sends it in a circle, or never ends', async () => {
    const circle = cursorPages(async (cursor) => ({ items: 1, next: cursor === 'a' ? 'b' : 'a' }), options);
    expect(await failureOf(collect(circle))).toMatchObject({ kind: 'retryable', platformCode: 'paging_loop' });
    let page = 0;
    const endless = cursorPages(
      async () => {
        page += 1;
        return { items: page, next: String(page) };
      },
      { ...options, maxPages: 5 },
    );
    expect(await failureOf(collect(endless))).toMatchObject({ platformCode: 'paging_loop' });
    expect(page).toBe(5);
  });
});

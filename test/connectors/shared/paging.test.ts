import { describe, expect, it } from 'vitest';
import { cursorPages, readAhead } from '../../../connectors/shared/paging.ts';
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

  it('fetches one page ahead of the one that is being written, not more', async () => {
    const events: string[] = [];
    async function* source(): AsyncGenerator<number> {
      for (let page = 1; page <= 4; page += 1) {
        events.push(`fetch ${page}`);
        yield page;
      }
    }
    for await (const page of readAhead(source())) {
      await new Promise((resolve) => setTimeout(resolve, 2));
      events.push(`written ${page}`);
    }
    expect(events).toEqual([
      'fetch 1',
      'fetch 2',
      'written 1',
      'fetch 3',
      'written 2',
      'fetch 4',
      'written 3',
      'written 4',
    ]);
  });

  it('hands on the failure of the page ahead, after the page before it was used', async () => {
    async function* source(): AsyncGenerator<number> {
      yield 1;
      throw new Error('page two is broken');
    }
    const seen: number[] = [];
    await expect(
      (async () => {
        for await (const page of readAhead(source())) {
          await new Promise((resolve) => setTimeout(resolve, 5));
          seen.push(page);
        }
      })(),
    ).rejects.toThrow('page two is broken');
    expect(seen).toEqual([1]);
  });

  it('closes the listing when the reader stops early', async () => {
    let isClosed = false;
    async function* source(): AsyncGenerator<number> {
      try {
        yield 1;
        yield 2;
        yield 3;
      } finally {
        isClosed = true;
      }
    }
    for await (const page of readAhead(source())) if (page === 1) break;
    expect(isClosed).toBe(true);
  });
});

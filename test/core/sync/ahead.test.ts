import { describe, expect, it } from 'vitest';
import { pagesAhead } from '../../../core/sync/ahead.ts';

describe('reading pages', () => {
  it('fetches one page ahead of the one that is being written, not more', async () => {
    const events: string[] = [];
    async function* source(): AsyncGenerator<number> {
      for (let page = 1; page <= 4; page += 1) {
        events.push(`fetch ${page}`);
        yield page;
      }
    }
    for await (const page of pagesAhead(source())) {
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
        for await (const page of pagesAhead(source())) {
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
    for await (const page of pagesAhead(source())) if (page === 1) break;
    expect(isClosed).toBe(true);
  });
});

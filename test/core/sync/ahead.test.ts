import { describe, expect, it } from 'vitest';
import { pagesAhead } from '../../../core/sync/ahead.ts';

describe('reading pages', () => {
  const one = (): number => 1;

  it('fetches on while a page is being written, and gives all that came in meanwhile', async () => {
    const events: string[] = [];
    async function* source(): AsyncGenerator<number> {
      for (let page = 1; page <= 6; page += 1) {
        events.push(`fetch ${page}`);
        yield page;
      }
    }
    for await (const pages of pagesAhead(source(), one, 2)) {
      await new Promise((resolve) => setTimeout(resolve, 2));
      events.push(`written ${pages.join()}`);
    }
    expect(events.filter((event) => event.startsWith('written'))).toEqual([
      'written 1',
      'written 2,3',
      'written 4,5',
      'written 6',
    ]);
    // Not more than enough waits: 4 is fetched only when 2 and 3 have been taken.
    expect(events.indexOf('fetch 4')).toBeGreaterThan(events.indexOf('written 1'));
    expect(events.indexOf('fetch 3')).toBeLessThan(events.indexOf('written 1'));
  });

  it('gives each page of a slow platform as it comes', async () => {
    async function* source(): AsyncGenerator<number> {
      for (let page = 1; page <= 3; page += 1) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        yield page;
      }
    }
    const seen: (readonly number[])[] = [];
    for await (const pages of pagesAhead(source(), one, 10)) seen.push(pages);
    expect(seen).toEqual([[1], [2], [3]]);
  });

  it('ends with a listing without pages', async () => {
    async function* source(): AsyncGenerator<number> {}
    const seen: (readonly number[])[] = [];
    for await (const pages of pagesAhead(source(), one, 10)) seen.push(pages);
    expect(seen).toEqual([]);
  });

  it('hands on the failure of the page ahead, after the page before it was used', async () => {
    async function* source(): AsyncGenerator<number> {
      yield 1;
      throw new Error('page two is broken');
    }
    const seen: number[] = [];
    await expect(
      (async () => {
        for await (const pages of pagesAhead(source(), one, 10)) {
          await new Promise((resolve) => setTimeout(resolve, 5));
          seen.push(...pages);
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
    for await (const pages of pagesAhead(source(), one, 1)) if (pages[0] === 1) break;
    expect(isClosed).toBe(true);
  });
});

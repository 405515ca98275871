import { ConnectorError } from '../../core/errors.ts';

export interface CursorPage<T> {
  readonly items: T;
  /** Null on the last page. */
  readonly next: string | null;
}

export interface PagingOptions {
  readonly platform: string;
  readonly operation: string;
  /** More pages than any honest listing has; default 100,000. */
  readonly maxPages?: number;
}

/**
 * Walks a listing to its end. A cursor that was seen before means that the platform sends us in a circle: `retryable`,
 * since what was fetched so far is good and a later run starts afresh.
 */
export async function* cursorPages<T>(
  fetchPage: (cursor: string | null) => Promise<CursorPage<T>>,
  options: PagingOptions,
): AsyncGenerator<T> {
  const seen = new Set<string>();
  let cursor: string | null = null;
  for (let page = 0; page < (options.maxPages ?? 100_000); page += 1) {
    const { items, next }: CursorPage<T> = await fetchPage(cursor);
    yield items;
    if (next === null || next === '') return;
    if (seen.has(next)) throw circle(options, 'the same page was offered twice');
    seen.add(next);
    cursor = next;
  }
  throw circle(options, 'the listing does not end');
}

function circle(options: PagingOptions, why: string): ConnectorError {
  return new ConnectorError(`${options.platform} ${options.operation}: ${why}`, {
    kind: 'retryable',
    platform: options.platform,
    operation: options.operation,
    platformCode: 'paging_loop',
  });
}

import { ConnectorError } from '../../core/errors.ts';
import { parseJson, parsePage } from '../shared/json.ts';
import { parseTime } from '../shared/time.ts';
import type { Answer, Query, StoreClient } from './client.ts';
import { listed } from './wire.ts';

/** Slow hosts fail on large pages: each failure asks for the next smaller one. */
const pageSizes = [100, 50, 20] as const;

/** Answers with orders from before the asked time that are taken for a cache's before the listing fails. */
const staleAnswers = 3;

export interface ListedOrder {
  readonly id: string | null;
  readonly value: unknown;
  readonly raw: string;
  /** Refunds that say how many pieces are still wanted; false where nobody would ship anyway. */
  readonly needsRefunds: boolean;
}

export interface Listing {
  readonly operation: string;
  readonly orderby: 'modified' | 'date';
  /** Not before this; whole seconds. */
  readonly from: Date;
  readonly query: Query;
}

const after = { modified: 'modified_after', date: 'after' } as const;

/** `2026-11-20T13:33:15`, read as UTC because of `dates_are_gmt`. */
export const gmtText = (at: Date): string => at.toISOString().slice(0, 19);

/**
 * Walks orders ascending by a time, moving on by the last time seen instead of by page number: an order that changes
 * while pages are read moves to the end, so every later row moves one place forward, and page numbers would step over
 * one. `modified_after` excludes its own second, so one second is taken off and rows already seen are dropped. Only
 * where one second fills a whole page are its further pages read by number. Ends when the store has nothing new.
 */
export async function* listOrders(client: StoreClient, listing: Listing): AsyncGenerator<readonly ListedOrder[]> {
  const context = { platform: 'woocommerce', operation: listing.operation };
  const seen = new Set<string>();
  let from = Math.floor(listing.from.getTime() / 1000) * 1000;
  let page = 1;
  let size: number = pageSizes[0];
  let staleCount = 0;
  for (;;) {
    const { answer, usedSize } = await fetchPage(from, page, size);
    if (usedSize !== size) {
      // Numbers of another size are other pages.
      size = usedSize;
      page = 1;
    }
    const { elements } = parsePage(answer.text, [], context);
    const rows = elements.map((raw) => rowOf(raw, context));
    if (rows.some((row) => row.at !== null && row.at < from)) {
      // A cache answered another question, or the store does not know the filter: moving on would step over orders.
      staleCount += 1;
      if (staleCount >= staleAnswers) throw outOfWindow(context);
      continue;
    }
    staleCount = 0;
    const fresh = rows.filter((row) => row.key === null || !seen.has(row.key));
    for (const row of fresh) if (row.key !== null) seen.add(row.key);
    if (fresh.length > 0) yield fresh.map((row) => row.order);
    const total = Number(answer.headers['x-wp-total'] ?? Number.NaN);
    if (rows.length === 0 || page * size >= total) return;
    const last = Math.max(...rows.map((row) => row.at ?? 0));
    // A store whose cache strips the totals ends when it repeats itself on a page that is not full.
    if (fresh.length === 0 && rows.length < size) return;
    page = last > from ? 1 : page + 1;
    from = Math.max(from, last);
  }

  async function fetchPage(
    fromMs: number,
    number: number,
    startSize: number,
  ): Promise<{ answer: Answer; usedSize: number }> {
    for (const tried of pageSizes.filter((candidate) => candidate <= startSize)) {
      const isSmallest = tried === pageSizes.at(-1);
      const query = {
        ...listing.query,
        orderby: listing.orderby,
        order: 'asc',
        [after[listing.orderby]]: gmtText(new Date(fromMs - 1000)),
        dates_are_gmt: 'true',
        per_page: String(tried),
        page: tried === startSize ? String(number) : '1',
      };
      try {
        return { answer: await client.get('wc/v3/orders', query, { once: !isSmallest }), usedSize: tried };
      } catch (error) {
        if (isSmallest || !isOverload(error)) throw error;
      }
    }
    throw new Error('unreachable: the smallest page either answers or throws');
  }

  function rowOf(raw: string, where: { platform: string; operation: string }) {
    const value = parseJson(raw, where);
    const parsed = listed.safeParse(value);
    const data = parsed.success ? parsed.data : null;
    const time = listing.orderby === 'modified' ? data?.date_modified_gmt : data?.date_created_gmt;
    const id = data?.id ?? null;
    const order: ListedOrder = { id, value, raw, needsRefunds: needsRefunds(value) };
    return { order, key: id === null ? null : `${id} ${time ?? ''}`, at: parseTime(time, 0)?.getTime() ?? null };
  }
}

const outOfWindow = (context: { platform: string; operation: string }): ConnectorError =>
  new ConnectorError(`woocommerce ${context.operation}: orders from outside the asked time`, {
    kind: 'permanent',
    ...context,
    platformCode: 'filter_ignored',
    platformMessage:
      'The store answers with orders from before the time asked for. Its WooCommerce is too old, or a page cache answers for it: leave /wp-json/ out of the cache.',
  });

/** The statuses after which nothing is shipped. */
const ended: ReadonlySet<string> = new Set(['completed', 'cancelled', 'refunded', 'failed', 'trash', 'checkout-draft']);

/** Whether the order's refunds must be read to know what is left to ship. */
export function needsRefunds(value: unknown): boolean {
  const parsed = listed.safeParse(value);
  if (!parsed.success || (parsed.data.refunds ?? []).length === 0) return false;
  return !ended.has(parsed.data.status ?? '');
}

/** A failure that a smaller page may mend; a store that asks to wait is obeyed instead. */
const isOverload = (error: unknown): boolean =>
  error instanceof ConnectorError &&
  error.kind === 'retryable' &&
  error.retryAfterMs === undefined &&
  error.httpStatus !== 429 &&
  (error.outcomeUnknown || (error.httpStatus ?? 0) >= 500 || error.platformCode === 'not_json');

import { z } from 'zod';
import type { OrderRow } from '../core/queries/list-orders.ts';
import type { Gesture } from './gesture.ts';
import { merchantsOf } from './reading.ts';

/** Rows of one page: each has a button, and a phone shows about this many. */
export const foundPerPage = 8;
/** More are not counted; the search is then too wide to read page by page. */
export const mostFound = 100;
/** Longer than any number, name or SKU that is worth looking for. */
export const mostTyped = 200;

/** What a page button carries. */
export const foundPage = z.object({ text: z.string().max(mostTyped), page: z.number().int().min(0) });

export interface Found {
  readonly text: string;
  readonly page: number;
  readonly total: number;
  /** True when there may be more than `total`. */
  readonly isCut: boolean;
  readonly rows: readonly OrderRow[];
}

/**
 * The desk's search among `merchantIds`. For somebody whom the desk does not know nothing is found by its recipient: they
 * are not shown whom an order goes to, and must not be able to ask either.
 */
export async function search(
  { deps, actor }: Pick<Gesture, 'deps' | 'actor'>,
  asked: { readonly merchantIds: readonly string[]; readonly text: string; readonly limit: number },
): Promise<readonly OrderRow[]> {
  const found = await deps.queries.findOrders(asked);
  return actor.personId === null ? found.filter(({ foundIn }) => foundIn !== 'recipient') : found;
}

/** The search among the merchants that this person may see, cut into pages; a page too far is the last one. */
export async function findPage(
  gesture: Pick<Gesture, 'deps' | 'actor'>,
  asked: { readonly text: string; readonly page: number },
): Promise<Found> {
  const text = asked.text.trim().slice(0, mostTyped);
  const merchantIds = await merchantsOf(gesture.deps, gesture.actor);
  const found = await search(gesture, { merchantIds, text, limit: mostFound });
  const page = Math.min(asked.page, Math.max(0, Math.ceil(found.length / foundPerPage) - 1));
  return {
    text,
    page,
    total: found.length,
    isCut: found.length === mostFound,
    rows: found.slice(page * foundPerPage, (page + 1) * foundPerPage),
  };
}

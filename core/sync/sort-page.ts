import { hash } from 'node:crypto';
import { contentHash, faultOf, normalizeOrder } from '../order/content.ts';
import type { PlatformOrder } from '../order/types.ts';
import type { FetchedOrder } from '../ports/connector.ts';
import { cleanText, mayHoldUnstorable } from './clean-text.ts';

/** An order of a page that can be kept. */
export interface ReadableOrder {
  /** Normalized. */
  readonly order: PlatformOrder;
  readonly raw: string;
  readonly contentHash: string;
}

export interface UnreadableOrder {
  readonly identity: string;
  readonly platformOrderId: string | null;
  readonly platformOrderNumber: string | null;
  readonly reason: string;
  readonly raw: string;
}

export interface SortedPage {
  /** Each platform order id once (the newest copy), in their order: every page takes its locks in the same order. */
  readonly readable: readonly ReadableOrder[];
  /** Each identity once. */
  readonly unreadable: readonly UnreadableOrder[];
  /** Copies of orders that are on the page more than once. */
  readonly repeated: number;
}

/** Sorts what a connector gave: readable ones by id, the others with their reason. Pure. */
export function sortPage(fetched: readonly FetchedOrder[]): SortedPage {
  const readable = new Map<string, ReadableOrder>();
  const unreadable = new Map<string, UnreadableOrder>();
  for (const given of fetched) {
    const item = mayHoldUnstorable(given.raw) ? cleanText(given) : given;
    if (!item.ok) {
      const row = unreadableOf(item.platformOrderId, item.platformOrderNumber, item.reason, item.raw);
      unreadable.set(row.identity, row);
      continue;
    }
    const order = normalizeOrder(item.order);
    const fault = faultOf(order);
    if (fault !== null) {
      const row = unreadableOf(order.platformOrderId, order.platformOrderNumber, fault, item.raw);
      unreadable.set(row.identity, row);
      continue;
    }
    const before = readable.get(order.platformOrderId);
    // Of two copies with the same time the later on the page counts, as it would on two pages.
    if (before !== undefined && before.order.platformUpdatedAt > order.platformUpdatedAt) continue;
    readable.set(order.platformOrderId, { order, raw: item.raw, contentHash: contentHash(order) });
  }
  const sorted = [...readable.values()].sort((a, b) => compare(a.order.platformOrderId, b.order.platformOrderId));
  return {
    readable: sorted,
    unreadable: [...unreadable.values()].sort((a, b) => compare(a.identity, b.identity)),
    repeated: fetched.length - readable.size - unreadable.size,
  };
}

function unreadableOf(id: string | null, number: string | null, reason: string, raw: string): UnreadableOrder {
  const identity = firstText(id, number) ?? hash('sha256', raw, 'hex');
  // Too long to be an id: its hash is what makes it one.
  const key = identity.length > 200 ? hash('sha256', identity, 'hex') : identity;
  return { identity: key, platformOrderId: id, platformOrderNumber: number, reason, raw };
}

const firstText = (...texts: readonly (string | null)[]): string | undefined =>
  texts.find((text): text is string => text !== null && text !== '');

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

import { bulkOrder, createBulkRenderer } from './bulk.ts';
import type { Fulfilment, MarketOrder, Shop } from './types.ts';
import { fulfilmentStatus, orderToWire, toJson } from './wire-json.ts';

export interface OrderQuery {
  /** Changed at or after, and before; epoch ms. */
  readonly since: number;
  readonly until: number;
  /** Only what is still to be shipped. */
  readonly onlyOpen: boolean;
  readonly cursor: string | null;
  readonly limit: number;
}

/** What of a shop's orders can be asked: kept ones by index, bulk ones computed. */
export interface OrderBook {
  byId(id: string): MarketOrder | null;
  byNumber(number: string): MarketOrder | null;
  /** A bulk order about to be changed is kept from now on. */
  keep(order: MarketOrder): void;
  fulfilments(orderId: string): readonly Fulfilment[];
  addFulfilment(fulfilment: Fulfilment): void;
  json(order: MarketOrder): string;
  list(query: OrderQuery): { readonly texts: string[]; readonly next: string | null };
}

interface Entry {
  readonly updatedAt: number;
  readonly id: string;
  readonly text: () => string;
}

const inOrder = (a: { updatedAt: number; id: string }, b: { updatedAt: number; id: string }): number =>
  a.updatedAt - b.updatedAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** Position after an order in (updatedAt, id) order; the third part only makes a repeated page's cursor differ. */
export const encodeCursor = (updatedAt: number, id: string, repeat = 0): string =>
  Buffer.from(`${updatedAt}.${id}.${repeat}`).toString('base64url');

export function decodeCursor(cursor: string): { updatedAt: number; id: string; repeat: number } | null {
  const match = /^(\d{1,15})\.(\d{0,20})\.(\d{1,6})$/.exec(Buffer.from(cursor, 'base64url').toString());
  return match === null ? null : { updatedAt: Number(match[1]), id: match[2] ?? '', repeat: Number(match[3]) };
}

export function createOrderBook(shop: Shop, assetUrl: string): OrderBook {
  const kept = new Map(shop.orders.map((order) => [order.id, order]));
  const keptByNumber = new Map(shop.orders.map((order) => [order.number, order]));
  const shipped = new Map<string, Fulfilment[]>();
  for (const fulfilment of shop.fulfilments) index(fulfilment);
  const { bulk } = shop;
  const renderBulk = bulk === null ? null : createBulkRenderer(shop, bulk, assetUrl);
  const firstBulk = bulk === null ? null : bulkOrder(shop, bulk, 1);

  function index(fulfilment: Fulfilment): void {
    const list = shipped.get(fulfilment.orderId);
    if (list === undefined) shipped.set(fulfilment.orderId, [fulfilment]);
    else list.push(fulfilment);
  }

  const fulfilments = (orderId: string): readonly Fulfilment[] => shipped.get(orderId) ?? [];
  const json = (order: MarketOrder): string => toJson(orderToWire(order, fulfilments(order.id), assetUrl));

  function bulkBySeq(seq: number): MarketOrder | null {
    return bulk !== null && Number.isInteger(seq) && seq >= 1 && seq <= bulk.count ? bulkOrder(shop, bulk, seq) : null;
  }

  function isOpen(order: MarketOrder): boolean {
    if (order.status === 'cancelled' || order.fulfilledBy === 'marketplace') return false;
    return order.defect !== null || fulfilmentStatus(order, fulfilments(order.id)) !== 'fulfilled';
  }

  function keptEntries(query: OrderQuery, after: { updatedAt: number; id: string } | null): Entry[] {
    return shop.orders
      .filter((order) => order.updatedAt >= query.since && order.updatedAt < query.until)
      .filter((order) => after === null || inOrder(order, after) > 0)
      .filter((order) => !query.onlyOpen || isOpen(order))
      .sort(inOrder)
      .slice(0, query.limit + 1)
      .map((order) => ({ updatedAt: order.updatedAt, id: order.id, text: () => json(order) }));
  }

  /** At most `limit + 1` entries, found by arithmetic: an order's position follows from its time. */
  function bulkEntries(query: OrderQuery, after: { updatedAt: number; id: string } | null): Entry[] {
    if (bulk === null || renderBulk === null || firstBulk === null) return [];
    const from = Math.max(query.since, after?.updatedAt ?? 0);
    const entries: Entry[] = [];
    const firstSeq = Math.max(1, Math.ceil((from - bulk.from) / bulk.stepMs) + 1);
    for (let seq = firstSeq; seq <= bulk.count && entries.length <= query.limit; seq += 1) {
      const updatedAt = bulk.from + (seq - 1) * bulk.stepMs;
      if (updatedAt >= query.until) break;
      const id = String(BigInt(firstBulk.id) + BigInt(seq - 1));
      if (kept.has(id) || (after !== null && inOrder({ updatedAt, id }, after) <= 0)) continue;
      entries.push({ updatedAt, id, text: () => renderBulk(seq) });
    }
    return entries;
  }

  return {
    json,
    fulfilments,
    byId(id) {
      const order = kept.get(id);
      if (order !== undefined) return order;
      if (firstBulk === null || !/^\d{1,20}$/.test(id)) return null;
      return bulkBySeq(Number(BigInt(id) - BigInt(firstBulk.id)) + 1);
    },
    byNumber(number) {
      const order = keptByNumber.get(number);
      if (order !== undefined) return order;
      const match = /-(\d{1,12})$/.exec(number);
      const found = match === null ? null : bulkBySeq(Number(match[1]) - 1000);
      return found?.number === number ? found : null;
    },
    keep(order) {
      if (kept.has(order.id)) return;
      shop.orders.push(order);
      kept.set(order.id, order);
      keptByNumber.set(order.number, order);
    },
    addFulfilment(fulfilment) {
      shop.fulfilments.push(fulfilment);
      index(fulfilment);
    },
    list(query) {
      const after = query.cursor === null ? null : decodeCursor(query.cursor);
      const entries = [...keptEntries(query, after), ...bulkEntries(query, after)].sort(inOrder);
      const page = entries.slice(0, query.limit);
      const last = page.at(-1);
      const next = entries.length > query.limit && last !== undefined ? encodeCursor(last.updatedAt, last.id) : null;
      return { texts: page.map((entry) => entry.text()), next };
    },
  };
}

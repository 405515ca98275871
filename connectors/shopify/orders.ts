import { ConnectorError } from '../../core/errors.ts';
import type {
  ConnectorSession,
  FetchByNumberResult,
  FetchedOrder,
  FetchWindow,
  OrderPage,
} from '../../core/ports/connector.ts';
import { cursorPages } from '../shared/paging.ts';
import { isoSeconds, parseTime } from '../shared/time.ts';
import { createClient, type GraphqlClient } from './client.ts';
import { createReader, type OrderReader } from './detail.ts';
import { changedOrdersDocument, openOrdersDocument, ordersByNameDocument } from './documents.ts';
import { profile } from './profile.ts';

import { idOf, type ListedOrder, listAnswer, namesAnswer, orderGid } from './wire.ts';

/** The search index lags behind writes: what was written in the last minutes of the previous window is listed again. */
const indexLagMs = 10 * 60_000;
/** Order numbers looked up in one call; each is one small search. */
const namesPerCall = 20;

/** The nightly sweep: what is open and has something left to ship. */
const openSearches = ['status:open fulfillment_status:unfulfilled', 'status:open fulfillment_status:partial'];

/**
 * Orders changed in the window, oldest change first, in pages of up to 50. Listed by search (ids only, cheap), then
 * read by id, because the index lags and the order itself does not. No status filter: cancellations and fulfilments
 * made elsewhere are changes too.
 */
export async function* fetchOrders(session: ConnectorSession, window: FetchWindow): AsyncGenerator<OrderPage> {
  if (window.kind === 'b2b') return;
  const client = createClient(session, 'fetchOrders');
  const reader = createReader(client, session.settings, 'fetchOrders');
  const since = new Date(window.since.getTime() - indexLagMs);
  const query = `updated_at:>='${isoSeconds(since)}'`;
  for await (const listed of listPages(client, changedOrdersDocument, query, 'fetchOrders')) {
    const isInside = (order: ListedOrder): boolean => (parseTime(order.updatedAt) ?? window.since) < window.until;
    const inside = listed.filter(isInside);
    if (inside.length > 0) yield pageOf(await reader.read(inside.map((order) => order.id)));
    if (inside.length < listed.length) return;
  }
}

/** Everything that the shop still shows as open and not wholly shipped. An order may be listed once only. */
export async function* fetchOpenOrders(session: ConnectorSession): AsyncGenerator<OrderPage> {
  const client = createClient(session, 'fetchOpenOrders');
  const reader = createReader(client, session.settings, 'fetchOpenOrders');
  const seen = new Set<string>();
  for (const query of openSearches) {
    for await (const listed of listPages(client, openOrdersDocument, query, 'fetchOpenOrders')) {
      const fresh = listed.filter((order) => !seen.has(order.id));
      for (const order of fresh) seen.add(order.id);
      if (fresh.length > 0) yield pageOf(await reader.read(fresh.map((order) => order.id)));
    }
  }
}

/** By order name (`#1001`, also without `#`); the name is compared exactly, because the search is not exact. */
export async function fetchByNumber(
  session: ConnectorSession,
  numbers: readonly string[],
): Promise<FetchByNumberResult> {
  const client = createClient(session, 'fetchByNumber');
  const reader = createReader(client, session.settings, 'fetchByNumber');
  const idsOf = new Map<string, readonly string[]>();
  const searchable = numbers.filter(isSearchable);
  for (let start = 0; start < searchable.length; start += namesPerCall) {
    const chunk = searchable.slice(start, start + namesPerCall);
    const variables = Object.fromEntries(
      chunk.map((number, index) => [`q${index}`, `name:'${bareNumber(number)}'`] as const),
    );
    const { data } = await client.query(ordersByNameDocument(chunk.length), variables, namesAnswer);
    chunk.forEach((number, index) => {
      const nodes = data[`n${index}`]?.nodes ?? [];
      const same = nodes.filter((node) => bareNumber(node.name) === bareNumber(number));
      idsOf.set(
        number,
        same.map((node) => node.id),
      );
    });
  }
  const read = await readAll(reader, [...new Set([...idsOf.values()].flat())]);
  const missing = numbers.flatMap((number) => {
    const ids = idsOf.get(number) ?? [];
    const skipped = ids.map((id) => read.reasons.get(idOf(id))).find((reason) => reason !== undefined);
    if (skipped !== undefined) return [{ number, reason: skipped }];
    if (ids.length === 0) return [{ number, reason: notFoundWords(number) }];
    return [];
  });
  return { orders: read.orders, missing };
}

/** By the number in the order's id; this is what a webhook and a fresh look before dispatch use. */
export async function fetchByIds(
  session: ConnectorSession,
  platformOrderIds: readonly string[],
): Promise<FetchByNumberResult> {
  const client = createClient(session, 'fetchByIds');
  const reader = createReader(client, session.settings, 'fetchByIds');
  const valid = [...new Set(platformOrderIds.filter((id) => /^\d{1,20}$/.test(id)))];
  const read = await readAll(reader, valid.map(orderGid));
  const missing = [...new Set(platformOrderIds)].flatMap((id) => {
    if (!valid.includes(id)) return [{ number: id, reason: 'Not a Shopify order id' }];
    const reason = read.reasons.get(id);
    return reason === undefined ? [] : [{ number: id, reason }];
  });
  return { orders: read.orders, missing };
}

async function readAll(
  reader: OrderReader,
  gids: readonly string[],
): Promise<{ orders: readonly FetchedOrder[]; reasons: ReadonlyMap<string, string> }> {
  const reasons = new Map<string, string>();
  const { orders, skipped, missing } = await reader.read(gids);
  for (const order of skipped) reasons.set(order.platformOrderId, order.reason);
  for (const gid of missing) reasons.set(idOf(gid), 'The shop has no such order, or it is not shown to this app');
  return { orders, reasons };
}

const pageOf = (read: Awaited<ReturnType<OrderReader['read']>>): OrderPage => ({
  orders: read.orders,
  skipped: read.skipped,
});

/** Pages of a listing; a page that costs more than Shopify allows is asked for again in half the size. */
function listPages(
  client: GraphqlClient,
  document: string,
  query: string,
  operation: string,
): AsyncGenerator<readonly ListedOrder[]> {
  let first = profile.sync.pageSize;
  return cursorPages(
    async (after) => {
      for (;;) {
        try {
          const { data } = await client.query(document, { first, after, query }, listAnswer);
          const { pageInfo, nodes } = data.orders;
          return { items: nodes, next: pageInfo.hasNextPage ? (pageInfo.endCursor ?? null) : null };
        } catch (error) {
          const isTooBig = error instanceof ConnectorError && error.platformCode === 'MAX_COST_EXCEEDED';
          if (!isTooBig || first === 1) throw error;
          first = Math.ceil(first / 2);
        }
      }
    },
    { platform: 'shopify', operation },
  );
}

/** Quotes and backslashes would end the search term; no order name has them. */
const isSearchable = (number: string): boolean => /^[^'"\\]{1,100}$/.test(bareNumber(number));

const bareNumber = (number: string): string => number.trim().replace(/^#/, '');

const notFoundWords = (number: string): string =>
  isSearchable(number)
    ? 'The shop has no order with this number, or it is older than 60 days'
    : 'Not a Shopify order number';

import type {
  ConnectorSession,
  FetchByNumberResult,
  FetchedOrder,
  FetchWindow,
  OrderPage,
} from '../../core/ports/connector.ts';
import { parsePage } from '../shared/json.ts';
import { cursorPages } from '../shared/paging.ts';
import { callApi, readValue } from './client.ts';
import { mapOrderText } from './map.ts';
import { lookupSize, pageSize, platform } from './profile.ts';
import { lookupWire, orderPageWire } from './wire.ts';

/** Orders changed within the window, oldest change first, in pages of at most 100. The marketplace sells b2c only. */
export async function* fetchOrders(
  baseUrl: string,
  session: ConnectorSession,
  window: FetchWindow,
): AsyncGenerator<OrderPage> {
  if (window.kind === 'b2b') return;
  yield* listOrders(baseUrl, session, 'fetchOrders', {
    updated_since: window.since.toISOString(),
    updated_until: window.until.toISOString(),
  });
}

export const fetchOpenOrders = (baseUrl: string, session: ConnectorSession): AsyncGenerator<OrderPage> =>
  listOrders(baseUrl, session, 'fetchOpenOrders', { state: 'open' });

function listOrders(
  baseUrl: string,
  session: ConnectorSession,
  operation: string,
  filter: Readonly<Record<string, string>>,
): AsyncGenerator<OrderPage> {
  return cursorPages(
    async (cursor) => {
      const query = new URLSearchParams({ ...filter, limit: String(pageSize) });
      if (cursor !== null) query.set('cursor', cursor);
      const text = await callApi(baseUrl, session, { operation, method: 'GET', path: `/orders?${query}` });
      const { envelope, elements } = parsePage(text, ['orders'], { platform, operation });
      const { next_cursor: next } = readValue(operation, envelope, orderPageWire);
      return { items: { orders: elements.map(mapOrderText) }, next };
    },
    { platform, operation },
  );
}

/** In any order; numbers that gave none are named with the reason. */
export async function fetchByNumber(
  baseUrl: string,
  session: ConnectorSession,
  numbers: readonly string[],
): Promise<FetchByNumberResult> {
  return lookup(baseUrl, session, 'fetchByNumber', 'numbers', numbers);
}

export async function fetchByIds(
  baseUrl: string,
  session: ConnectorSession,
  platformOrderIds: readonly string[],
): Promise<FetchByNumberResult> {
  // One malformed id would make the marketplace refuse the whole look-up.
  const askable = platformOrderIds.filter((id) => /^\d{1,20}$/.test(id));
  const found = await lookup(baseUrl, session, 'fetchByIds', 'ids', askable);
  const unaskable = platformOrderIds
    .filter((id) => !askable.includes(id))
    .map((number) => ({ number, reason: 'This is not an order id of the marketplace' }));
  return { orders: found.orders, missing: [...found.missing, ...unaskable] };
}

async function lookup(
  baseUrl: string,
  session: ConnectorSession,
  operation: string,
  key: 'ids' | 'numbers',
  asked: readonly string[],
): Promise<FetchByNumberResult> {
  const orders: FetchedOrder[] = [];
  const missing: { number: string; reason: string }[] = [];
  for (let start = 0; start < asked.length; start += lookupSize) {
    const text = await callApi(baseUrl, session, {
      operation,
      method: 'POST',
      path: '/orders/lookup',
      body: { [key]: asked.slice(start, start + lookupSize) },
      // It only reads.
      idempotent: true,
    });
    const { envelope, elements } = parsePage(text, ['orders'], { platform, operation });
    orders.push(...elements.map(mapOrderText));
    for (const number of readValue(operation, envelope, lookupWire).missing) {
      missing.push({ number, reason: 'The marketplace has no such order' });
    }
  }
  return { orders, missing };
}

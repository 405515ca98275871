import { ConnectorError } from '../../core/errors.ts';
import type {
  ConnectorSession,
  FetchByNumberResult,
  FetchedOrder,
  FetchWindow,
  OrderPage,
  SkippedOrder,
} from '../../core/ports/connector.ts';
import { parsePage } from '../shared/json.ts';
import { listOf } from '../shared/settings.ts';
import { createClient, type StoreClient } from './client.ts';
import { isCode } from './errors.ts';
import { gmtText, type ListedOrder, listOrders, needsRefunds } from './listing.ts';
import { type Mapped, malformed, mapOrder, type Settings } from './map.ts';
import { refunds as refundsSchema } from './wire.ts';

/** Clocks of store and database may differ, and a change may be committed after its own time. */
const overlapMs = 5 * 60_000;
/** Ids in one `include` list: one page. */
const idsPerCall = 100;
/** Before WooCommerce itself: "from the beginning" for listings by creation time. */
const beginning = new Date('2008-01-01T00:00:00Z');

const invalidId = 'woocommerce_rest_shop_order_invalid_id';

/**
 * Orders changed in the window, oldest change first, any status (cancelled ones are changes too; trash is not listed),
 * in pages of up to 100. See `listOrders` for why pages are not numbered.
 */
export async function* fetchOrders(session: ConnectorSession, window: FetchWindow): AsyncGenerator<OrderPage> {
  if (window.kind === 'b2b') return;
  const client = createClient(session, 'fetchOrders');
  const listing = {
    operation: 'fetchOrders',
    orderby: 'modified',
    from: new Date(window.since.getTime() - overlapMs),
    query: { status: 'any', modified_before: gmtText(window.until) },
  } as const;
  for await (const rows of listOrders(client, listing)) yield await pageOf(client, rows, session.settings);
}

/** Everything that may still have to leave: ready, and waiting (which may be cash on delivery). */
export async function* fetchOpenOrders(session: ConnectorSession): AsyncGenerator<OrderPage> {
  const client = createClient(session, 'fetchOpenOrders');
  const ready = listOf(session.settings.ready_statuses, ['processing']);
  const status = [...new Set([...ready, 'on-hold', 'pending'])].join(',');
  const listing = { operation: 'fetchOpenOrders', orderby: 'date', from: beginning, query: { status } } as const;
  for await (const rows of listOrders(client, listing)) yield await pageOf(client, rows, session.settings);
}

/**
 * By the number that buyers see. It is often the id, but plugins number on their own, and then another order may have
 * this id: only an equal `number` counts.
 */
export async function fetchByNumber(
  session: ConnectorSession,
  numbers: readonly string[],
): Promise<FetchByNumberResult> {
  const client = createClient(session, 'fetchByNumber');
  const orders: FetchedOrder[] = [];
  const missing: { number: string; reason: string }[] = [];
  for (const number of numbers) {
    const wanted = number.trim().replace(/^#/, '');
    const mapped = wanted === '' ? null : await byNumber(client, wanted, session.settings);
    if (mapped === null) missing.push({ number, reason: 'The shop has no order with this number' });
    else if (mapped.take) orders.push(mapped.fetched);
    else missing.push({ number, reason: mapped.skipped.reason });
  }
  return { orders, missing };
}

/** By id, 100 in one call. Orders in the trash are read one by one: lists leave them out. */
export async function fetchByIds(
  session: ConnectorSession,
  platformOrderIds: readonly string[],
): Promise<FetchByNumberResult> {
  const client = createClient(session, 'fetchByIds');
  const orders: FetchedOrder[] = [];
  const missing: { number: string; reason: string }[] = [];
  const ids = [...new Set(platformOrderIds)];
  for (const id of ids.filter((item) => !isOrderId(item))) missing.push({ number: id, reason: 'Not an order id' });
  const valid = ids.filter(isOrderId);
  for (let start = 0; start < valid.length; start += idsPerCall) {
    const chunk = valid.slice(start, start + idsPerCall);
    const found = chunk.length === 1 ? [] : await listByIds(client, chunk);
    for (const id of chunk) {
      const row = found.find((item) => item.id === id) ?? (await readOne(client, id));
      const mapped = row === null ? null : await mapRow(client, row, session.settings);
      if (mapped === null) missing.push({ number: id, reason: 'The shop has no such order any more' });
      else if (mapped.take) orders.push(mapped.fetched);
      else missing.push({ number: id, reason: mapped.skipped.reason });
    }
  }
  return { orders, missing };
}

const isOrderId = (id: string): boolean => /^[1-9]\d{0,19}$/.test(id);

async function byNumber(client: StoreClient, wanted: string, settings: Settings): Promise<Mapped | null> {
  const direct = isOrderId(wanted) ? await readOne(client, wanted) : null;
  if (direct !== null && numberOf(direct) === wanted) return mapRow(client, direct, settings);
  const { text } = await client.get('wc/v3/orders', { search: wanted, status: 'any', per_page: '20' });
  const row = rowsOf(text, 'fetchByNumber').find((item) => numberOf(item) === wanted);
  return row === undefined ? null : mapRow(client, row, settings);
}

async function listByIds(client: StoreClient, ids: readonly string[]): Promise<readonly ListedOrder[]> {
  const query = { include: ids.join(','), status: 'any', per_page: String(idsPerCall) };
  return rowsOf((await client.get('wc/v3/orders', query)).text, 'fetchByIds');
}

async function readOne(client: StoreClient, id: string): Promise<ListedOrder | null> {
  try {
    const { value, text } = await client.get(`wc/v3/orders/${id}`);
    return { id, value, raw: text, needsRefunds: needsRefunds(value) };
  } catch (error) {
    if (isCode(error, invalidId)) return null;
    throw error;
  }
}

function rowsOf(text: string, operation: string): readonly ListedOrder[] {
  const { elements } = parsePage(text, [], { platform: 'woocommerce', operation });
  return elements.map((raw) => {
    const value: unknown = JSON.parse(raw);
    return { id: fieldOf(value, 'id'), value, raw, needsRefunds: needsRefunds(value) };
  });
}

const numberOf = (row: ListedOrder): string | null => fieldOf(row.value, 'number');

function fieldOf(value: unknown, name: string): string | null {
  if (typeof value !== 'object' || value === null) return null;
  const found = Object.entries(value).find(([key]) => key === name)?.[1];
  return typeof found === 'string' || typeof found === 'number' ? String(found) : null;
}

async function pageOf(client: StoreClient, rows: readonly ListedOrder[], settings: Settings): Promise<OrderPage> {
  const orders: FetchedOrder[] = [];
  const skipped: SkippedOrder[] = [];
  for (const row of rows) {
    const mapped = await mapRow(client, row, settings);
    if (mapped.take) orders.push(mapped.fetched);
    else skipped.push(mapped.skipped);
  }
  return { orders, skipped };
}

/** Refunds are read for the few orders that have any; when that fails for good, that order alone is malformed. */
async function mapRow(client: StoreClient, row: ListedOrder, settings: Settings): Promise<Mapped> {
  if (!row.needsRefunds || row.id === null) return mapOrder(row.value, row.raw, settings);
  try {
    return mapOrder(row.value, row.raw, settings, await readRefunds(client, row.id));
  } catch (error) {
    const isItsOwn = error instanceof ConnectorError && (error.kind === 'permanent' || error.kind === 'rejected');
    if (!isItsOwn) throw error;
    return malformed(row.value, row.raw, `Its refunds cannot be read: ${error.platformMessage ?? error.message}`);
  }
}

/** Pieces refunded by line: `quantity` is negative there, and a hidden field names the original line. */
async function readRefunds(client: StoreClient, orderId: string): Promise<ReadonlyMap<string, number>> {
  const { value } = await client.get(`wc/v3/orders/${orderId}/refunds`, { per_page: '100' });
  const parsed = refundsSchema.safeParse(value);
  if (!parsed.success) {
    throw new ConnectorError('woocommerce fetchOrders: refunds of another shape than expected', {
      kind: 'permanent',
      platform: 'woocommerce',
      operation: 'fetchOrders',
      platformCode: 'bad_answer',
    });
  }
  const pieces = new Map<string, number>();
  for (const line of parsed.data.flatMap((refund) => refund.line_items ?? [])) {
    const original = line.meta_data?.find((item) => item.key === '_refunded_item_id')?.value;
    if (typeof original !== 'string' && typeof original !== 'number') continue;
    const id = String(original);
    pieces.set(id, (pieces.get(id) ?? 0) + Math.abs(Math.trunc(line.quantity ?? 0)));
  }
  return pieces;
}

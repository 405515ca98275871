import { type SQL, sql } from 'drizzle-orm';
import { orderStatuses } from '../../core/order/types.ts';
import type { OrderFilter, OrderSort } from '../../core/queries/list-orders.ts';

/** A position in a list: the sort key as PostgreSQL writes it (exact), and the order's id. */
export interface Position {
  readonly key: string;
  readonly id: string;
}

export interface WalkInput {
  readonly merchantIds: readonly string[];
  readonly filter: OrderFilter;
  readonly sort: OrderSort;
  /** The direction of reading: turned round for a page before. */
  readonly direction: 'asc' | 'desc';
  readonly after: Position | null;
  readonly limit: number;
}

/** Sort keys over `orders o`; the same expressions stand in the indexes. None is ever null. */
export const sortKeys: Readonly<Record<OrderSort, { readonly key: SQL; readonly type: SQL }>> = {
  ordered_at: { key: sql`o.ordered_at`, type: sql`timestamptz` },
  ship_by: { key: sql`coalesce(o.ship_by, 'infinity'::timestamptz)`, type: sql`timestamptz` },
  amount: { key: sql`coalesce(o.total_amount, 0)`, type: sql`numeric` },
};

export const uuids = (ids: readonly string[]): SQL => sql`${sql.param([...ids])}::uuid[]`;
export const texts = (list: readonly string[]): SQL => sql`${sql.param([...list])}::text[]`;
export const all = (conditions: readonly SQL[]): SQL =>
  conditions.length === 0 ? sql`true` : sql.join([...conditions], sql` and `);

/** Greater than every text that begins with the same letters: the last code point there is. */
const beyond = '\u{10ffff}';

/** `column` begins with `prefix`, by a `text_pattern_ops` index, also where the prefix is no constant. */
export const beginsWith = (column: SQL, prefix: SQL): SQL =>
  sql`(${column} ~>=~ ${prefix} and ${column} ~<~ (${prefix} || ${beyond}))`;

/** What is left of the filter when statuses, stores and attention are looked at row by row. */
export function narrowing(filter: OrderFilter): readonly SQL[] {
  const conditions: SQL[] = [];
  if (filter.statuses !== undefined) conditions.push(sql`o.status = any(${texts(filter.statuses)})`);
  if (filter.storeIds !== undefined) conditions.push(sql`o.store_id = any(${uuids(filter.storeIds)})`);
  return [...conditions, ...attention(filter)];
}

export function attention(filter: OrderFilter): readonly SQL[] {
  if (filter.attention === undefined) return [];
  if (filter.attention === 'held') return [sql`o.open_hold_count > 0`];
  if (filter.attention === 'excepted') return [sql`o.open_exception_count > 0`];
  return [sql`(o.open_hold_count > 0 or o.open_exception_count > 0)`];
}

export function timeRange(filter: OrderFilter): readonly SQL[] {
  const conditions: SQL[] = [];
  if (filter.orderedFrom !== undefined) {
    conditions.push(sql`o.ordered_at >= ${filter.orderedFrom.toISOString()}::timestamptz`);
  }
  if (filter.orderedUntil !== undefined) {
    conditions.push(sql`o.ordered_at < ${filter.orderedUntil.toISOString()}::timestamptz`);
  }
  return conditions;
}

export const channelOf = (filter: OrderFilter): readonly SQL[] =>
  filter.sourceChannel === undefined ? [] : [sql`o.source_channel = ${filter.sourceChannel}`];

/** Words of the filter that are about one order or few, as conditions on `orders o`. */
export function lookUps(filter: OrderFilter, without: keyof OrderFilter): readonly SQL[] {
  const conditions: SQL[] = [];
  if (filter.recipient !== undefined && without !== 'recipient') {
    conditions.push(sql`exists (select 1 from recipients r where r.merchant_id = o.merchant_id
      and r.id in (o.recipient_id, o.corrected_recipient_id)
      and ${beginsWith(sql`lower(r.name)`, sql`${filter.recipient.toLowerCase()}::text`)})`);
  }
  if (filter.trackingNumber !== undefined && without !== 'trackingNumber') {
    conditions.push(sql`exists (select 1 from shipments sh where sh.merchant_id = o.merchant_id and sh.order_id = o.id
      and sh.tracking_number = any(${texts(trackingVariants(filter.trackingNumber))}))`);
  }
  if (filter.sku !== undefined && without !== 'sku') {
    conditions.push(sql`exists (select 1 from order_lines l where l.merchant_id = o.merchant_id and l.order_id = o.id
      and l.sku = ${filter.sku})`);
  }
  if (filter.cause !== undefined && without !== 'cause') {
    conditions.push(sql`exists (select 1 from holds h where h.merchant_id = o.merchant_id and h.order_id = o.id
      and h.store_id = ${filter.cause.storeId}::uuid and h.closed_at is null and h.code = ${filter.cause.code}
      ${filter.cause.subject === null ? sql`` : sql`and h.subject = ${filter.cause.subject}`})`);
  }
  return conditions;
}

/** Carriers write capitals; people type what they like. */
export const trackingVariants = (text: string): readonly string[] => [...new Set([text, text.toUpperCase()])];

export const afterPosition = ({
  sort,
  direction,
  after,
}: Pick<WalkInput, 'sort' | 'direction' | 'after'>): readonly SQL[] => {
  if (after === null) return [];
  const { key, type } = sortKeys[sort];
  const position = sql`(${after.key}::${type}, ${after.id}::uuid)`;
  return [direction === 'desc' ? sql`(${key}, o.id) < ${position}` : sql`(${key}, o.id) > ${position}`];
};

export const inOrder = (input: Pick<WalkInput, 'sort' | 'direction'>): SQL => {
  const turn = input.direction === 'desc' ? sql`desc` : sql`asc`;
  return sql`${sortKeys[input.sort].key} ${turn}, o.id ${turn}`;
};

/** Merges what the lateral scans of `o` found: `merchant_id, id, key` in the order of the list. */
export const merged = (from: SQL, { direction, limit }: Pick<WalkInput, 'direction' | 'limit'>): SQL => {
  const turn = direction === 'desc' ? sql`desc` : sql`asc`;
  return sql`select w.merchant_id, w.id, w.key::text as key from ${from} order by w.key ${turn}, w.id ${turn} limit ${limit}`;
};

/** Every order of a kind by time (or of one source channel): one index scan a merchant. */
export function timeWalk(input: WalkInput): SQL {
  const where = all([
    sql`o.merchant_id = m.id`,
    sql`o.kind = ${input.filter.kind}`,
    ...channelOf(input.filter),
    ...timeRange(input.filter),
    ...afterPosition(input),
  ]);
  return merged(
    sql`unnest(${uuids(input.merchantIds)}) as m(id) cross join lateral (
      select o.merchant_id, o.id, ${sortKeys[input.sort].key} as key from orders o
      where ${where} order by ${inOrder(input)} limit ${input.limit}) as w`,
    input,
  );
}

/**
 * One index scan for each (merchant, status, store), each cut at a page, then merged: the same cost for every
 * combination, for no match as for a million. `extra` holds conditions that the index's last columns answer.
 */
export function gridWalk(input: WalkInput): SQL {
  const where = all([
    sql`o.merchant_id = s.merchant_id`,
    sql`o.kind = ${input.filter.kind}`,
    sql`o.status = st.status`,
    sql`o.store_id = s.id`,
    ...attention(input.filter),
    ...timeRange(input.filter),
    ...afterPosition(input),
  ]);
  return merged(
    sql`${grid(input)} cross join lateral (
      select o.merchant_id, o.id, ${sortKeys[input.sort].key} as key from orders o
      where ${where} order by ${inOrder(input)} limit ${input.limit}) as w`,
    input,
  );
}

/** Every (store, status) that the filter allows, as `s` and `st`. Deleted stores keep their orders. */
export function grid({ merchantIds, filter }: Pick<WalkInput, 'merchantIds' | 'filter'>): SQL {
  const chosen = filter.storeIds === undefined ? sql`` : sql`and s.id = any(${uuids(filter.storeIds)})`;
  return sql`(select s.merchant_id, s.id from stores s where s.merchant_id = any(${uuids(merchantIds)}) ${chosen}) as s
    cross join unnest(${texts(filter.statuses ?? orderStatuses)}) as st(status)`;
}

/** A bounded walk: what it finds, and the row at which it stops. */
export interface Bounded {
  readonly found: SQL;
  readonly end: SQL;
}

/** One merchant's orders in the list's order, read lazily and at most `scanLimit` of them, then filtered. */
export function boundedWalk(input: Omit<WalkInput, 'merchantIds'>, merchantId: string, scanLimit: number): Bounded {
  const where = all([
    // Not `any(…)`: that would give up the index's order.
    sql`o.merchant_id = ${merchantId}::uuid`,
    sql`o.kind = ${input.filter.kind}`,
    ...channelOf(input.filter),
    ...timeRange(input.filter),
    ...afterPosition(input),
  ]);
  const { key } = sortKeys[input.sort];
  const columns = sql`o.merchant_id, o.id, o.status, o.store_id, o.open_hold_count, o.open_exception_count`;
  return {
    found: sql`select o.merchant_id, o.id, o.key::text as key from (
      select ${columns}, ${key} as key from orders o where ${where} order by ${inOrder(input)} limit ${scanLimit}
    ) as o where ${all(narrowing(input.filter))} limit ${input.limit}`,
    end: sql`select ${key}::text as key, o.id from orders o where ${where} order by ${inOrder(input)}
      offset ${scanLimit - 1} limit 1`,
  };
}

import { type SQL, sql } from 'drizzle-orm';
import type { OrderFilter } from '../../core/queries/list-orders.ts';
import {
  afterPosition,
  all,
  attention,
  type Bounded,
  beginsWith,
  channelOf,
  grid,
  inOrder,
  lookUps,
  narrowing,
  sortKeys,
  texts,
  timeRange,
  trackingVariants,
  uuids,
  type WalkInput,
} from './order-walk.ts';

/** More candidates than this are not sorted: the person is asked to narrow the filter. */
export const candidateLimit = 2_000;
/** Numbers of one filter, and orders that one beginning of a number stands for. */
const maxNumbers = 100;
const perNumber = 200;
/** Combinations of store and status share the candidates; each may bring at least this many. */
const leastPerCombination = 200;

type Driver = 'numbers' | 'trackingNumber' | 'recipient';

/** The most selective word of the filter that names few orders. */
export function driverOf(filter: OrderFilter): Driver | null {
  if (filter.numbers !== undefined) return 'numbers';
  if (filter.trackingNumber !== undefined) return 'trackingNumber';
  return filter.recipient !== undefined ? 'recipient' : null;
}

/** `(merchant_id, id)` of orders whose number begins with one of these, with or without `#`. */
export function byNumber(merchantIds: readonly string[], numbers: readonly string[]): SQL {
  const prefixes = numbers.slice(0, maxNumbers).flatMap((number) => {
    const text = number.toLowerCase();
    return text.startsWith('#') ? [text] : [text, `#${text}`];
  });
  return sql`select o.merchant_id, o.id from unnest(${uuids(merchantIds)}) as m(id)
    cross join unnest(${texts(prefixes)}) as p(prefix)
    cross join lateral (select o.merchant_id, o.id from orders o where o.merchant_id = m.id
      and ${beginsWith(sql`lower(o.platform_order_number)`, sql`p.prefix`)}
      order by lower(o.platform_order_number) using ~<~ limit ${perNumber}) as o`;
}

/** Of orders that were shipped, or are to be picked up, under this tracking number. */
export const byTracking = (merchantIds: readonly string[], text: string): SQL => {
  const variants = texts(trackingVariants(text));
  return sql`select sh.merchant_id, sh.order_id as id from shipments sh
    where sh.merchant_id = any(${uuids(merchantIds)}) and sh.tracking_number = any(${variants})
    union
    select ob.merchant_id, ob.order_id from outbound_orders ob
    where ob.merchant_id = any(${uuids(merchantIds)}) and ob.tracking_number = any(${variants})`;
};

/** Of orders whose recipient's name begins so, as the platform gave it or as corrected. */
export const byRecipient = (merchantIds: readonly string[], text: string, limit: number): SQL => sql`
  select o.merchant_id, o.id from (
    select r.merchant_id, r.id from recipients r where r.merchant_id = any(${uuids(merchantIds)})
      and r.name is not null and ${beginsWith(sql`lower(r.name)`, sql`${text.toLowerCase()}::text`)} limit ${limit}
  ) as r cross join lateral (
    select o.merchant_id, o.id from orders o where o.merchant_id = r.merchant_id and o.recipient_id = r.id
    union
    select o.merchant_id, o.id from orders o where o.merchant_id = r.merchant_id and o.corrected_recipient_id = r.id
      and o.corrected_recipient_id is not null
  ) as o`;

function candidates(input: WalkInput): SQL {
  const { filter, merchantIds } = input;
  if (filter.numbers !== undefined) return byNumber(merchantIds, filter.numbers);
  if (filter.trackingNumber !== undefined) return byTracking(merchantIds, filter.trackingNumber);
  if (filter.recipient !== undefined) return byRecipient(merchantIds, filter.recipient, candidateLimit + 1);
  return newestOfRange(input);
}

/** The newest orders of a time range or source channel: what another sort than by time then sorts. */
function newestOfRange({ filter, merchantIds }: WalkInput): SQL {
  const isGrid = filter.statuses !== undefined || filter.storeIds !== undefined || filter.attention !== undefined;
  const common = [sql`o.kind = ${filter.kind}`, ...timeRange(filter), ...channelOf(filter)];
  if (!isGrid || filter.sourceChannel !== undefined) {
    return sql`select o.merchant_id, o.id from unnest(${uuids(merchantIds)}) as m(id) cross join lateral (
      select o.merchant_id, o.id from orders o where ${all([sql`o.merchant_id = m.id`, ...common])}
      order by o.ordered_at desc, o.id desc limit ${candidateLimit + 1}) as o`;
  }
  const where = all([
    sql`o.merchant_id = s.merchant_id`,
    sql`o.status = st.status`,
    sql`o.store_id = s.id`,
    ...common,
    ...attention(filter),
  ]);
  return sql`select o.merchant_id, o.id from ${grid({ merchantIds, filter })} cross join lateral (
      select o.merchant_id, o.id from orders o where ${where} order by o.ordered_at desc, o.id desc
      limit greatest(${leastPerCombination}, ${candidateLimit} / (select greatest(count(*), 1) from ${grid({ merchantIds, filter })}))
    ) as o limit ${candidateLimit + 1}`;
}

/**
 * Few orders, named by a word of the filter or as the newest of a range; then filtered and sorted like any list. Gives
 * at least one row: `candidates` beside nulls when nothing matches.
 */
export function candidateWalk(input: WalkInput): SQL {
  const { filter } = input;
  const where = all([
    sql`o.kind = ${filter.kind}`,
    ...narrowing(filter),
    ...channelOf(filter),
    ...timeRange(filter),
    ...lookUps(filter, driverOf(filter) ?? 'kind'),
    ...afterPosition(input),
  ]);
  return sql`with candidates as materialized (select distinct c.merchant_id, c.id from (${candidates(input)}) as c
      limit ${candidateLimit + 1})
    select w.merchant_id, w.id, w.key, n.candidates from (select count(*)::int as candidates from candidates) as n
    left join lateral (
      select o.merchant_id, o.id, ${sortKeys[input.sort].key}::text as key, row_number() over (order by ${inOrder(input)}) as place
      from candidates c join orders o on o.merchant_id = c.merchant_id and o.id = c.id
      where ${where} order by ${inOrder(input)} limit ${input.limit}
    ) as w on true order by w.place`;
}

/**
 * Orders with a SKU or of one open cause, newest arrivals first (ids ascend with time): at most `scanLimit` of them are
 * looked at.
 */
export function arrivalWalk(
  input: Omit<WalkInput, 'sort' | 'merchantIds'>,
  merchantId: string,
  scanLimit: number,
): Bounded {
  const { filter, direction, after } = input;
  const turn = direction === 'desc' ? sql`desc` : sql`asc`;
  const beyondPosition =
    after === null
      ? []
      : [direction === 'desc' ? sql`d.order_id < ${after.id}::uuid` : sql`d.order_id > ${after.id}::uuid`];
  const leads =
    filter.cause === undefined
      ? sql`select distinct d.merchant_id, d.order_id from order_lines d where ${all([
          sql`d.merchant_id = ${merchantId}::uuid`,
          sql`d.sku = ${filter.sku ?? ''}`,
          ...beyondPosition,
        ])}`
      : sql`select distinct d.merchant_id, d.order_id from holds d where ${all([
          sql`d.merchant_id = ${merchantId}::uuid`,
          sql`d.store_id = ${filter.cause.storeId}::uuid`,
          sql`d.code = ${filter.cause.code}`,
          ...(filter.cause.subject === null ? [] : [sql`d.subject = ${filter.cause.subject}`]),
          sql`d.closed_at is null`,
          ...beyondPosition,
        ])}`;
  const ordered = sql`${leads} order by d.order_id ${turn}`;
  const where = all([
    sql`o.kind = ${filter.kind}`,
    ...narrowing(filter),
    ...channelOf(filter),
    ...timeRange(filter),
    ...lookUps(filter, filter.cause === undefined ? 'sku' : 'cause'),
  ]);
  return {
    found: sql`select o.merchant_id, o.id, o.id::text as key from (${ordered} limit ${scanLimit}) as d
      cross join lateral (select o.merchant_id, o.id from orders o
        where o.merchant_id = d.merchant_id and o.id = d.order_id and ${where}) as o
      order by d.order_id ${turn} limit ${input.limit}`,
    end: sql`select d.order_id::text as key, d.order_id as id from (${ordered} offset ${scanLimit - 1} limit 1) as d`,
  };
}

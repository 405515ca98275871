import { type SQL, sql } from 'drizzle-orm';
import { curedByBatch } from '../../core/order/holds.ts';
import type { HoldCode } from '../../core/order/types.ts';
import type {
  CauseOrder,
  CauseOrders,
  ListCauseOrders,
  ListCauseOrdersInput,
} from '../../core/queries/list-cause-orders.ts';
import type { Drizzle } from '../client.ts';
import {
  isCauseOfItsOwn,
  shipByNearHours,
  subjectOfException,
  subjectOfHold,
  writebackOfException,
} from '../repositories/alert-causes.ts';
import { isBatchable, isUnheld, orderOf } from '../repositories/alert-facts.ts';
import { uuids } from './order-walk.ts';

const mostRows = 1_000;

interface Row extends Record<string, unknown> {
  readonly id: string;
  readonly number: string;
  readonly kind: CauseOrder['kind'];
  readonly status: CauseOrder['status'];
  readonly version: number;
  readonly ordered_at: string;
  readonly ship_by: string | null;
  readonly currency: string;
  readonly total_amount: string | null;
  readonly total: number;
  readonly page: number;
}

export function createListCauseOrders(db: Drizzle): ListCauseOrders {
  return async (input): Promise<CauseOrders> => {
    if (input.merchantIds.length === 0) return { total: 0, page: 0, rows: [] };
    const kinds = await db.execute<{ kind: string }>(sql`
      select kind from alerts where merchant_id = any(${uuids(input.merchantIds)}) and id = ${input.alertId}::uuid`);
    const kind = kinds[0]?.kind;
    const found = kind === undefined ? null : orderIds(kind, input);
    if (found === null) return { total: 0, page: 0, rows: [] };
    const size = Math.min(input.pageSize, mostRows);
    const rows = await db.execute<Row>(sql`
      with cause as (
        select merchant_id, store_id, kind, subject, opened_at from alerts
        where merchant_id = any(${uuids(input.merchantIds)}) and (id = ${input.alertId}::uuid or folded_into = ${input.alertId}::uuid)
          and storm is null
      ), found as (${found}), counted as (
        select count(*)::int as total,
          least(${Math.max(0, input.page)}::int, greatest(0, (count(*)::int - 1) / ${size}::int)) as page
        from found
      )
      select o.id, o.platform_order_number as number, o.kind, o.status, o.version, o.ordered_at, o.ship_by, o.currency,
        o.total_amount, c.total, c.page
      from counted c
      cross join lateral (
        select o.* from found f join orders o on o.merchant_id = f.merchant_id and o.id = f.order_id
        order by o.ordered_at, o.id limit ${size}::int offset c.page * ${size}::int
      ) o
      order by o.ordered_at, o.id`);
    return {
      total: rows[0]?.total ?? 0,
      page: rows[0]?.page ?? 0,
      rows: rows.map((row) => ({
        id: row.id,
        number: row.number,
        kind: row.kind,
        status: row.status,
        version: row.version,
        orderedAt: new Date(row.ordered_at),
        shipBy: row.ship_by === null ? null : new Date(row.ship_by),
        currency: row.currency,
        totalAmount: row.total_amount,
      })),
    };
  };
}

/** `merchant_id, order_id` of the orders, each once; null for a kind that is about no orders. */
function orderIds(kind: string, { scope, until }: ListCauseOrdersInput): SQL | null {
  if (scope === 'released') return kind.startsWith('held:') ? releasedUntil(until) : null;
  const waiting = waitingOrders(kind, until);
  if (waiting === null || scope === 'waiting') return waiting;
  return sql`
    select f.merchant_id, f.order_id from (${waiting}) f cross join lateral ${orderOf(sql`f`)} o
    where ${kind === 'ship_by_near' ? sql`${isUnheld} and ${wasUnheld(until)}` : sql`${isBatchable} and ${wasUnheld(until, curedByBatch)}`}`;
}

function waitingOrders(kind: string, until: Date | undefined): SQL | null {
  if (kind.startsWith('held:')) return heldSince(until);
  if (kind.startsWith('exception:')) return exceptedSince(until);
  if (kind === 'purchase_order_waiting') return unanswered;
  return kind === 'ship_by_near' ? lateSoon(until) : null;
}

/** Up to then; without it, whatever there is. */
const isBy = (moment: SQL, until: Date | undefined): SQL =>
  until === undefined ? sql`true` : sql`${moment} <= ${until.toISOString()}::timestamptz`;

/** Nothing but these held the order `o` then that has been closed since: who confirmed a number then did not count it. */
const wasUnheld = (until: Date | undefined, besides: readonly HoldCode[] = []): SQL =>
  until === undefined
    ? sql`true`
    : sql`not exists (
        select from holds was where was.merchant_id = o.merchant_id and was.order_id = o.id
          and was.opened_at <= ${until.toISOString()}::timestamptz and was.closed_at > ${until.toISOString()}::timestamptz
          and not was.code = any(${sql.param([...besides])}::text[]))`;

const heldSince = (until: Date | undefined): SQL => sql`
  select distinct h.merchant_id, h.order_id from cause c
  join holds h on h.merchant_id = c.merchant_id and h.store_id = c.store_id and h.code = substr(c.kind, length('held:') + 1)
    and h.closed_at is null and ${isBy(sql`h.opened_at`, until)}
  where ${subjectOfHold} = c.subject`;

const releasedUntil = (until: Date | undefined): SQL => sql`
  select distinct o.merchant_id, o.id as order_id from cause c
  join orders o on o.merchant_id = c.merchant_id and o.store_id = c.store_id and o.kind = 'b2c' and o.status = 'pending'
    and o.open_hold_count = 0 and ${wasUnheld(until)}
  where exists (
    select 1 from holds h where h.merchant_id = o.merchant_id and h.order_id = o.id
      and h.code = substr(c.kind, length('held:') + 1) and h.closed_at >= c.opened_at
      and h.closed_at <= coalesce(${until?.toISOString() ?? null}::timestamptz, 'infinity')
      and ${subjectOfHold} = c.subject)`;

const exceptedSince = (until: Date | undefined): SQL => sql`
  select distinct x.merchant_id, x.order_id from cause c
  join order_exceptions x on x.merchant_id = c.merchant_id and x.store_id = c.store_id
    and x.code = substr(c.kind, length('exception:') + 1) and x.closed_at is null and ${isBy(sql`x.opened_at`, until)}
  ${writebackOfException}
  where ${isCauseOfItsOwn} and c.subject = ${subjectOfException}`;

const unanswered = sql`
  select o.merchant_id, o.id as order_id from cause c
  join orders o on o.merchant_id = c.merchant_id and o.store_id = c.store_id and o.kind = 'b2b' and o.status = 'pending'`;

const lateSoon = (until: Date | undefined): SQL => sql`
  select o.merchant_id, o.id as order_id from cause c
  join orders o on o.merchant_id = c.merchant_id and o.store_id = c.store_id
    and o.status in ('pending', 'acknowledged', 'processing')
    and ${isBy(sql`o.created_at`, until)}
    and coalesce(o.ship_by, 'infinity') < coalesce(${until?.toISOString() ?? null}::timestamptz, now()) + make_interval(hours => ${shipByNearHours}::int)`;

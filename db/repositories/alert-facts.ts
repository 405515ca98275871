import { type SQL, sql } from 'drizzle-orm';
import type { AlertKind } from '../../core/alert/types.ts';
import { curedByBatch } from '../../core/order/holds.ts';
import type { Tx } from '../../core/ports/database.ts';
import { unwrap } from '../database.ts';
import { ids } from './record-set.ts';

interface CauseRow {
  readonly kind: string;
  readonly subject: string;
  readonly store_id: string | null;
  readonly order_count: number;
  readonly detail: Readonly<Record<string, string>>;
}

/** Causes whose words follow what became of the order since. */
const afterDispatch: ReadonlySet<string> = new Set([
  'exception:platform_cancelled_after_dispatch',
  'exception:platform_shipped_elsewhere',
  'exception:platform_changed_after_dispatch',
]);

/** Causes that a dispatch mends: of several orders, a batch of those that it can take. */
const batched = [
  'held:shipping_method_missing',
  'held:stock_short',
  'ship_by_near',
] as const satisfies readonly AlertKind[];

/**
 * The order of `row`, found by its key: joined, a planner that knows nothing of a new merchant reads all of its orders for
 * each row.
 */
export const orderOf = (row: SQL): SQL => sql`(
  select o.* from orders o where o.merchant_id = ${row}.merchant_id and o.id = ${row}.order_id offset 0)`;

/** A batch takes the order `o`, and nothing holds it. */
export const isUnheld: SQL = sql`o.kind = 'b2c' and o.status = 'pending' and o.open_hold_count = 0`;

/** A batch takes the order `o`, held at most for what the batch makes good. */
export const isBatchable: SQL = sql`
  o.kind = 'b2c' and o.status = 'pending' and (o.open_hold_count = 0 or not exists (
    select 1 from holds u where u.merchant_id = o.merchant_id and u.order_id = o.id and u.closed_at is null
      and not u.code = any(${sql.param([...curedByBatch])}::text[])))`;

/**
 * Gives each cause what its card says besides, in its `detail`. Of several orders that a dispatch mends: `batch`, how
 * many one batch can take. Of a platform's news after dispatch: `orderStatus`,
 * `outbound` (`OB-7`), `outboundStatus` and `recall` of the outbound order that is open, else the newest; `reopened`.
 */
export async function withFacts<Row extends CauseRow>(
  tx: Tx,
  merchantId: string,
  rows: readonly Row[],
  shipByUntil: Date,
): Promise<readonly Row[]> {
  const several = rows.filter(({ kind, order_count }) => order_count > 1 && batched.some((one) => one === kind));
  const batches = new Map([
    ...(await heldBatches(tx, merchantId, several)),
    ...(await lateBatches(tx, merchantId, several, shipByUntil)),
  ]);
  const states = await orderStates(
    tx,
    merchantId,
    rows.filter(({ kind }) => afterDispatch.has(kind)).map(({ subject }) => subject),
  );
  const isSeveral = new Set(several);
  return rows.map((row) => {
    if (isSeveral.has(row)) {
      return { ...row, detail: { ...row.detail, batch: String(batches.get(keyOf(row)) ?? 0) } };
    }
    const facts = afterDispatch.has(row.kind) ? states.get(row.subject) : undefined;
    return facts === undefined ? row : { ...row, detail: { ...row.detail, ...facts } };
  });
}

const keyOf = ({ kind, subject }: Pick<CauseRow, 'kind' | 'subject'>): string => `${kind}\n${subject}`;

type Counted = readonly [key: string, count: number];

async function heldBatches(tx: Tx, merchantId: string, causes: readonly CauseRow[]): Promise<readonly Counted[]> {
  const held = causes.filter(({ kind }) => kind.startsWith('held:'));
  if (held.length === 0) return [];
  const rows = await unwrap(tx).execute<{ kind: string; subject: string; orders: number }>(sql`
    select 'held:' || h.code as kind, h.store_id || ':' || h.subject as subject, count(distinct o.id)::int as orders
    from holds h cross join lateral ${orderOf(sql`h`)} o
    where h.merchant_id = ${merchantId} and h.closed_at is null and 'held:' || h.code = any(${sql.param([...batched])}::text[])
      and h.store_id = any(${ids(held.flatMap(({ store_id }) => store_id ?? []))}) and ${isBatchable}
    group by 1, 2`);
  return rows.map((row) => [keyOf(row), row.orders]);
}

async function lateBatches(
  tx: Tx,
  merchantId: string,
  causes: readonly CauseRow[],
  until: Date,
): Promise<readonly Counted[]> {
  const late = causes.filter(({ kind }) => kind === 'ship_by_near');
  if (late.length === 0) return [];
  const rows = await unwrap(tx).execute<{ subject: string; orders: number }>(sql`
    select s.id as subject, n.orders from unnest(${ids(late.flatMap(({ store_id }) => store_id ?? []))}) s (id), lateral (
      select count(*)::int as orders from orders o
      where o.merchant_id = ${merchantId} and o.store_id = s.id and ${isUnheld}
        and coalesce(o.ship_by, 'infinity') < ${until.toISOString()}::timestamptz
    ) n`);
  return rows.map(({ subject, orders }) => [keyOf({ kind: 'ship_by_near', subject }), orders]);
}

async function orderStates(
  tx: Tx,
  merchantId: string,
  orderIds: readonly string[],
): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>> {
  if (orderIds.length === 0) return new Map();
  const rows = await unwrap(tx).execute<{ id: string; facts: Record<string, string> }>(sql`
    select o.id, jsonb_strip_nulls(jsonb_build_object('orderStatus', o.status, 'outbound', 'OB-' || b.number,
      'outboundStatus', b.status, 'recall', b.recall, 'reopened', case when exists (
        select 1 from order_exceptions x where x.merchant_id = o.merchant_id and x.order_id = o.id and x.closed_at is null
          and x.code = 'platform_changed_after_dispatch' and x.subject = 'reopened') then 'yes' end)) as facts
    from orders o left join lateral (
      select b.number, b.status, b.recall from outbound_orders b
      where b.merchant_id = o.merchant_id and b.order_id = o.id
      order by b.status in ('shipped', 'cancelled'), b.number desc limit 1
    ) b on true
    where o.merchant_id = ${merchantId} and o.id = any(${ids(orderIds)})`);
  return new Map(rows.map(({ id, facts }) => [id, facts]));
}

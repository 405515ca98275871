import { sql } from 'drizzle-orm';
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

/**
 * Gives each cause what its card says besides, in its `detail`. Of a platform's news after dispatch: `orderStatus`,
 * `outbound` (`OB-7`), `outboundStatus` and `recall` of the outbound order that is open, else the newest; `reopened`.
 */
export async function withFacts<Row extends CauseRow>(
  tx: Tx,
  merchantId: string,
  rows: readonly Row[],
): Promise<readonly Row[]> {
  const states = await orderStates(
    tx,
    merchantId,
    rows.filter(({ kind }) => afterDispatch.has(kind)).map(({ subject }) => subject),
  );
  return rows.map((row) => {
    const facts = afterDispatch.has(row.kind) ? states.get(row.subject) : undefined;
    return facts === undefined ? row : { ...row, detail: { ...row.detail, ...facts } };
  });
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

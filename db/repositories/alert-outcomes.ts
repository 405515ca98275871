import { sql } from 'drizzle-orm';
import type { Tx } from '../../core/ports/database.ts';
import { unwrap } from '../database.ts';
import { subjectOfHold } from './alert-causes.ts';

/** What became of the orders of settled alerts, and what was decided; within the merchant's settlement lock. */
export async function keepOutcomes(tx: Tx, merchantId: string, alertIds: readonly string[]): Promise<void> {
  await keepDecisions(tx, merchantId, alertIds);
  await keepReleased(tx, merchantId, alertIds);
}

/**
 * Counts the orders that the end of each of these holds touched, as `detail.released` (held by nothing now),
 * `detail.waiting` (held for something else still) and `detail.dispatchable` (of the released ones, what a batch takes).
 * Read from the open orders of the stores, by the list's index: closed holds have none of their own.
 */
async function keepReleased(tx: Tx, merchantId: string, alertIds: readonly string[]): Promise<void> {
  await unwrap(tx).execute(sql`
    with settled as materialized (
      select a.id, a.store_id, substr(a.kind, length('held:') + 1) as code, a.subject, a.opened_at
      from alerts a
      where a.merchant_id = ${merchantId} and a.id in (select unnest(${sql.param([...alertIds])}::uuid[]))
        and a.state = 'resolved' and a.kind like 'held:%' and a.store_id is not null
    ), closed as materialized (
      select h.order_id, h.code, ${subjectOfHold} as subject, h.closed_at, o.kind, o.status, o.open_hold_count
      from (select distinct store_id from settled) s, unnest('{b2c,b2b}'::text[]) k(kind),
        unnest('{pending,acknowledged}'::text[]) p(status), orders o
      join holds h on h.merchant_id = o.merchant_id and h.order_id = o.id and h.closed_at is not null
      where o.merchant_id = ${merchantId} and o.kind = k.kind and o.status = p.status and o.store_id = s.store_id
    ), counted as (
      select s.id, count(distinct c.order_id) filter (where c.open_hold_count = 0) as released,
        count(distinct c.order_id) filter (where c.open_hold_count > 0) as waiting,
        count(distinct c.order_id) filter (where c.open_hold_count = 0 and c.kind = 'b2c' and c.status = 'pending') as dispatchable
      from settled s left join closed c on c.code = s.code and c.subject = s.subject and c.closed_at >= s.opened_at
      group by s.id
    )
    update alerts a set detail = a.detail || jsonb_build_object(
      'released', c.released::text, 'waiting', c.waiting::text, 'dispatchable', c.dispatchable::text)
    from counted c where a.merchant_id = ${merchantId} and a.id = c.id`);
}

/** `detail.dispatchable` of one settled alert as it is now; true when it was another number, and the version has moved. */
export async function recountReleased(tx: Tx, merchantId: string, alertId: string): Promise<boolean> {
  const changed = await unwrap(tx).execute(sql`
    with counted as (
      select a.merchant_id, a.id, (
        select count(*) from orders o
        where o.merchant_id = a.merchant_id and o.store_id = a.store_id and o.kind = 'b2c' and o.status = 'pending'
          and o.open_hold_count = 0 and exists (
            select from holds h where h.merchant_id = o.merchant_id and h.order_id = o.id
              and h.code = substr(a.kind, length('held:') + 1) and h.closed_at >= a.opened_at
              and ${subjectOfHold} = a.subject)
      )::text as dispatchable
      from alerts a
      where a.merchant_id = ${merchantId} and a.id = ${alertId} and a.state = 'resolved' and a.detail ? 'dispatchable'
    )
    update alerts a set detail = a.detail || jsonb_build_object('dispatchable', c.dispatchable),
      version = a.version + 1, updated_at = now()
    from counted c
    where a.merchant_id = c.merchant_id and a.id = c.id and a.detail->>'dispatchable' <> c.dispatchable
    returning a.id`);
  return changed.length > 0;
}

/**
 * Keeps on settled alerts what was decided, as `detail.outcome`: the recipe of a SKU (`1 × TS-XL-BLK`), the class of a
 * payment type, the shipping type of a method. A card whose cause returns loses it with the rest of its detail.
 */
async function keepDecisions(tx: Tx, merchantId: string, alertIds: readonly string[]): Promise<void> {
  await unwrap(tx).execute(sql`
    with settled as materialized (
      select a.id, a.store_id, a.kind, a.resolution, a.detail->>'subject' as subject, a.detail->>'keyKind' as key_kind
      from alerts a
      where a.merchant_id = ${merchantId} and a.id in (select unnest(${sql.param([...alertIds])}::uuid[]))
        and a.state = 'resolved' and a.resolution in ('mapped', 'classified') and a.store_id is not null
    ), outcomes as (
      select s.id, string_agg(c.quantity || ' × ' || p.sku, ' + ' order by p.sku) as outcome
      from settled s
      join sku_mappings m on m.merchant_id = ${merchantId} and m.store_id = s.store_id and m.key_kind = s.key_kind
        and m.key = s.subject and m.superseded_at is null
      join mapping_components c on c.merchant_id = m.merchant_id and c.mapping_id = m.id
      join products p on p.merchant_id = c.merchant_id and p.id = c.product_id
      where s.kind in ('held:sku_unmapped', 'held:sku_missing') and s.resolution = 'mapped'
      group by s.id
      union all
      select s.id, t.name from settled s
      join method_mappings m on m.merchant_id = ${merchantId} and m.store_id = s.store_id and m.method = s.subject
      join shipping_types t on t.merchant_id = m.merchant_id and t.id = m.shipping_type_id
      where s.kind = 'held:shipping_method_unmapped' and s.resolution = 'mapped'
      union all
      select s.id, replace(c.class, '_', ' ') from settled s
      join payment_classifications c on c.merchant_id = ${merchantId} and c.store_id = s.store_id
        and c.payment_method = s.subject
      where s.kind = 'held:payment_unknown' and s.resolution = 'classified'
    )
    update alerts a set detail = a.detail || jsonb_build_object('outcome', o.outcome)
    from outcomes o where a.merchant_id = ${merchantId} and a.id = o.id`);
}

import { type SQL, sql } from 'drizzle-orm';
import { groupedHoldCodes } from '../../core/alert/types.ts';
import type { ReleasedAlerts } from '../../core/ports/alerting.ts';
import type { Tx } from '../../core/ports/database.ts';
import { unwrap } from '../database.ts';
import { subjectOfHold } from './alert-causes.ts';

/** What became of the orders of settled alerts, and what was decided; within the merchant's settlement lock. */
export async function keepOutcomes(tx: Tx, merchantId: string, alertIds: readonly string[]): Promise<void> {
  await keepDecisions(tx, merchantId, alertIds);
  await keepReleased(tx, merchantId, alertIds);
}

/**
 * `alert_id, order_id` of every hold of these settled causes that has ended: by index, however many orders are open.
 * `settled` gives `id, store_id, code, subject, opened_at`; the subject is the store's and the hold's, or an order.
 */
const endedHolds = (merchantId: string): SQL => sql`
  select s.id as alert_id, h.order_id
  from settled s join holds h on h.merchant_id = ${merchantId} and h.store_id = s.store_id and h.code = s.code
    and h.subject = substr(s.subject, length(s.store_id::text) + 2) and h.closed_at >= s.opened_at
  where s.code = any(${groupedCodes})
  union
  select s.id, h.order_id
  from settled s join holds h on h.merchant_id = ${merchantId} and h.code = s.code and h.closed_at >= s.opened_at
    and h.order_id = case when s.code = any(${groupedCodes}) then null else s.subject::uuid end`;

const groupedCodes = sql`${sql.param([...groupedHoldCodes])}::text[]`;

/** Orders that a batch takes. */
const isDispatchable = sql`o.kind = 'b2c' and o.status = 'pending' and o.open_hold_count = 0`;

/**
 * Counts the orders that the end of each of these holds touched, as `detail.released` (held by nothing now),
 * `detail.waiting` (held for something else as well) and `detail.dispatchable` (of the released ones, what a batch takes).
 */
async function keepReleased(tx: Tx, merchantId: string, alertIds: readonly string[]): Promise<void> {
  await unwrap(tx).execute(sql`
    with settled as materialized (
      select a.id, a.store_id, substr(a.kind, length('held:') + 1) as code, a.subject, a.opened_at
      from alerts a
      where a.merchant_id = ${merchantId} and a.id in (select unnest(${sql.param([...alertIds])}::uuid[]))
        and a.state = 'resolved' and a.kind like 'held:%' and a.store_id is not null
    ), ended as (${endedHolds(merchantId)}), counted as (
      select s.id, count(o.id) filter (where o.open_hold_count = 0) as released,
        count(o.id) filter (where o.open_hold_count > 0) as waiting,
        count(o.id) filter (where ${isDispatchable}) as dispatchable
      from settled s left join ended e on e.alert_id = s.id
      left join orders o on o.merchant_id = ${merchantId} and o.id = e.order_id and o.status in ('pending', 'acknowledged')
      group by s.id
    )
    update alerts a set detail = a.detail || jsonb_build_object(
      'released', c.released::text, 'waiting', c.waiting::text, 'dispatchable', c.dispatchable::text)
    from counted c where a.merchant_id = ${merchantId} and a.id = c.id`);
}

/** Of an alert `a`: its end released this order, whatever it says of it now. */
const released = (merchantId: string, orderId: string): SQL => sql`
  a.detail ? 'dispatchable' and (a.kind, a.subject) in (
    select 'held:' || h.code, ${subjectOfHold} from holds h
    where h.merchant_id = ${merchantId} and h.order_id = ${orderId} and h.closed_at is not null)`;

/** Cards of one round, the newest: those before them count when their button is pressed. */
const mostRecounted = 100;

/** `detail.dispatchable` of settled alerts as it is now; those that said another number are given, their version moved. */
export async function recountReleased(
  tx: Tx,
  merchantId: string,
  which: ReleasedAlerts,
): Promise<readonly { readonly id: string }[]> {
  const wanted =
    'alertId' in which
      ? sql`a.id = ${which.alertId} and a.detail ? 'dispatchable'`
      : sql`a.folded_into is null and ${which.orderId === undefined ? sql`a.detail->>'dispatchable' <> '0'` : released(merchantId, which.orderId)}
          and a.resolved_at > ${which.resolvedSince.toISOString()}::timestamptz order by a.resolved_at desc limit ${mostRecounted}`;
  return unwrap(tx).execute<{ id: string }>(sql`
    with settled as materialized (
      select a.id, a.store_id, substr(a.kind, length('held:') + 1) as code, a.subject, a.opened_at
      from alerts a where a.merchant_id = ${merchantId} and a.state = 'resolved' and ${wanted}
    ), ended as (${endedHolds(merchantId)}), counted as (
      select s.id, count(o.id)::text as dispatchable
      from settled s left join ended e on e.alert_id = s.id
      left join orders o on o.merchant_id = ${merchantId} and o.id = e.order_id and ${isDispatchable}
      group by s.id
    )
    update alerts a set detail = a.detail || jsonb_build_object('dispatchable', c.dispatchable),
      version = a.version + 1, updated_at = now()
    from counted c
    where a.merchant_id = ${merchantId} and a.id = c.id and a.detail->>'dispatchable' <> c.dispatchable
    returning a.id`);
}

/**
 * What stands by now of a payment type or method that settled a card, where that is another choice than the card names:
 * `detail.changedTo`, with who changed it (`changedBy`, `changedVia`, `changedAt`), and `detail.standing` what tells it from another of that name. Those that said another one are given, their version moved.
 */
export async function retellDecisions(
  tx: Tx,
  merchantId: string,
  resolvedSince: Date,
): Promise<readonly { readonly id: string }[]> {
  return unwrap(tx).execute<{ id: string }>(sql`
    with settled as materialized (
      select a.id, a.store_id, a.kind, a.detail->>'subject' as subject
      from alerts a
      where a.merchant_id = ${merchantId} and a.state = 'resolved' and a.folded_into is null and a.detail ? 'standing' and a.store_id is not null
        and a.kind in ('held:payment_unknown', 'held:shipping_method_unmapped')
        and a.resolved_at > ${resolvedSince.toISOString()}::timestamptz
      order by a.resolved_at desc limit ${mostRecounted}
    ), stands as (
      select s.id, t.id::text as standing, t.name as choice, 'method_mapping' as rule, m.id as rule_id, m.created_by from settled s
      join method_mappings m on m.merchant_id = ${merchantId} and m.store_id = s.store_id and m.method = s.subject
      join shipping_types t on t.merchant_id = m.merchant_id and t.id = m.shipping_type_id
      where s.kind = 'held:shipping_method_unmapped'
      union all
      select s.id, c.class, replace(c.class, '_', ' '), 'classification', c.id, c.created_by from settled s
      join payment_classifications c on c.merchant_id = ${merchantId} and c.store_id = s.store_id
        and c.payment_method = s.subject
      where s.kind = 'held:payment_unknown'
    )
    update alerts a set version = a.version + 1, updated_at = now(),
      detail = case when a.detail->>'outcome' = n.choice then a.detail - '{changedTo,changedBy,changedVia,changedAt}'::text[]
        else a.detail - '{changedVia,changedAt}'::text[] || jsonb_strip_nulls(jsonb_build_object('changedTo', n.choice,
          'changedBy', coalesce(n.actor_name, n.created_by), 'changedVia', n.via,
          'changedAt', to_char(n.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')))
        end || jsonb_build_object('standing', n.standing)
    from (
      select s.*, v.actor_name, v.via, v.at from stands s left join lateral (
        select v.actor_name, v.via, v.at from audit_events v
        where v.merchant_id = ${merchantId} and v.subject_type = s.rule and v.subject_id = s.rule_id
        order by v.at desc, v.id desc limit 1
      ) v on true
    ) n
    where a.merchant_id = ${merchantId} and a.id = n.id
      and a.detail->>'standing' <> n.standing
    returning a.id`);
}

/**
 * Keeps on settled alerts what was decided, as `detail.outcome`: the recipe of a SKU (`1 × TS-XL-BLK`), the class of a
 * payment type, the shipping type of a method; of a SKU also `detail.mapping`, the mapping's id. A card whose cause returns loses it with the rest of its detail.
 */
async function keepDecisions(tx: Tx, merchantId: string, alertIds: readonly string[]): Promise<void> {
  await unwrap(tx).execute(sql`
    with settled as materialized (
      select a.id, a.store_id, a.kind, a.resolution, a.detail->>'subject' as subject, a.detail->>'keyKind' as key_kind
      from alerts a
      where a.merchant_id = ${merchantId} and a.id in (select unnest(${sql.param([...alertIds])}::uuid[]))
        and a.state = 'resolved' and a.resolution in ('mapped', 'classified') and a.store_id is not null
    ), outcomes as (
      select s.id, jsonb_build_object(
        'outcome', string_agg(c.quantity || ' × ' || p.sku, ' + ' order by p.sku), 'mapping', min(m.id::text)) as outcome
      from settled s
      join sku_mappings m on m.merchant_id = ${merchantId} and m.store_id = s.store_id and m.key_kind = s.key_kind
        and m.key = s.subject and m.superseded_at is null
      join mapping_components c on c.merchant_id = m.merchant_id and c.mapping_id = m.id
      join products p on p.merchant_id = c.merchant_id and p.id = c.product_id
      where s.kind in ('held:sku_unmapped', 'held:sku_missing') and s.resolution = 'mapped'
      group by s.id
      union all
      select s.id, jsonb_build_object('outcome', t.name, 'standing', t.id::text) from settled s
      join method_mappings m on m.merchant_id = ${merchantId} and m.store_id = s.store_id and m.method = s.subject
      join shipping_types t on t.merchant_id = m.merchant_id and t.id = m.shipping_type_id
      where s.kind = 'held:shipping_method_unmapped' and s.resolution = 'mapped'
      union all
      select s.id, jsonb_build_object('outcome', replace(c.class, '_', ' '), 'standing', c.class) from settled s
      join payment_classifications c on c.merchant_id = ${merchantId} and c.store_id = s.store_id
        and c.payment_method = s.subject
      where s.kind = 'held:payment_unknown' and s.resolution = 'classified'
    )
    update alerts a set detail = a.detail || o.outcome
    from outcomes o where a.merchant_id = ${merchantId} and a.id = o.id`);
}

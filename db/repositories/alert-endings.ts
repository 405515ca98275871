import { type SQL, sql } from 'drizzle-orm';
import type { Tx } from '../../core/ports/database.ts';
import { unwrap } from '../database.ts';
import { grantEndsAt, isCauseOfItsOwn, subjectOfHold, writebackOfException } from './alert-causes.ts';

/** How exceptions end that wait for the platform to take something, or to show it. */
const byPlatformAnswer = ['accepted', 'complete', 'confirmed'];

/** Ends that are nobody's doing but the desk's or the store's. */
const nobodys = ['moved', 'parked', 'sent_anew'];

/**
 * Resolves alerts whose cause is gone, naming how it ended and who did it, by what is true now: the store was deleted
 * or disabled; where an exception is told that is still open; the last hold or exception that closed of the orders that
 * the card named; what became of those orders; the state of the authorization. Nothing is called mended that only stopped being asked about. All found by indexes.
 */
export async function resolveGone(
  tx: Tx,
  merchantId: string,
  alertIds: readonly string[],
  { now, renewablePlatforms }: { readonly now: Date; readonly renewablePlatforms: readonly string[] },
): Promise<readonly { id: string }[]> {
  const at = sql`${now.toISOString()}::timestamptz`;
  const unnamed = sql`${sql.param(['store_deleted', ...nobodys])}::text[]`;
  return unwrap(tx).execute<{ id: string }>(sql`
    with gone_alerts as materialized (
      select a.id, a.kind, a.subject, a.store_id, a.opened_at, a.order_count, a.sample,
        case when a.kind like 'authorization%' then a.subject::uuid end as authorization_id
      from alerts a
      where a.merchant_id = ${merchantId} and a.id in (select unnest(${sql.param([...alertIds])}::uuid[]))
    ), gone as materialized (
      select a.*, (o->>'id')::uuid as order_id from gone_alerts a left join jsonb_array_elements(a.sample) o on true
    ), ends as (
      select g.id, g.order_id, h.subject as about, h.closed_by, h.closed_via, h.resolution, h.closed_at
      from gone g join holds h on h.merchant_id = ${merchantId} and h.order_id = g.order_id
        and g.kind = 'held:' || h.code and h.closed_at >= g.opened_at
        and g.subject = ${subjectOfHold}
      union all
      select g.id, g.order_id, x.subject, x.closed_by, x.closed_via, x.resolution, x.closed_at
      from gone g join order_exceptions x on x.merchant_id = ${merchantId} and x.order_id = g.order_id
        and g.kind = 'exception:' || x.code and x.closed_at >= g.opened_at
    ), last_ends as materialized (
      select distinct on (e.id, e.order_id, e.about) e.* from ends e order by e.id, e.order_id, e.about, e.closed_at desc
    ), ended as materialized (
      select distinct on (e.id) e.id, e.closed_by, e.closed_via, e.resolution
      from last_ends e where e.resolution is distinct from 'moved' order by e.id, e.closed_at desc
    ), moves as (${moves(merchantId)}
    ), fates as (${fates(merchantId, at, renewablePlatforms)}
    ), order_fates as (${orderFates(merchantId)}
    ), deeds as (${deeds(merchantId)}
    ), pieces as (
      select f.id, f.fate, null as closed_by, null as closed_via, null as ended_as, null as actor_name, null as via, null as order_as,
        null as moved_to
      from fates f
      union all
      select e.id, null, e.closed_by, e.closed_via, e.resolution, null, null, null, null from ended e
      union all
      select o.id, null, null, null, null, o.actor_name, o.via, o.resolution, null from order_fates o
      union all
      select m.id, null, null, null, null, null, null, null, m.moved_to from moves m
    ), told as materialized (
      -- Put together by grouping: joined, thousands of causes that end at once would be a loop over themselves.
      select id, max(closed_by) as closed_by, max(closed_via) as closed_via, max(actor_name) as actor_name, max(via) as via,
        case when max(fate) = 'store_deleted' then 'store_deleted'
          else coalesce('partly_' || case when max(ended_as) is not null then max(moved_to) end, max(moved_to), max(ended_as), max(order_as), max(fate))
        end as resolution,
        max(ended_as) as ended_as
      from pieces group by id
    ), asked as materialized (
      select distinct on (d.id) d.id, d.actor_name, d.via
      from deeds d join told t on t.id = d.id
      where case d.about
        when 'store' then t.resolution in ('store_deleted', 'store_disabled') and d.event = replace(t.resolution, '_', '.')
        when 'grant' then t.resolution in ('works', 'not_tested')
        -- The platform's answer ends it; whoever had it asked again, or paired the carrier, is who settled it.
        else t.resolution in (t.ended_as, 'partly_moved', 'partly_parked', 'partly_sent_anew')
          and t.closed_via = 'system' and t.ended_as = any(${sql.param([...byPlatformAnswer])}::text[])
      end
      order by d.id, d.at desc
    )
    update alerts a set state = 'resolved', resolved_at = ${at}, resolution = t.resolution,
      resolved_by = coalesce(p.actor_name, case when t.resolution <> all(${unnamed}) then coalesce(t.closed_by, t.actor_name) end, 'Holdfast'),
      resolved_via = coalesce(p.via, case when t.resolution <> all(${unnamed}) then coalesce(t.closed_via, t.via) end, 'system'),
      version = a.version + 1, updated_at = now()
    from told t left join asked p on p.id = t.id where a.merchant_id = ${merchantId} and a.id = t.id
    returning a.id`);
}

/** `id, fate`: what is true of the store or the authorization; null where that says nothing. */
const fates = (merchantId: string, at: SQL, renewablePlatforms: readonly string[]): SQL => sql`
  select g.id, case
    when g.authorization_id is null and s.deleted_at is not null
      or g.authorization_id is not null and (z.deleted_at is not null or not exists (
        select from stores l where l.merchant_id = z.merchant_id and l.authorization_id = z.id and l.deleted_at is null))
      then 'store_deleted'
    when (g.kind in ('sync_failing', 'purchase_order_waiting') or z.status = 'unverified') and s.status = 'disabled' then 'store_disabled'
    when g.kind = 'sync_failing' then case when s.failing_runs = 0 then 'works' end
    when g.kind = 'orders_malformed' then 'works'
    when z.id is null then null
    when z.status in ('pending', 'unverified') then 'not_tested'
    when z.status not in ('authorized', 'expiring') or g.kind <> 'authorization_unusable' and ends.at <= ${at} then 'superseded'
    when g.kind = 'authorization_scopes' and z.missing_scopes <> '{}' then null
    else 'works' end as fate
  from gone_alerts g
  left join stores s on s.merchant_id = ${merchantId} and s.id = g.store_id
  left join authorizations z on z.merchant_id = ${merchantId} and z.id = g.authorization_id
  left join lateral (select ${grantEndsAt(sql`z`, renewablePlatforms)} as at) ends on true`;

/**
 * `id, moved_to`: where orders of the card have the same exception still open, and none closed since, or went on to an
 * exception of another kind: another card tells it (`moved`), the authorization's card does (`parked`), or it is being
 * sent for the first time since that was mended. Of a card that ended for others, `partly_moved` and so on.
 */
const moves = (merchantId: string): SQL => sql`
  select m.id, case when bool_or(m.is_cause) then 'moved' when bool_or(m.is_parked) then 'parked' else 'sent_anew' end as moved_to
  from (
    select e.id, e.order_id, true as is_cause, false as is_parked from last_ends e where e.resolution = 'moved'
    union all
    select g.id, g.order_id, bool_or(${isCauseOfItsOwn}) as is_cause, bool_or(w.state = 'parked') as is_parked
    from gone g join order_exceptions x on x.merchant_id = ${merchantId} and x.order_id = g.order_id
      and g.kind = 'exception:' || x.code and (x.closed_at is null or x.closed_at >= g.opened_at)
    ${writebackOfException}
    group by g.id, g.order_id having bool_and(x.closed_at is null)
  ) m group by m.id`;

/** What each event of an order's history makes of a cause that named it. */
const orderEnds = {
  'order.acknowledged': 'acknowledged',
  'order.rejected': 'rejected',
  'order.dispatched': 'dispatched',
  'order.shipped': 'shipped',
  'order.partially_shipped': 'shipped',
  'order.completed': 'shipped',
  'order.shipped_by_hand': 'shipped_by_hand',
  'order.completed_by_hand': 'shipped_by_hand',
  'order.closed_by_hand': 'closed_by_hand',
  'order.cancelled': 'cancelled',
  'order.cancelled_by_platform': 'platform_cancelled',
  'order.shipped_elsewhere': 'platform_shipped',
} as const;
/** Events after which a ship-by is as near as before; an exception outlives these and a shipment. */
const nothingShipped = ['order.acknowledged', 'order.dispatched'];
const exceptionOutlives = [...nothingShipped, 'order.shipped', 'order.partially_shipped', 'order.completed'];

/** `id, resolution, actor_name, via`: where the card named all its orders, and all of them ended alike. */
const orderFates = (merchantId: string): SQL => sql`
  select l.id, min(l.resolution) as resolution, (array_agg(l.actor_name order by l.at desc))[1] as actor_name,
    (array_agg(l.via order by l.at desc))[1] as via
  from (
    select distinct on (g.id, g.order_id) g.id, g.order_count, v.actor_name, v.via, v.at, m.value as resolution
    from gone g join audit_events v on v.merchant_id = ${merchantId} and v.order_id = g.order_id and v.at >= g.opened_at
      join jsonb_each_text(${JSON.stringify(orderEnds)}::text::jsonb) m on m.key = v.event
    where not (g.kind = 'ship_by_near' and v.event = any(${sql.param([...nothingShipped])}::text[]))
      and not (g.kind like 'exception:%' and v.event = any(${sql.param([...exceptionOutlives])}::text[]))
    order by g.id, g.order_id, v.id desc
  ) l
  group by l.id, l.order_count
  having count(distinct l.resolution) = 1 and count(*) = l.order_count`;

/** `id, about, event, actor_name, via, at`: what people did that may have ended it. */
const deeds = (merchantId: string): SQL => sql`
  select g.id, 'answer' as about, v.event, v.actor_name, v.via, v.at
  from gone g join audit_events v on v.merchant_id = ${merchantId} and v.order_id = g.order_id
    and v.event = 'order.writeback_repeated'
  where v.at >= g.opened_at and v.person_id is not null
  union all
  select g.id, 'answer', v.event, v.actor_name, v.via, v.at
  from gone_alerts g join audit_events v on v.merchant_id = ${merchantId} and v.subject_type = 'carrier_pairing'
    and v.after->>'storeId' = g.store_id::text
  where g.kind = 'exception:carrier_unpaired' and v.at >= g.opened_at and v.person_id is not null
  union all
  select g.id, 'grant', v.event, v.actor_name, v.via, v.at
  from gone_alerts g join audit_events v on v.merchant_id = ${merchantId} and v.subject_type = 'authorization'
    and v.subject_id = g.authorization_id
    and v.event in ('authorization.authorized', 'authorization.updated', 'authorization.refreshed',
      'authorization.credentials_changed')
  where v.at >= g.opened_at and v.person_id is not null
  union all
  select g.id, 'store', v.event, v.actor_name, v.via, v.at
  from gone_alerts g
  join stores s on s.merchant_id = ${merchantId} and (s.id = g.store_id or s.authorization_id = g.authorization_id)
  join audit_events v on v.merchant_id = ${merchantId} and v.subject_type = 'store' and v.subject_id = s.id
    and v.event in ('store.deleted', 'store.disabled')`;

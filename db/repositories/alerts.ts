import { type SQL, sql } from 'drizzle-orm';
import { quietReason } from '../../core/alert/routing.ts';
import type { AlertCause } from '../../core/alert/types.ts';
import { newId } from '../../core/ids.ts';
import type { AlertRepository, SettleAsked, SettleOutcome } from '../../core/ports/alerting.ts';
import type { Tx } from '../../core/ports/database.ts';
import { unwrap } from '../database.ts';
import { causesOf, deadlineKinds, subjectOfHold } from './alert-causes.ts';
import { alertOutbox } from './alert-outbox.ts';
import { keepOutcomes, recountReleased } from './alert-outcomes.ts';
import { readAlert, readAlerts } from './alert-rows.ts';
import { foldStorms, refreshStorms, stormCauses } from './alert-storms.ts';

interface OpenRow extends Record<string, unknown> {
  id: string;
  kind: string;
  subject: string;
}

/** Alert rows: what the messages of a merchant should say, and what they say. */
export function createAlertRepository(options: { readonly renewablePlatforms: readonly string[] }): AlertRepository {
  return {
    ...alertOutbox,
    stormCauses,
    settle: (tx, merchantId, asked) => settle(tx, merchantId, asked, options.renewablePlatforms),
    lock: (tx, merchantId, alertId) => readAlert(tx, sql`a.merchant_id = ${merchantId} and a.id = ${alertId}`, true),
    show: (tx, merchantId, alertId) => readAlert(tx, sql`a.merchant_id = ${merchantId} and a.id = ${alertId}`, false),
    listOpen: (tx, merchantIds, limit) =>
      readAlerts(
        tx,
        sql`a.merchant_id = any(${sql.param([...merchantIds])}::uuid[]) and a.state = 'open' and a.storm is null`,
        sql`order by a.order_count desc, a.opened_at, a.id limit ${limit}`,
      ),
    async tend(tx, merchantId, alertId, change) {
      await unwrap(tx).execute(sql`
        update alerts set
          assigned_to = coalesce(${change.assignedTo ?? null}::uuid, assigned_to),
          snoozed_until = case when ${change.isAwake === true} then null
            else coalesce(${change.snoozedUntil?.toISOString() ?? null}::timestamptz, snoozed_until) end,
          version = version + 1, updated_at = now()
        where merchant_id = ${merchantId} and id = ${alertId}`);
      await refreshStorms(tx, merchantId, [alertId], new Date());
    },
    recountReleased,
    async merchantIds(tx) {
      const rows = await unwrap(tx).execute<{ id: string }>(
        sql`select id from merchants where archived_at is null order by id`,
      );
      return rows.map((row) => row.id);
    },
  };
}

async function settle(
  tx: Tx,
  merchantId: string,
  { now, reopenWithinMs, withDeadlines }: SettleAsked,
  renewablePlatforms: readonly string[],
): Promise<SettleOutcome> {
  const db = unwrap(tx);
  // One settlement of a merchant at a time: two would both insert the same new cause.
  await db.execute(sql`select pg_advisory_xact_lock(hashtextextended('alerts:' || ${merchantId}::text, 0))`);
  const causes = await causesOf(tx, merchantId, { now, renewablePlatforms, withDeadlines });
  const open = await db.execute<OpenRow>(sql`
    select id, kind, subject from alerts where merchant_id = ${merchantId} and state = 'open' and storm is null
      and not kind = any(${sql.param(withDeadlines ? [] : [...deadlineKinds])}::text[]) for update`);

  const known = new Map(open.map((row) => [causeKey(row.kind, row.subject), row.id]));
  const wanted = new Map(causes.map((cause) => [causeKey(cause.kind, cause.subject), cause]));
  const fresh = causes.filter((cause) => !known.has(causeKey(cause.kind, cause.subject)));
  const kept = causes.filter((cause) => known.has(causeKey(cause.kind, cause.subject)));
  const goneIds = open.filter((row) => !wanted.has(causeKey(row.kind, row.subject))).map((row) => row.id);

  const changed: { id: string; isNew: boolean }[] = [];
  const collect = (rows: readonly { id: string }[], isNew: boolean) => {
    for (const row of rows) changed.push({ id: row.id, isNew });
  };
  if (fresh.length > 0) {
    const since = new Date(now.getTime() - reopenWithinMs).toISOString();
    const reopened = await db.execute<{ id: string; kind: string; subject: string }>(sql`
      with wanted as (${causeRows(fresh)}),
      last as (
        select distinct on (a.kind, a.subject) a.id, a.kind, a.subject
        from alerts a join wanted w on w.kind = a.kind and w.subject = a.subject
        where a.merchant_id = ${merchantId} and a.state = 'resolved' and a.storm is null and a.resolved_at > ${since}::timestamptz
        order by a.kind, a.subject, a.resolved_at desc
      )
      update alerts a set state = 'open', resolved_at = null, resolved_by = null, resolved_via = null, resolution = null,
        -- It was quiet about what has been settled: its card is green and must not stay so.
        snoozed_until = null,
        order_count = w.order_count, amounts = w.amounts, sample = w.sample, detail = w.detail,
        oldest_at = w.oldest_at, nearest_ship_by = w.nearest_ship_by, version = a.version + 1, updated_at = now()
      from last l join wanted w on w.kind = l.kind and w.subject = l.subject
      where a.merchant_id = ${merchantId} and a.id = l.id
      returning a.id, a.kind, a.subject`);
    collect(reopened, true);
    const back = new Set(reopened.map((row) => causeKey(row.kind, row.subject)));
    const brandNew = fresh.filter((cause) => !back.has(causeKey(cause.kind, cause.subject)));
    if (brandNew.length > 0) {
      const inserted = await db.execute<{ id: string }>(sql`
        with wanted as (${causeRows(brandNew)})
        insert into alerts (id, merchant_id, store_id, kind, subject, title, order_count, amounts, sample, detail, oldest_at, nearest_ship_by, opened_at)
        select w.new_id, ${merchantId}, w.store_id, w.kind, w.subject, w.kind, w.order_count, w.amounts, w.sample, w.detail,
          w.oldest_at, w.nearest_ship_by, ${now.toISOString()}::timestamptz
        from wanted w on conflict do nothing returning id`);
      collect(inserted, true);
    }
  }
  if (kept.length > 0) {
    // What waits for the morning may have become too urgent for that.
    const updated = await db.execute<{ id: string }>(sql`
      with wanted as (${causeRows(kept)})
      update alerts a set order_count = w.order_count, amounts = w.amounts, sample = w.sample, detail = w.detail,
        store_id = w.store_id, oldest_at = w.oldest_at, nearest_ship_by = w.nearest_ship_by,
        deliver_after = case when a.delivery_error = ${quietReason} then null else a.deliver_after end,
        version = a.version + 1, updated_at = now()
      from wanted w
      where a.merchant_id = ${merchantId} and a.state = 'open' and a.kind = w.kind and a.subject = w.subject
        and (a.order_count, a.amounts, a.sample, a.detail, a.nearest_ship_by)
          is distinct from (w.order_count, w.amounts, w.sample, w.detail, w.nearest_ship_by)
      returning a.id`);
    collect(updated, false);
  }
  if (goneIds.length > 0) {
    collect(await resolve(tx, merchantId, goneIds, now), false);
    await keepOutcomes(tx, merchantId, goneIds);
  }
  if (changed.length > 0)
    await foldStorms(tx, merchantId, { changedIds: changed.map(({ id }) => id), now, reopenWithinMs });
  return { changed };
}

/**
 * Resolves alerts whose cause is gone, naming who ended it and how: read from the last hold or exception that closed of
 * the orders that the card named, which are found by an index.
 */
async function resolve(
  tx: Tx,
  merchantId: string,
  alertIds: readonly string[],
  now: Date,
): Promise<readonly { id: string }[]> {
  return unwrap(tx).execute<{ id: string }>(sql`
    with gone as materialized (
      select a.id, a.kind, a.subject, a.store_id, a.opened_at, (o->>'id')::uuid as order_id
      from alerts a left join jsonb_array_elements(a.sample) o on true
      where a.merchant_id = ${merchantId} and a.id in (select unnest(${sql.param(alertIds)}::uuid[]))
    ), ends as (
      select g.id, h.closed_by, h.closed_via, h.resolution, h.closed_at
      from gone g join holds h on h.merchant_id = ${merchantId} and h.order_id = g.order_id
        and g.kind = 'held:' || h.code and h.closed_at >= g.opened_at
        and g.subject = ${subjectOfHold}
      union all
      select g.id, x.closed_by, x.closed_via, x.resolution, x.closed_at
      from gone g join order_exceptions x on x.merchant_id = ${merchantId} and x.order_id = g.order_id
        and g.kind = 'exception:' || x.code and x.closed_at >= g.opened_at
    ), ended as (
      select distinct on (g.id) g.id, e.closed_by, e.closed_via, e.resolution
      from gone g left join ends e on e.id = g.id
      order by g.id, e.closed_at desc nulls last
    ), deeds as (
      select g.id, v.actor_name, v.via, v.at
      from gone g join audit_events v on v.merchant_id = ${merchantId} and v.order_id = g.order_id
        and v.event = 'order.writeback_repeated'
      where v.at >= g.opened_at and v.person_id is not null
      union all
      select g.id, v.actor_name, v.via, v.at
      from gone g join audit_events v on v.merchant_id = ${merchantId} and v.subject_type = 'carrier_pairing'
        and v.after->>'storeId' = g.store_id::text
      where g.kind = 'exception:carrier_unpaired' and v.at >= g.opened_at and v.person_id is not null
      union all
      select g.id, v.actor_name, v.via, v.at
      from gone g join audit_events v on v.merchant_id = ${merchantId} and v.subject_type = 'authorization'
        and v.subject_id = case when g.kind like 'authorization%' then g.subject::uuid end
        and v.event in ('authorization.authorized', 'authorization.updated')
      where v.at >= g.opened_at and v.person_id is not null
    ), asked as (
      -- The platform's answer ends it; whoever had it asked again, or paired the carrier, is who settled it.
      select distinct on (d.id) d.id, d.actor_name, d.via
      from deeds d join ended e on e.id = d.id join gone g on g.id = d.id
      where g.kind like 'authorization%' or e.closed_via = 'system' and e.resolution = any(${sql.param([...byPlatformAnswer])}::text[])
      order by d.id, d.at desc
    )
    update alerts a set state = 'resolved', resolved_at = ${now.toISOString()}::timestamptz,
      resolved_by = coalesce(p.actor_name, e.closed_by, 'Holdfast'), resolved_via = coalesce(p.via, e.closed_via, 'system'),
      resolution = e.resolution, version = a.version + 1, updated_at = now()
    from ended e left join asked p on p.id = e.id where a.merchant_id = ${merchantId} and a.id = e.id
    returning a.id`);
}

/** How exceptions end that wait for the platform to take something, or to show it. */
const byPlatformAnswer = ['accepted', 'complete', 'confirmed'];

const causeKey = (kind: string, subject: string) => `${kind}\n${subject}`;

/** The causes as rows: one JSON parameter, so that a storm of thousands is still one statement. */
function causeRows(causes: readonly AlertCause[]): SQL {
  const rows = causes.map((cause) => ({
    new_id: newId(),
    kind: cause.kind,
    subject: cause.subject,
    store_id: cause.storeId,
    order_count: cause.orderCount,
    amounts: cause.amounts,
    sample: cause.sample,
    detail: cause.detail,
    oldest_at: cause.oldestAt,
    nearest_ship_by: cause.nearestShipBy,
  }));
  return sql`select * from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as wanted_rows(
    new_id uuid, kind text, subject text, store_id uuid, order_count int, amounts jsonb, sample jsonb, detail jsonb,
    oldest_at timestamptz, nearest_ship_by timestamptz)`;
}

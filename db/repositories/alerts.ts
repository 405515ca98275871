import { type SQL, sql } from 'drizzle-orm';
import { quietReason } from '../../core/alert/routing.ts';
import type { FoundCause } from '../../core/alert/types.ts';
import { newId } from '../../core/ids.ts';
import type { AlertRepository, GrownAlert, SettleAsked, SettleOutcome } from '../../core/ports/alerting.ts';
import type { Tx } from '../../core/ports/database.ts';
import { unwrap } from '../database.ts';
import { grownStorms, tellAnew } from './alert-anew.ts';
import { causesOf, deadlineKinds } from './alert-causes.ts';
import { resolveGone } from './alert-endings.ts';
import { alertOutbox } from './alert-outbox.ts';
import { keepOutcomes, recountReleased, retellDecisions } from './alert-outcomes.ts';
import { readAlert, readAlerts } from './alert-rows.ts';
import { foldStorms, refreshStorms, stormCauses } from './alert-storms.ts';
import { withTries } from './alert-tries.ts';

interface OpenRow extends Record<string, unknown> {
  id: string;
  kind: string;
  subject: string;
  urgency: number | null;
  rings: boolean;
}

/** Alert rows: what the messages of a merchant should say, and what they say. */
export function createAlertRepository(options: { readonly renewablePlatforms: readonly string[] }): AlertRepository {
  return {
    ...alertOutbox,
    stormCauses,
    settle: (tx, merchantId, asked) => settle(tx, merchantId, asked, options.renewablePlatforms),
    tellAnew,
    lock: (tx, merchantId, alertId) => readAlert(tx, sql`a.merchant_id = ${merchantId} and a.id = ${alertId}`, true),
    show: (tx, merchantId, alertId) => readAlert(tx, sql`a.merchant_id = ${merchantId} and a.id = ${alertId}`, false),
    listOpen: (tx, { merchantIds, storeId = null, limit }) =>
      readAlerts(
        tx,
        sql`a.merchant_id = any(${sql.param([...merchantIds])}::uuid[]) and a.state = 'open' and a.storm is null
          and (${storeId}::uuid is null or a.store_id = ${storeId}::uuid)`,
        sql`order by a.order_count desc, a.opened_at, a.id limit ${limit}`,
      ),
    async tend(tx, merchantId, alertId, change) {
      await unwrap(tx).execute(sql`
        update alerts set
          assigned_to = case when ${change.assignedTo === null} then null
            else coalesce(${change.assignedTo ?? null}::uuid, assigned_to) end,
          snoozed_until = case when ${change.isAwake === true} then null
            else coalesce(${change.snoozedUntil?.toISOString() ?? null}::timestamptz, snoozed_until) end,
          version = version + 1, updated_at = now()
        where merchant_id = ${merchantId} and id = ${alertId}`);
      await refreshStorms(tx, merchantId, [alertId], new Date());
    },
    recountReleased,
    retellDecisions,
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
  const found = await causesOf(tx, merchantId, { now, renewablePlatforms, withDeadlines });
  const causes = await withTries(tx, merchantId, found);
  const open = await db.execute<OpenRow>(sql`
    select id, kind, subject, urgency,
      message_ts is not null and folded_into is null and coalesce(snoozed_until <= ${now.toISOString()}::timestamptz, true) as rings
    from alerts where merchant_id = ${merchantId} and state = 'open' and storm is null
      and not kind = any(${sql.param(withDeadlines ? [] : [...deadlineKinds])}::text[]) for update`);

  const known = new Map(open.map((row) => [causeKey(row.kind, row.subject), row]));
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
          -- Back and further than before: an edit would ring nobody.
          and coalesce(a.urgency, w.urgency) >= w.urgency
        -- One that nobody ever saw ended with the one before it.
        order by a.kind, a.subject, a.resolved_at desc, a.message_ts is not null desc
      )
      update alerts a set state = 'open', resolved_at = null, resolved_by = null, resolved_via = null, resolution = null,
        -- It was quiet about what has been settled: its card is green and must not stay so.
        snoozed_until = null, opened_at = ${now.toISOString()}::timestamptz,
        order_count = w.order_count, amounts = w.amounts, sample = w.sample, detail = w.detail, store_id = w.store_id,
        oldest_at = w.oldest_at, nearest_ship_by = w.nearest_ship_by, urgency = coalesce(a.urgency, w.urgency),
        version = a.version + 1, updated_at = now()
      from last l join wanted w on w.kind = l.kind and w.subject = l.subject
      where a.merchant_id = ${merchantId} and a.id = l.id
      returning a.id, a.kind, a.subject`);
    collect(reopened, true);
    const back = new Set(reopened.map((row) => causeKey(row.kind, row.subject)));
    const brandNew = fresh.filter((cause) => !back.has(causeKey(cause.kind, cause.subject)));
    if (brandNew.length > 0) {
      const inserted = await db.execute<{ id: string }>(sql`
        with wanted as (${causeRows(brandNew)})
        insert into alerts (id, merchant_id, store_id, kind, subject, title, order_count, amounts, sample, detail, oldest_at, nearest_ship_by, urgency, opened_at)
        select w.new_id, ${merchantId}, w.store_id, w.kind, w.subject, w.kind, w.order_count, w.amounts, w.sample, w.detail,
          w.oldest_at, w.nearest_ship_by, w.urgency, ${now.toISOString()}::timestamptz
        from wanted w on conflict do nothing returning id`);
      collect(inserted, true);
    }
  }
  if (kept.length > 0) {
    // A card that rings for it keeps the urgency that it was posted for: what has none yet is posted for the newest.
    await db.execute(sql`
      with wanted as (${causeRows(kept)})
      update alerts a set urgency = w.urgency
      from wanted w
      where a.merchant_id = ${merchantId} and a.state = 'open' and a.kind = w.kind and a.subject = w.subject
        and (a.urgency is null or w.urgency > a.urgency and (a.message_ts is null or a.folded_into is not null))`);
    // What waits for the morning may have become too urgent for that.
    const updated = await db.execute<{ id: string }>(sql`
      with wanted as (${causeRows(kept)})
      update alerts a set order_count = w.order_count, amounts = w.amounts, sample = w.sample, detail = w.detail,
        store_id = w.store_id, oldest_at = w.oldest_at, nearest_ship_by = w.nearest_ship_by,
        deliver_after = case when a.delivery_error = ${quietReason} then null else a.deliver_after end,
        version = a.version + 1, updated_at = now()
      from wanted w
      where a.merchant_id = ${merchantId} and a.state = 'open' and a.kind = w.kind and a.subject = w.subject
        and (a.order_count, a.amounts, a.sample, a.detail, a.store_id, a.nearest_ship_by)
          is distinct from (w.order_count, w.amounts, w.sample, w.detail, w.store_id, w.nearest_ship_by)
      returning a.id`);
    collect(updated, false);
  }
  if (goneIds.length > 0) {
    collect(await resolveGone(tx, merchantId, goneIds, { now, renewablePlatforms }), false);
    await keepOutcomes(tx, merchantId, goneIds);
  }
  if (changed.length > 0)
    await foldStorms(tx, merchantId, { changedIds: changed.map(({ id }) => id), now, reopenWithinMs });
  return { changed, grown: await grownOf(tx, merchantId, { kept, known, now }) };
}

async function grownOf(
  tx: Tx,
  merchantId: string,
  {
    kept,
    known,
    now,
  }: { readonly kept: readonly FoundCause[]; readonly known: ReadonlyMap<string, OpenRow>; readonly now: Date },
): Promise<readonly GrownAlert[]> {
  const wanted = new Map<string, number>();
  for (const { kind, subject, urgency } of kept) {
    const row = known.get(causeKey(kind, subject));
    if (row?.rings === true && row.urgency !== null && urgency > row.urgency) wanted.set(row.id, urgency);
  }
  for (const { id, urgency } of await grownStorms(tx, merchantId, now)) wanted.set(id, urgency);
  if (wanted.size === 0) return [];
  const ids = sql.param([...wanted.keys()]);
  const alerts = await readAlerts(
    tx,
    sql`a.merchant_id = ${merchantId} and a.id = any(${ids}::uuid[])`,
    sql`order by a.id`,
  );
  return alerts.map((alert) => ({ alert, urgency: wanted.get(alert.id) ?? 0 }));
}

const causeKey = (kind: string, subject: string) => `${kind}\n${subject}`;

/** The causes as rows: one JSON parameter, so that a storm of thousands is still one statement. */
function causeRows(causes: readonly FoundCause[]): SQL {
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
    urgency: cause.urgency,
  }));
  return sql`select * from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as wanted_rows(
    new_id uuid, kind text, subject text, store_id uuid, order_count int, amounts jsonb, sample jsonb, detail jsonb,
    oldest_at timestamptz, nearest_ship_by timestamptz, urgency int)`;
}

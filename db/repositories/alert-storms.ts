import { type SQL, sql } from 'drizzle-orm';
import { stormRules } from '../../core/alert/storm.ts';
import { groupedHoldCodes } from '../../core/alert/types.ts';
import { newId } from '../../core/ids.ts';
import type { AlertRepository } from '../../core/ports/alerting.ts';
import type { Tx } from '../../core/ports/database.ts';
import { unwrap } from '../database.ts';
import { readAlerts } from './alert-rows.ts';

const ago = (now: Date, ms: number) => new Date(now.getTime() - ms).toISOString();

interface GroupRow extends Record<string, unknown> {
  kind: string;
  scope: string | null;
  waiting: string[];
  recent: number;
  open_storm: string | null;
}

/**
 * Folds new causes of one kind into a summary where there are many (core/alert/storm.ts), and brings the summaries in
 * line with their causes. Within the merchant's settlement lock.
 */
export async function foldStorms(
  tx: Tx,
  merchantId: string,
  asked: { readonly changedIds: readonly string[]; readonly now: Date; readonly reopenWithinMs: number },
): Promise<void> {
  const { now } = asked;
  const db = unwrap(tx);
  // Back after its summary was settled: it speaks for itself, unless there is a storm again.
  await db.execute(sql`
    update alerts a set folded_into = null from alerts s
    where a.merchant_id = ${merchantId} and a.state = 'open' and a.folded_into is not null
      and s.merchant_id = a.merchant_id and s.id = a.folded_into and s.state = 'resolved'`);
  const groups = await db.execute<GroupRow>(sql`
    with fresh as (
      -- A store with a channel of its own has storms of its own: the rest of the merchant shares one.
      select a.id, a.kind, a.message_ts is null and a.posting_since is null as is_waiting, (
        select a.store_id where exists (
          select 1 from slack_routes r where r.store_id = a.store_id and (r.kind is null or r.kind = a.kind))
      ) as scope
      from alerts a
      where a.merchant_id = ${merchantId} and a.state = 'open' and a.storm is null and a.folded_into is null
        and (a.message_ts is null or a.opened_at > ${ago(now, stormRules.withinMs)}::timestamptz)
    ), groups as (
      select kind, scope, count(*)::int as recent, array_agg(id order by id) filter (where is_waiting) as waiting
      from fresh group by kind, scope
    )
    select g.kind, g.scope, g.recent, g.waiting, (
      select s.id from alerts s
      where s.merchant_id = ${merchantId} and s.state = 'open' and s.storm is not null and s.kind = g.kind
        and s.store_id is not distinct from g.scope
        and exists (select 1 from alerts m where m.merchant_id = s.merchant_id and m.folded_into = s.id
          and m.opened_at > ${ago(now, stormRules.blowsOnMs)}::timestamptz)
      order by s.opened_at desc limit 1
    ) as open_storm
    from groups g where g.waiting is not null`);
  const folded: { id: string; storm: string }[] = [];
  for (const group of groups.filter((one) => one.open_storm !== null || one.recent > stormRules.most)) {
    const storm = group.open_storm ?? (await openStorm(tx, merchantId, group, asked));
    for (const id of group.waiting) folded.push({ id, storm });
  }
  if (folded.length > 0) {
    await db.execute(sql`
      update alerts a set folded_into = f.storm, deliver_after = null, delivery_error = null, updated_at = now()
      from jsonb_to_recordset(${JSON.stringify(folded)}::text::jsonb) as f (id uuid, storm uuid)
      where a.merchant_id = ${merchantId} and a.id = f.id`);
  }
  await refreshStorms(tx, merchantId, [...asked.changedIds, ...folded.map(({ id }) => id)], now);
}

/** A row for the summary: the one that was settled a moment ago, else a new one. A handful of kinds, so one by one. */
async function openStorm(
  tx: Tx,
  merchantId: string,
  { kind, scope }: GroupRow,
  { now, reopenWithinMs }: { readonly now: Date; readonly reopenWithinMs: number },
): Promise<string> {
  const [again] = await unwrap(tx).execute<{ id: string }>(sql`
    update alerts set state = 'open', resolved_at = null, resolved_by = null, resolved_via = null, resolution = null,
      snoozed_until = null, version = version + 1, updated_at = now()
    where merchant_id = ${merchantId} and id = (
      select id from alerts
      where merchant_id = ${merchantId} and storm is not null and state = 'resolved' and resolution is distinct from 'told_anew' and kind = ${kind}
        and store_id is not distinct from ${scope}::uuid and resolved_at > ${ago(now, reopenWithinMs)}::timestamptz
      order by resolved_at desc limit 1)
    returning id`);
  if (again !== undefined) return again.id;
  const id = newId();
  await unwrap(tx).execute(sql`
    insert into alerts (id, merchant_id, store_id, kind, subject, title, storm, opened_at)
    values (${id}, ${merchantId}, ${scope}::uuid, ${kind}, ${`storm:${id}`}, ${kind},
      '{"causeCount":0,"foldedCount":0,"largest":[]}', ${now.toISOString()}::timestamptz)`);
  return id;
}

/** What the summaries of these causes say: their numbers, or that the last one was settled, by whom and how. */
export async function refreshStorms(
  tx: Tx,
  merchantId: string,
  changedIds: readonly string[],
  now: Date,
): Promise<void> {
  const db = unwrap(tx);
  const storms = await db.execute<{ id: string }>(sql`
    select id from alerts
    where merchant_id = ${merchantId} and state = 'open' and storm is not null and id in (
      select folded_into from alerts where merchant_id = ${merchantId} and folded_into is not null
        and id in (select unnest(${sql.param([...changedIds])}::uuid[])))
    order by id for update`);
  if (storms.length === 0) return;
  const ids = sql`any(${sql.param(storms.map(({ id }) => id))}::uuid[])`;
  const grouped = sql`${sql.param(groupedHoldCodes.map((code) => `held:${code}`))}::text[]`;
  const told = await db.execute<{ id: string; causes: number }>(sql`
    with members as materialized (
      select a.*, s.name as store_name, p.name as assigned_to_name
      from alerts a left join stores s on s.merchant_id = a.merchant_id and s.id = a.store_id
        left join people p on p.id = a.assigned_to
      where a.merchant_id = ${merchantId} and a.folded_into = ${ids}
    ), still as materialized (select * from members where state = 'open'
    ), held as (
      -- An order that waits for two of the causes is one order.
      select distinct m.folded_into as storm_id, h.order_id
      from still m join holds h on h.merchant_id = ${merchantId} and h.closed_at is null
        and m.kind = 'held:' || h.code and m.subject = h.store_id || ':' || h.subject
      where m.kind = any(${grouped})
    ), orders_of as (
      select storm_id, count(*) as orders from held group by 1
      union all
      select folded_into, sum(order_count) from still where not kind = any(${grouped}) group by 1
    ), money as (
      select h.storm_id, o.currency, sum(o.total_amount) as amount
      from held h join orders o on o.merchant_id = ${merchantId} and o.id = h.order_id
      where o.total_amount is not null group by 1, 2
      union all
      select m.folded_into, c.key, sum(c.value::numeric) from still m, jsonb_each_text(m.amounts) c
      where not m.kind = any(${grouped}) group by 1, 2
    ), ranked as (
      select *, row_number() over (partition by folded_into
        order by order_count desc, nearest_ship_by nulls last, opened_at, id) as place
      from still
    ), facts as materialized (
      select s.id,
        coalesce((select sum(orders) from orders_of where storm_id = s.id), 0)::int as order_count,
        coalesce((select jsonb_object_agg(currency, trim_scale(amount)::text) from money where storm_id = s.id), '{}') as amounts,
        (select min(oldest_at) from still where folded_into = s.id) as oldest_at,
        (select min(nearest_ship_by) from still where folded_into = s.id) as nearest_ship_by,
        jsonb_build_object(
          'causeCount', (select count(*) from still where folded_into = s.id),
          'foldedCount', (select count(*) from members where folded_into = s.id),
          'largest', coalesce((select jsonb_agg(jsonb_build_object('id', r.id, 'orderCount', r.order_count,
              'storeName', r.store_name, 'detail', r.detail, 'sample', r.sample, 'assignedToName', r.assigned_to_name) order by r.place)
            from ranked r where r.folded_into = s.id and r.place <= ${stormRules.shown}::int), '[]')) as storm
      from alerts s where s.merchant_id = ${merchantId} and s.id = ${ids}
    )
    update alerts a set order_count = f.order_count, amounts = f.amounts, oldest_at = f.oldest_at,
      nearest_ship_by = f.nearest_ship_by, storm = f.storm, version = a.version + 1, updated_at = now()
    from facts f
    where a.merchant_id = ${merchantId} and a.id = f.id
      and (a.order_count, a.amounts, a.nearest_ship_by, a.storm)
        is distinct from (f.order_count, f.amounts, f.nearest_ship_by, f.storm)
    returning a.id, (a.storm->>'causeCount')::int as causes`);
  const overIds = told.filter(({ causes }) => causes === 0).map(({ id }) => id);
  if (overIds.length === 0) return;
  await db.execute(sql`
    with ends as (
      select m.folded_into, m.resolution, case when m.resolved_via <> 'system' then m.resolved_by end as by, count(*)::int as count
      from alerts m
      where m.merchant_id = ${merchantId} and m.folded_into = any(${sql.param(overIds)}::uuid[]) and m.state = 'resolved'
      group by 1, 2, 3
    ), told as (
      select folded_into, jsonb_agg(jsonb_build_object('resolution', resolution, 'by', by, 'count', count)
        order by count desc, resolution nulls last, by nulls last) as ends
      from ends group by 1
    ), last as (
      select distinct on (m.folded_into) m.folded_into, m.resolved_by, m.resolved_via, m.resolution from alerts m
      where m.merchant_id = ${merchantId} and m.folded_into = any(${sql.param(overIds)}::uuid[])
      order by m.folded_into, m.resolved_at desc, m.id
    )
    -- Where the causes ended each in its own way, the last one speaks for none of the others.
    update alerts a set state = 'resolved', resolved_at = ${now.toISOString()}::timestamptz, resolution = l.resolution,
      resolved_by = case when jsonb_array_length(t.ends) = 1 then l.resolved_by end,
      resolved_via = case when jsonb_array_length(t.ends) = 1 then l.resolved_via end,
      storm = a.storm || jsonb_build_object('ends', t.ends), updated_at = now()
    from last l join told t on t.folded_into = l.folded_into
    where a.merchant_id = ${merchantId} and a.id = l.folded_into`);
}

export const stormCauses: AlertRepository['stormCauses'] = async (
  tx,
  merchantId,
  stormId,
  { from, limit, without },
) => {
  const open = sql`a.merchant_id = ${merchantId} and a.folded_into = ${stormId} and a.state = 'open'
    and a.id is distinct from ${without ?? null}::uuid`;
  // A place has gone through JavaScript, which knows no microseconds.
  const openedAt = sql`date_trunc('milliseconds', a.opened_at)`;
  const placeOf = (at: Date, id: string) => sql`(${openedAt}, a.id) < (${at.toISOString()}::timestamptz, ${id}::uuid)`;
  const onwards = (where: SQL) => readAlerts(tx, where, sql`order by ${openedAt}, a.id limit ${limit}`);
  const backwards = async (where: SQL) =>
    [...(await readAlerts(tx, where, sql`order by ${openedAt} desc, a.id desc limit ${limit}`))].reverse();
  const page = async () => {
    if (from.way === 'first') return onwards(open);
    const isBefore = placeOf(from.at, from.id);
    if (from.way === 'before') {
      const earlier = await backwards(sql`${open} and ${isBefore}`);
      return earlier.length < limit ? onwards(open) : earlier;
    }
    const after = from.way === 'after' ? sql`and a.id <> ${from.id}::uuid` : sql``;
    const later = await onwards(sql`${open} and not ${isBefore} ${after}`);
    return later.length === 0 ? backwards(open) : later;
  };
  const causes = await page();
  const [first] = causes;
  const isBefore = first === undefined ? sql`false` : placeOf(first.openedAt, first.id);
  const [counted] = await unwrap(tx).execute<{ total: number; before: number }>(sql`
    select count(*)::int as total, count(*) filter (where ${isBefore})::int as before from alerts a where ${open}`);
  return { causes, before: counted?.before ?? 0, total: counted?.total ?? 0 };
};

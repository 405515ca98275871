import { type SQL, sql } from 'drizzle-orm';
import { type AlertKind, type FoundCause, groupedHoldCodes, silentHoldCodes } from '../../core/alert/types.ts';
import type { Tx } from '../../core/ports/database.ts';
import { unwrap } from '../database.ts';
import { orderOf, withFacts } from './alert-facts.ts';

/** A ship-by this near with nothing shipped is a cause. */
export const shipByNearHours = 4;
/** Runs that failed in a row before a store's sync is a cause. */
const failingRunsBeforeAlert = 3;
/** An authorization that no refresh can mend is a cause this many days ahead, and told anew at each further step. */
const expiryNoticeDays = [14, 7, 3, 1] as const;
/** Credentials that were saved and not tested: whoever saved them may still be at it. */
const untestedMinutes = 15;
/** A scheduled sync that has not ended after so many of its store's periods, and hours, is a cause. */
const behindPeriods = 4;
const behindHours = 2;
/** Stores of one authorization that a message names. */
const namedStores = 5;
/** Order numbers that a message shows. */
const sampleSize = 5;

interface CauseRow extends Record<string, unknown> {
  kind: string;
  subject: string;
  store_id: string | null;
  order_count: number;
  amounts: Record<string, string> | null;
  sample: { id: string; number: string }[] | null;
  detail: Record<string, string>;
  oldest_at: string | null;
  nearest_ship_by: string | null;
  urgency?: number;
}

/** Kinds that time alone brings; what a page of orders changes of them can wait for the minute's round. */
export const deadlineKinds: readonly AlertKind[] = ['ship_by_near'];

export interface CausesAsked {
  readonly now: Date;
  /** Where a token that ends is renewed by the desk itself and is no cause. */
  readonly renewablePlatforms: readonly string[];
  /** False: without `deadlineKinds`, which look at every order that has not shipped. */
  readonly withDeadlines: boolean;
}

/** Everything of a merchant that should have an open alert now, one row a cause, in a few set-based reads. */
export async function causesOf(tx: Tx, merchantId: string, asked: CausesAsked): Promise<FoundCause[]> {
  const rows = [
    ...(await holdCauses(tx, merchantId)),
    ...(await exceptionCauses(tx, merchantId)),
    ...(await storeCauses(tx, merchantId, asked.now, asked.renewablePlatforms)),
    ...(await purchaseOrderCauses(tx, merchantId)),
    ...(asked.withDeadlines ? await shipByCauses(tx, merchantId, asked.now) : []),
  ];
  const shipByUntil = new Date(asked.now.getTime() + shipByNearHours * 60 * 60 * 1000);
  return (await withFacts(tx, merchantId, rows, shipByUntil)).map((row) => ({
    // Built in the statements below from hold codes, exception codes and the literals of `AlertKind`.
    kind: row.kind as AlertKind,
    subject: row.subject,
    storeId: row.store_id,
    orderCount: row.order_count,
    amounts: row.amounts ?? {},
    sample: row.sample ?? [],
    detail: row.detail,
    oldestAt: row.oldest_at === null ? null : new Date(row.oldest_at),
    nearestShipBy: row.nearest_ship_by === null ? null : new Date(row.nearest_ship_by),
    urgency: row.urgency ?? 0,
  }));
}

/** Groups `reasons(kind, subject, store_id, detail, order_id, since)` by cause and adds up their orders. */
const grouped = sql`
  waiting as materialized (
    select r.kind, r.subject, r.store_id, r.detail, r.since, o.id, o.platform_order_number, o.ordered_at, o.ship_by,
      o.currency, o.total_amount
    from reasons r cross join lateral ${orderOf(sql`r`)} o
  ), causes as (
    select kind, subject, store_id, count(distinct id)::int as order_count,
      (array_agg(detail order by since desc, id))[1] as detail,
      min(ordered_at) as oldest_at, min(ship_by) as nearest_ship_by,
      (array_agg(jsonb_build_object('id', id, 'number', platform_order_number) order by ordered_at, id))[1:${sql.raw(String(sampleSize))}] as sample
    from waiting
    group by kind, subject, store_id
  ), money as (
    select kind, subject, jsonb_object_agg(currency, amount::text) as amounts from (
      select kind, subject, currency, trim_scale(sum(total_amount)) as amount
      from waiting where total_amount is not null group by 1, 2, 3
    ) by_currency group by 1, 2
  )
  select c.kind, c.subject, c.store_id, c.order_count, m.amounts, to_jsonb(c.sample) as sample, c.detail, c.oldest_at, c.nearest_ship_by
  from causes c left join money m using (kind, subject)
  order by c.oldest_at, c.kind, c.subject`;

const list = (codes: readonly string[]) => sql`${sql.param([...codes])}::text[]`;

/** The subject of the cause that a hold `h` belongs to: its own of a store, or its order. */
export const subjectOfHold = sql`
  case when h.code = any(${list(groupedHoldCodes)}) then h.store_id || ':' || h.subject else h.order_id::text end`;

/** The writeback `w` that an exception `x` is about; without a row where it is about none. */
export const writebackOfException = sql`
  left join writebacks w on w.merchant_id = x.merchant_id
    and w.id = case when x.code in ('writeback_failed', 'cancellation_failed') and x.subject ~ '^[0-9a-f-]{36}$' then x.subject::uuid end`;

/**
 * False of an exception whose writeback `w` waits for an authorization, which has a card of its own, or has not been
 * answered since (`resume` forgets the kind of its last error).
 */
export const isCauseOfItsOwn = sql`
  coalesce(w.state <> 'parked' and (w.state not in ('pending', 'sending') or w.error_kind is not null), true)`;

/** The desk goes on trying, and the platform may answer otherwise each time; a refused one is repeated by people. */
const isRetried = sql`
  coalesce(w.state in ('pending', 'retry', 'sending') and w.error_kind not in ('rejected', 'permanent'), false)`;

/** The subject of the cause that an exception `x` belongs to; `w` is its writeback. */
export const subjectOfException = sql`
  case when x.code in ('writeback_failed', 'cancellation_failed') then x.store_id || ':' ||
      case when ${isRetried} then 'retrying' else coalesce(w.error_code, x.platform_code, '') end
    -- Names of carriers are one in either case, as their pairing is; only the database folds them.
    when x.code = 'carrier_unpaired' then x.store_id || ':' || lower(x.subject)
    else x.order_id::text end`;

/**
 * When the grant `a` ends so that no refresh mends it: with the refresh token (or a token that outlives it), or with the
 * token where the platform has no refresh.
 */
export const grantEndsAt = (a: SQL, renewablePlatforms: readonly string[]): SQL => sql`
  case when not ${a}.platform = any(${list(renewablePlatforms)}) then ${a}.expires_at
    when ${a}.refresh_expires_at is not null then greatest(${a}.refresh_expires_at, ${a}.expires_at) end`;

export const isoOf = (moment: SQL): SQL => sql`to_char(${moment} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;

/** `not in`, because a join has the planner expect next to nothing of many, and loop over thousands. */
const inLiveStore = (storeId: SQL, merchantId: string): SQL =>
  sql`${storeId} not in (select id from stores where merchant_id = ${merchantId} and deleted_at is not null)`;

async function holdCauses(tx: Tx, merchantId: string): Promise<readonly CauseRow[]> {
  return unwrap(tx).execute<CauseRow>(sql`
    with reasons as (
      select distinct on (h.order_id, kind, cause_subject)
        h.merchant_id, 'held:' || h.code as kind,
        ${subjectOfHold} as cause_subject, ${subjectOfHold} as subject,
        h.store_id, h.detail || jsonb_build_object('subject', h.subject) as detail, h.order_id, h.opened_at as since
      from holds h
      where h.merchant_id = ${merchantId} and h.closed_at is null and not h.code = any(${list(silentHoldCodes)})
        and ${inLiveStore(sql`h.store_id`, merchantId)}
      order by h.order_id, kind, cause_subject, h.opened_at
    ), ${grouped}`);
}

async function exceptionCauses(tx: Tx, merchantId: string): Promise<readonly CauseRow[]> {
  return unwrap(tx).execute<CauseRow>(sql`
    with reasons as (
      select distinct on (x.order_id, kind, cause_subject)
        x.merchant_id, 'exception:' || x.code as kind,
        ${subjectOfException} as cause_subject, ${subjectOfException} as subject,
        x.store_id,
        jsonb_strip_nulls(case when ${isRetried}
          then jsonb_build_object('platformCode', nullif(w.error_code, w.error_kind), 'platformMessage', w.error_message,
            'retryingSince', ${isoOf(sql`min(x.opened_at) filter (where ${isRetried}) over (partition by x.store_id, x.code)`)})
          -- A retry of the whole cause goes by the writeback's code.
          else jsonb_build_object('message', x.message, 'platformCode', x.platform_code, 'platformMessage', x.platform_message,
            'errorCode', w.error_code, 'subject', case x.code when 'carrier_unpaired' then x.subject end,
            'cancelledHere', case when x.code = 'platform_shipped_elsewhere' and x.subject = 'cancelled_here' then 'yes' end) end) as detail,
        x.order_id, x.opened_at as since
      from order_exceptions x ${writebackOfException}
      where x.merchant_id = ${merchantId} and x.closed_at is null and ${isCauseOfItsOwn}
        and ${inLiveStore(sql`x.store_id`, merchantId)}
      order by x.order_id, kind, cause_subject, x.opened_at desc, x.id desc
    ), ${grouped}`);
}

/** Orders that cannot be read, and reasons, named on their card. */
const namedMalformed = 5;
const namedReasons = 3;

async function storeCauses(
  tx: Tx,
  merchantId: string,
  now: Date,
  renewablePlatforms: readonly string[],
): Promise<readonly CauseRow[]> {
  const at = sql`${now.toISOString()}::timestamptz`;
  const steps = sql`${sql.param([...expiryNoticeDays])}::int[]`;
  return unwrap(tx).execute<CauseRow>(sql`
    with live as (
      select a.*, ${grantEndsAt(sql`a`, renewablePlatforms)} as ends_at, of_it.*, saved.untested_since
      from authorizations a, lateral (
        select (array_agg(s.id order by s.created_at, s.id))[1] as store_id, max(s.synced_until) as synced_until,
          bool_or(s.status = 'enabled') as is_used,
          case when count(*) > 1 then jsonb_build_object('storeCount', count(*)::text,
            'stores', array_to_string((array_agg(s.name order by s.created_at, s.id))[1:${namedStores}::int], ', ')) else '{}' end as names
        from stores s where s.merchant_id = a.merchant_id and s.authorization_id = a.id and s.deleted_at is null
      ) of_it, lateral (
        select greatest(a.created_at, max(c.updated_at)) as untested_since from credentials c
        where c.merchant_id = a.merchant_id and c.authorization_id = a.id
      ) saved
      where a.merchant_id = ${merchantId} and a.deleted_at is null and of_it.store_id is not null
    ), ending as (
      -- What no refresh mends: the end of the refresh token, or of the token where the platform has no refresh.
      select live.*, ceil(extract(epoch from ends_at - ${at}) / 86400)::int as days_left
      from live where status in ('authorized', 'expiring') and ends_at > ${at}
    )
    select 'authorization_unusable' as kind, id::text as subject, store_id, 0 as order_count, null::jsonb as amounts, null::jsonb as sample,
      names || jsonb_strip_nulls(jsonb_build_object('status', status, 'reason', reason)) || ended || parked as detail,
      synced_until as oldest_at, null::timestamptz as nearest_ship_by,
      -- One that is still tried may mend itself.
      case when status = 'abnormal' then 0 else 1 end as urgency
    from live, lateral (
      select case when status <> 'revoked' and ends_at <= ${at} then jsonb_build_object('endedAt', ${isoOf(sql`ends_at`)}) else '{}' end as ended
    ) e, lateral (
      select jsonb_strip_nulls(jsonb_build_object('parked', nullif(count(*) filter (where w.kind = 'shipment'), 0)::text,
        'parkedCancellations', nullif(count(*) filter (where w.kind = 'cancellation'), 0)::text)) as parked
      from writebacks w
      where w.merchant_id = live.merchant_id and w.authorization_id = live.id and w.state = 'parked'
    ) p
    where status in ('expired', 'abnormal', 'revoked') or status in ('authorized', 'expiring') and ended <> '{}'
      or status = 'unverified' and is_used and untested_since < ${at} - make_interval(mins => ${untestedMinutes}::int)
    union all
    select 'authorization_expiring', id::text, store_id, 0, null, null,
      names || jsonb_build_object('days', (select min(step) from unnest(${steps}) step where step >= days_left)::text, 'endsAt', ${isoOf(sql`ends_at`)}), null, null,
      (select count(*)::int from unnest(${steps}) step where step >= days_left)
    from ending where days_left <= ${expiryNoticeDays[0]}::int
    union all
    select 'authorization_scopes', id::text, store_id, 0, null, null, names || jsonb_build_object('missing', array_to_string(missing_scopes, ', ')), null, null, 0
    from live where missing_scopes <> '{}' and status in ('authorized', 'expiring') and (ends_at is null or ends_at > ${at})
    union all
    select 'sync_failing', s.id::text, s.id, 0, null, null,
      jsonb_strip_nulls(jsonb_build_object('runs', s.failing_runs::text, 'reason', (
        select r.error from runs r where r.merchant_id = s.merchant_id and r.store_id = s.id and r.status = 'failed' order by r.created_at desc limit 1))), s.synced_until, null, 1
    from stores s where s.merchant_id = ${merchantId} and s.deleted_at is null and s.status = 'enabled' and s.failing_runs >= ${failingRunsBeforeAlert}::int
    union all
    select 'sync_failing', s.id::text, s.id, 0, null, null, jsonb_strip_nulls(jsonb_build_object('behindSince', ${isoOf(sql`min(r.created_at)`)},
      'reason', (array_agg(r.error order by r.created_at))[1])), s.synced_until, null, 0
    from runs r join stores s on s.merchant_id = r.merchant_id and s.id = r.store_id
    where r.merchant_id = ${merchantId} and r.status in ('queued', 'running') and r.kind = 'sync' and r.mode = 'scheduled'
      and r.created_at < ${at} - make_interval(hours => ${behindHours}::int)
      and r.created_at < ${at} - make_interval(mins => ${behindPeriods}::int * s.sync_every_minutes)
      and s.deleted_at is null and s.status = 'enabled' and s.failing_runs < ${failingRunsBeforeAlert}::int
    group by s.merchant_id, s.id
    union all
    select 'orders_malformed', m.store_id::text, m.store_id, count(*)::int, null, null,
      jsonb_strip_nulls(jsonb_build_object(
        'numbers', array_to_string((array_agg(coalesce(m.platform_order_number, m.platform_order_id, 'without a number') order by m.first_seen_at, m.id))[1:${namedMalformed}::int], ', '),
        'reasons', (select string_agg(told.count || ' × ' || told.reason, E'\n' order by told.place) from (
          select regexp_replace(r.reason, '\\s+', ' ', 'g') as reason, count(*), row_number() over (order by count(*) desc, min(r.first_seen_at), r.reason) as place
          from malformed_orders r where r.merchant_id = m.merchant_id and r.store_id = m.store_id and r.resolved_at is null
          group by r.reason
        ) as told where told.place <= ${namedReasons}::int),
        'reasonCount', count(distinct m.reason)::text)), min(m.first_seen_at), null, 0
    from malformed_orders m join stores s on s.merchant_id = m.merchant_id and s.id = m.store_id and s.deleted_at is null
    where m.merchant_id = ${merchantId} and m.resolved_at is null group by m.merchant_id, m.store_id`);
}

/** Purchase orders that nobody has answered, by store: a range of the list's index; a disabled store is left alone. */
async function purchaseOrderCauses(tx: Tx, merchantId: string): Promise<readonly CauseRow[]> {
  const waiting = sql`
    o.merchant_id = ${merchantId}::uuid and o.kind = 'b2b' and o.status = 'pending' and o.store_id = s.id`;
  const asked = sql`s.merchant_id = ${merchantId}::uuid and s.deleted_at is null and s.status = 'enabled'`;
  return unwrap(tx).execute<CauseRow>(sql`
    with by_currency as (
      select s.id as store_id, o.currency, count(*)::int as orders, sum(o.total_amount) as amount,
        min(o.ordered_at) as oldest_at, min(o.ship_by) as nearest_ship_by
      from stores s, orders o where ${asked} and ${waiting}
      group by 1, 2
    )
    select 'purchase_order_waiting' as kind, c.store_id::text as subject, c.store_id, sum(c.orders)::int as order_count,
      jsonb_object_agg(c.currency, trim_scale(c.amount)::text) filter (where c.amount is not null) as amounts,
      (select jsonb_agg(jsonb_build_object('id', n.id, 'number', n.platform_order_number) order by n.ship_by nulls last, n.id) from (
        select o.id, o.platform_order_number, o.ship_by from stores s, orders o
        where s.merchant_id = ${merchantId}::uuid and s.id = c.store_id and ${waiting}
        order by coalesce(o.ship_by, 'infinity'), o.id limit ${sampleSize}
      ) n) as sample,
      '{}'::jsonb as detail, min(c.oldest_at) as oldest_at, min(c.nearest_ship_by) as nearest_ship_by
    from by_currency c group by c.store_id order by 8, 3`);
}

/** Ranges of the list's ship-by index, one for each store, kind and status: costs what is late, not what is there. */
async function shipByCauses(tx: Tx, merchantId: string, now: Date): Promise<readonly CauseRow[]> {
  const until = new Date(now.getTime() + shipByNearHours * 60 * 60 * 1000).toISOString();
  const at = sql`${now.toISOString()}::timestamptz`;
  // When an order became near, or late. By the hour: a store is told anew at most once in each.
  const since = sql`greatest(case when o.created_at <= ${at} then o.created_at end,
    case when o.ship_by < ${at} then o.ship_by else o.ship_by - make_interval(hours => ${shipByNearHours}::int) end)`;
  const late = sql`
    o.merchant_id = ${merchantId}::uuid and o.kind = p.kind and o.status = p.status and o.store_id = s.id
    and coalesce(o.ship_by, 'infinity') < ${until}::timestamptz`;
  return unwrap(tx).execute<CauseRow>(sql`
    with parts as (
      select kind, status from unnest('{b2c,b2b}'::text[]) kind, unnest('{pending,acknowledged,processing}'::text[]) status
    ), by_currency as (
      select s.id as store_id, o.currency, count(*)::int as orders, sum(o.total_amount) as amount,
        min(o.ordered_at) as oldest_at, min(o.ship_by) as nearest_ship_by,
        count(*) filter (where o.ship_by < ${at})::int as passed, min(o.status) as status,
        count(*) filter (where o.status = 'processing')::int as dispatched,
        floor(extract(epoch from max(${since})) / 3600)::int as urgency
      from stores s, parts p, orders o
      where s.merchant_id = ${merchantId}::uuid and s.deleted_at is null and ${late}
      group by 1, 2
    )
    select 'ship_by_near' as kind, c.store_id::text as subject, c.store_id, sum(c.orders)::int as order_count,
      jsonb_object_agg(c.currency, trim_scale(c.amount)::text) filter (where c.amount is not null) as amounts,
      (select jsonb_agg(jsonb_build_object('id', n.id, 'number', n.platform_order_number) order by n.ship_by, n.id) from (
        select o.* from stores s, parts p, lateral (
          select o.id, o.platform_order_number, o.ship_by from orders o
          where ${late} order by coalesce(o.ship_by, 'infinity'), o.id limit ${sampleSize}
        ) o where s.merchant_id = ${merchantId}::uuid and s.id = c.store_id order by o.ship_by, o.id limit ${sampleSize}
      ) n) as sample,
      jsonb_strip_nulls(jsonb_build_object('passed', nullif(sum(c.passed), 0)::text,
        'dispatched', nullif(sum(c.dispatched), 0)::text,
        'status', case when sum(c.orders) = 1 then min(c.status) end)) as detail, min(c.oldest_at) as oldest_at, min(c.nearest_ship_by) as nearest_ship_by,
      max(c.urgency) as urgency
    from by_currency c group by c.store_id order by 8, 3`);
}

import { type SQL, sql } from 'drizzle-orm';
import { type ChangeMark, pulseKeyLimit, pulseLimit, type ShowPulse } from '../../core/queries/show-pulse.ts';
import type { Drizzle } from '../client.ts';
import { causeSteps } from './held-causes.ts';
import { readCounts } from './order-counts.ts';
import { uuids } from './order-walk.ts';
import { momentOrNull } from './rows.ts';

/** Syncs that fail this often in a row need a person: the first failures are the platform's bad minute. */
export const failingRunsLimit = 3;

/** A store `s` with its authorization `a` that waits for a person. */
export const inTrouble: SQL = sql`(a.status in ('pending', 'unverified', 'expiring', 'expired', 'abnormal', 'revoked')
  or cardinality(a.missing_scopes) > 0 or (s.status = 'enabled' and s.failing_runs >= ${sql.raw(String(failingRunsLimit))}))`;

export function createShowPulse(db: Drizzle): ShowPulse {
  return async ({ merchantIds }) => {
    const merchants = uuids(merchantIds);
    const [counts, [rest]] = await Promise.all([
      readCounts(db, merchantIds),
      db.execute<{
        outbound: number;
        keys: number;
        stores: number;
        in_trouble: number;
        is_syncing: boolean;
        synced_at: string | null;
        never_synced: boolean;
      }>(sql`
        select
          (select count(*)::int from unnest(${merchants}) as m(id)
            cross join unnest(array['created', 'picking', 'packed', 'partially_shipped']) as st(status)
            cross join lateral (select 1 from outbound_orders o where o.merchant_id = m.id and o.status = st.status
              limit ${pulseLimit}) as o) as outbound,
          (select count(*)::int from (select 1 from (${causeSteps(merchantIds, ['sku_unmapped', 'sku_missing'], pulseKeyLimit)}) as c
            limit ${pulseKeyLimit}) as c) as keys,
          st.stores, st.in_trouble, st.synced_at, st.never_synced,
          exists (select 1 from runs r where r.merchant_id = any(${merchants}) and r.kind = 'sync'
            and r.status in ('queued', 'running') and r.created_at > now() - interval '1 day') as is_syncing
        from (
          select count(*)::int as stores, count(*) filter (where ${inTrouble})::int as in_trouble,
            min(coalesce(s.synced_until, s.last_sync_at)) filter (where s.status = 'enabled') as synced_at,
            coalesce(bool_or(s.synced_until is null and s.last_sync_at is null) filter (where s.status = 'enabled'), false)
              as never_synced
          from stores s join authorizations a on a.merchant_id = s.merchant_id and a.id = s.authorization_id
          where s.merchant_id = any(${merchants}) and s.deleted_at is null
        ) as st`),
    ]);
    const sum = (test: (row: (typeof counts)[number]) => boolean): number =>
      counts.reduce((total, row) => (test(row) ? total + Number(row.count) : total), 0);
    const waiting = (kind: string): number =>
      sum((row) => row.kind === kind && (row.status === 'pending' || row.status === 'acknowledged'));
    return {
      pending: { b2c: waiting('b2c'), b2b: waiting('b2b') },
      held: sum((row) => row.held),
      excepted: sum((row) => row.excepted),
      outboundOpen: Math.min(rest?.outbound ?? 0, pulseLimit),
      unmappedKeys: Math.min(rest?.keys ?? 0, pulseKeyLimit),
      storesInTrouble: rest?.in_trouble ?? 0,
      stores: rest?.stores ?? 0,
      syncedAt: rest?.never_synced ? null : momentOrNull(rest?.synced_at ?? null),
      isSyncing: rest?.is_syncing ?? false,
    };
  };
}

/**
 * The newest event of the history, the counts of orders and the state of the newest runs, as one text: whatever a page
 * shows moves at least one of them.
 */
export function createChangeMark(db: Drizzle): ChangeMark {
  return async ({ merchantIds }) => {
    const merchants = uuids(merchantIds);
    const [row] = await db.execute<{ mark: string }>(sql`
      select md5(concat_ws('|',
        (select string_agg(e.id::text, ',') from unnest(${merchants}) as m(id) cross join lateral (
          select a.id from audit_events a where a.merchant_id = m.id order by a.id desc limit 1) as e),
        (select string_agg(concat(c.status, c.held, c.excepted, c.count), ',' order by c.status, c.held, c.excepted) from (
          select c.status, c.held, c.excepted, sum(c.count) as count from (
            select status, held, excepted, count from order_counts where merchant_id = any(${merchants})
            union all select status, held, excepted, delta from order_count_deltas where merchant_id = any(${merchants})
          ) as c group by 1, 2, 3 having sum(c.count) <> 0) as c),
        (select string_agg(concat(r.id, r.status, r.fetched), ',') from unnest(${merchants}) as m(id) cross join lateral (
          select r.id, r.status, r.fetched from runs r where r.merchant_id = m.id
          order by r.created_at desc, r.id desc limit 5) as r),
        (select string_agg(concat(a.id, a.status), ',' order by a.id) from authorizations a
          where a.merchant_id = any(${merchants}) and a.deleted_at is null),
        (select concat(count(*), max(first_seen_at)) from malformed_orders
          where merchant_id = any(${merchants}) and resolved_at is null)
      )) as mark`);
    return row?.mark ?? '';
  };
}

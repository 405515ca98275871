import { sql } from 'drizzle-orm';
import { newId } from '../../core/ids.ts';
import type { Tx } from '../../core/ports/database.ts';
import type { NewRun, RunItem, RunRepository, SyncRun } from '../../core/ports/intake.ts';
import { unwrap } from '../database.ts';
import { moment, momentOrNull } from '../queries/rows.ts';
import { moments, textList, texts, uuids } from './column-arrays.ts';

type Row = Record<string, unknown>;
type RunRow = Row &
  Omit<SyncRun, 'since' | 'until' | 'createdAt' | 'startedAt' | 'counts'> &
  SyncRun['counts'] & { since: string | null; until: string | null; createdAt: string; startedAt: string | null };

/** Rows of the Order Sync Log. */
export const runRepository: RunRepository = {
  async request(tx, run, at) {
    const [inserted] = await insert(tx, [run], at);
    if (inserted !== undefined) return { runId: inserted, joined: false };
    const [found] = await unwrap(tx).execute<Row & { id: string }>(sql`
      select id from runs
      where merchant_id = ${run.merchantId}::uuid and store_id = ${run.storeId}::uuid and kind = ${run.kind}
        and mode = ${run.mode} and order_kind = ${run.orderKind} and status in ('queued', 'running')
      order by created_at limit 1`);
    // It ended between the two statements: then there is room for ours.
    if (found === undefined) return this.request(tx, run, at);
    return { runId: found.id, joined: true };
  },

  async findTwin(tx, run) {
    const [found] = await unwrap(tx).execute<Row & { id: string }>(sql`
      select id from runs
      where merchant_id = ${run.merchantId}::uuid and store_id = ${run.storeId}::uuid and kind = ${run.kind}
        and mode = ${run.mode} and order_kind = ${run.orderKind} and status in ('queued', 'running')
        and since is not distinct from ${run.since?.toISOString() ?? null}::timestamptz
        and until is not distinct from ${run.until?.toISOString() ?? null}::timestamptz
        and numbers = ${textList(run.numbers)}::text[]
      order by created_at limit 1`);
    return found?.id ?? null;
  },

  insertMany: insert,

  async find(tx, merchantId, runId) {
    const [row] = await unwrap(tx).execute<RunRow>(sql`
      select ${columns} from runs where merchant_id = ${merchantId}::uuid and id = ${runId}::uuid`);
    return row === undefined ? null : toRun(row);
  },

  async claim(tx, merchantId, runId, at) {
    const now = at.toISOString();
    const db = unwrap(tx);
    await db.execute(sql`
      delete from run_items i using runs r
      where r.merchant_id = ${merchantId}::uuid and r.id = ${runId}::uuid and r.status = 'running'
        and i.merchant_id = r.merchant_id and i.run_id = r.id and i.result in ('unchanged', 'reread', 'skipped', 'failed', 'missing')`);
    const [row] = await db.execute<RunRow>(sql`
      update runs set started_at = coalesce(started_at, ${now}::timestamptz), pulse_at = ${now}::timestamptz, error = null,
        pages = 0, unchanged = 0, skipped = 0, failed = 0, fetched = created + updated, status = 'running'
      where merchant_id = ${merchantId}::uuid and id = ${runId}::uuid and status in ('queued', 'running')
      returning ${columns}`);
    return row === undefined ? null : toRun(row);
  },

  async setWindow(tx, merchantId, runId, since, until) {
    await unwrap(tx).execute(sql`
      update runs set since = ${since.toISOString()}::timestamptz, until = ${until.toISOString()}::timestamptz
      where merchant_id = ${merchantId}::uuid and id = ${runId}::uuid`);
  },

  async recordPages(tx, merchantId, runId, { count, counts, items }, at) {
    const [row] = await unwrap(tx).execute<Row & { pages: number }>(sql`
      update runs set pages = pages + ${count}, fetched = fetched + ${counts.fetched}, created = created + ${counts.created},
        updated = updated + ${counts.updated}, unchanged = unchanged + ${counts.unchanged},
        skipped = skipped + ${counts.skipped}, held = held + ${counts.held}, failed = failed + ${counts.failed},
        recovered = recovered + ${counts.recovered}, pulse_at = ${at.toISOString()}::timestamptz
      where merchant_id = ${merchantId}::uuid and id = ${runId}::uuid and status = 'running'
      returning pages`);
    if (row === undefined) return false;
    await insertItems(tx, merchantId, runId, row.pages, items);
    return true;
  },

  async recordItems(tx, merchantId, runId, items, at) {
    const [row] = await unwrap(tx).execute<Row & { pages: number }>(sql`
      update runs set pulse_at = ${at.toISOString()}::timestamptz
      where merchant_id = ${merchantId}::uuid and id = ${runId}::uuid returning pages`);
    await insertItems(tx, merchantId, runId, row?.pages ?? 0, items);
  },

  async pulse(tx, merchantId, runId, at) {
    const rows = await unwrap(tx).execute<Row>(sql`
      update runs set pulse_at = ${at.toISOString()}::timestamptz
      where merchant_id = ${merchantId}::uuid and id = ${runId}::uuid and status = 'running' returning id`);
    return rows.length > 0;
  },

  async note(tx, merchantId, runId, words, at) {
    await unwrap(tx).execute(sql`
      update runs set error = ${words}, pulse_at = ${at.toISOString()}::timestamptz
      where merchant_id = ${merchantId}::uuid and id = ${runId}::uuid and status = 'running'`);
  },

  async finish(tx, merchantId, runId, end, at) {
    await unwrap(tx).execute(sql`
      update runs set status = ${end.status}, outcome = ${end.outcome}, error = ${end.error},
        finished_at = ${at.toISOString()}::timestamptz, pulse_at = null
      where merchant_id = ${merchantId}::uuid and id = ${runId}::uuid and status in ('queued', 'running')`);
  },

  async reap(tx, before, at) {
    return unwrap(tx).execute<Row & { merchantId: string; storeId: string | null; runId: string }>(sql`
      update runs set status = 'failed', outcome = 'failed', finished_at = ${at.toISOString()}::timestamptz, pulse_at = null,
        error = 'The process that ran it ended, and no other took it up.'
      where status = 'running' and kind in ('sync', 'reconciliation') and pulse_at < ${before.toISOString()}::timestamptz
      returning merchant_id as "merchantId", store_id as "storeId", id as "runId"`);
  },

  async listStale(tx, before) {
    return unwrap(tx).execute<
      Row & { merchantId: string; runId: string; storeId: string; authorizationId: string; kind: NewRun['kind'] }
    >(sql`
      select merchant_id as "merchantId", id as "runId", store_id as "storeId", authorization_id as "authorizationId", kind
      from runs
      where status = 'queued' and kind in ('sync', 'reconciliation') and store_id is not null
        and authorization_id is not null and created_at < ${before.toISOString()}::timestamptz
      order by created_at limit 100`);
  },

  async takeSlots(tx, name, slots) {
    if (slots.length === 0) return new Set();
    const sorted = slots.toSorted((a, b) => (a.scope < b.scope ? -1 : 1));
    const rows = await unwrap(tx).execute<Row & { scope: string }>(sql`
      insert into schedule_ticks (id, name, scope, slot)
      select t.id, ${name}, t.scope, t.slot
      from unnest(${uuids(sorted, () => newId())}, ${texts(sorted, (row) => row.scope)},
        ${moments(sorted, (row) => row.slot)}) as t (id, scope, slot)
      on conflict (name, scope, slot) do nothing returning scope`);
    return new Set(rows.map((row) => row.scope));
  },
};

/** Those for which none of the kind waits or runs already. */
async function insert(tx: Tx, runs: readonly NewRun[], at: Date): Promise<string[]> {
  if (runs.length === 0) return [];
  const rows = await unwrap(tx).execute<Row & { id: string }>(sql`
    insert into runs (created_at, id, merchant_id, store_id, authorization_id, kind, mode, order_kind, since, until,
      numbers, person_id, actor_name, via)
    select ${at.toISOString()}::timestamptz, t.id, t.merchant_id, t.store_id, t.authorization_id, t.kind, t.mode,
      t.order_kind, t.since, t.until, t.numbers::text[], t.person_id, t.actor_name, t.via
    from unnest(
      ${uuids(runs, (run) => run.id)}, ${uuids(runs, (run) => run.merchantId)}, ${uuids(runs, (run) => run.storeId)},
      ${uuids(runs, (run) => run.authorizationId)}, ${texts(runs, (run) => run.kind)},
      ${texts(runs, (run) => run.mode)}, ${texts(runs, (run) => run.orderKind)}, ${moments(runs, (run) => run.since)},
      ${moments(runs, (run) => run.until)}, ${texts(runs, (run) => textList(run.numbers))},
      ${uuids(runs, (run) => run.personId)}, ${texts(runs, (run) => run.actorName)}, ${texts(runs, (run) => run.via)}
    ) as t (id, merchant_id, store_id, authorization_id, kind, mode, order_kind, since, until, numbers, person_id,
      actor_name, via)
    order by t.store_id, t.id
    on conflict do nothing returning id`);
  return rows.map((row) => row.id);
}

async function insertItems(
  tx: Tx,
  merchantId: string,
  runId: string,
  page: number,
  items: readonly RunItem[],
): Promise<void> {
  if (items.length === 0) return;
  await unwrap(tx).execute(sql`
    insert into run_items (merchant_id, run_id, page, id, result, reason_code, reason, numbers, order_ids)
    select ${merchantId}::uuid, ${runId}::uuid, ${page}::integer, t.id, t.result, t.reason_code, t.reason,
      t.numbers::text[], t.order_ids::uuid[]
    from unnest(
      ${uuids(items, () => newId())}, ${texts(items, (item) => item.result)},
      ${texts(items, (item) => item.reasonCode)}, ${texts(items, (item) => item.reason)},
      ${texts(items, (item) => textList(item.numbers))}, ${texts(items, (item) => `{${item.orderIds.join(',')}}`)}
    ) as t (id, result, reason_code, reason, numbers, order_ids)`);
}

const columns = sql`id, merchant_id as "merchantId", store_id as "storeId", authorization_id as "authorizationId", kind, mode,
  order_kind as "orderKind", since, until, numbers, person_id as "personId", actor_name as "actorName", via, status,
  created_at as "createdAt", started_at as "startedAt", fetched, created, updated, unchanged, skipped, held, failed, recovered`;

function toRun(row: RunRow): SyncRun {
  const { fetched, created, updated, unchanged, skipped, held, failed, recovered, ...run } = row;
  return {
    ...run,
    since: momentOrNull(row.since),
    until: momentOrNull(row.until),
    createdAt: moment(row.createdAt),
    startedAt: momentOrNull(row.startedAt),
    counts: { fetched, created, updated, unchanged, skipped, held, failed, recovered },
  };
}

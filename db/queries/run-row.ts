import { type SQL, sql } from 'drizzle-orm';
import type { RunKind, RunResult, RunRow, RunStatus } from '../../core/queries/list-runs.ts';
import { moment, momentOrNull } from './rows.ts';

/** Modes that the schedule or a platform set off; every other one is a person's. */
export const automaticModes = ['scheduled', 'first', 'held', 'webhook', 'nightly'];

/** One word for status and counts, for the column and for its filter. */
export const runResult: SQL = sql`case
  when r.status <> 'done' then case r.status when 'queued' then 'queued' when 'running' then 'running' when 'cancelled' then 'cancelled' else 'failed' end
  when r.failed > 0 then case when r.created + r.updated + r.unchanged + r.skipped + r.recovered = 0 then 'failed' else 'partly_failed' end
  when r.created + r.updated + r.recovered > 0 or r.kind not in ('sync', 'reconciliation') then 'success'
  when r.skipped > 0 then 'skipped'
  else 'no_new_orders' end`;

export const runColumns: SQL = sql`r.id, r.merchant_id, r.store_id, st.name as store_name, st.platform, r.kind, r.mode,
  r.order_kind, r.status, ${runResult} as result, r.pages, r.fetched, r.created, r.updated, r.unchanged, r.skipped,
  r.held, r.failed, r.recovered, r.total, r.error, r.actor_name, r.via, r.created_at, r.created_at::text as created_key,
  r.started_at, r.pulse_at, r.finished_at`;

export type RawRun = {
  id: string;
  merchant_id: string;
  store_id: string | null;
  store_name: string | null;
  platform: string | null;
  kind: RunKind;
  mode: string;
  order_kind: 'b2c' | 'b2b';
  status: RunStatus;
  result: RunResult;
  pages: number;
  fetched: number;
  created: number;
  updated: number;
  unchanged: number;
  skipped: number;
  held: number;
  failed: number;
  recovered: number;
  total: number | null;
  error: string | null;
  actor_name: string;
  via: string;
  created_at: string;
  created_key: string;
  started_at: string | null;
  pulse_at: string | null;
  finished_at: string | null;
};

export const toRunRow = (raw: RawRun): RunRow => ({
  id: raw.id,
  merchantId: raw.merchant_id,
  storeId: raw.store_id,
  storeName: raw.store_name,
  platform: raw.platform,
  kind: raw.kind,
  mode: raw.mode,
  type: automaticModes.includes(raw.mode) ? 'automatic' : 'manual',
  orderKind: raw.order_kind,
  status: raw.status,
  result: raw.result,
  orderCount: raw.total ?? raw.fetched,
  pages: raw.pages,
  fetched: raw.fetched,
  created: raw.created,
  updated: raw.updated,
  unchanged: raw.unchanged,
  skipped: raw.skipped,
  held: raw.held,
  failed: raw.failed,
  recovered: raw.recovered,
  total: raw.total,
  error: raw.error,
  actorName: raw.actor_name,
  via: raw.via,
  createdAt: moment(raw.created_at),
  startedAt: momentOrNull(raw.started_at),
  pulseAt: momentOrNull(raw.pulse_at),
  finishedAt: momentOrNull(raw.finished_at),
});

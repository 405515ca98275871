import { type SQL, sql } from 'drizzle-orm';
import type { IntakeStore, IntakeStoreRepository } from '../../core/ports/intake.ts';
import { unwrap } from '../database.ts';
import { moment, momentOrNull } from '../queries/rows.ts';
import { uuids } from './column-arrays.ts';
import { isAhead } from './moved-clock.ts';

type StoreRow = Record<string, unknown> & {
  id: string;
  merchant_id: string;
  authorization_id: string;
  authorization_status: IntakeStore['authorizationStatus'];
  platform: string;
  name: string;
  status: string;
  match_by: IntakeStore['matchBy'];
  requires_method_mapping: boolean;
  sync_every_minutes: number;
  look_back_hours: number;
  first_look_back_hours: number;
  synced_until: string | null;
  reconciled_at: string | null;
  created_at: string;
  timezone: string;
  failing_runs: number;
  has_malformed: boolean;
};

const select = (condition: SQL): SQL => sql`
  select s.id, s.merchant_id, s.authorization_id, a.status as authorization_status, s.platform, s.name, s.status,
    c.match_by, s.requires_method_mapping, s.sync_every_minutes, s.look_back_hours, s.first_look_back_hours,
    s.synced_until, s.reconciled_at, s.created_at, s.failing_runs,
    m.timezone,
    exists (select from malformed_orders mo where mo.merchant_id = s.merchant_id and mo.store_id = s.id
      and mo.resolved_at is null) as has_malformed
  from stores s
  join merchants m on m.id = s.merchant_id
  join authorizations a on a.merchant_id = s.merchant_id and a.id = s.authorization_id
  join sales_channels c on c.merchant_id = s.merchant_id and c.id = s.sales_channel_id
  where s.deleted_at is null and ${condition}`;

const toStore = (row: StoreRow): IntakeStore => ({
  id: row.id,
  merchantId: row.merchant_id,
  authorizationId: row.authorization_id,
  authorizationStatus: row.authorization_status,
  platform: row.platform,
  name: row.name,
  isEnabled: row.status === 'enabled',
  matchBy: row.match_by,
  requiresMethodMapping: row.requires_method_mapping,
  syncEveryMinutes: row.sync_every_minutes,
  lookBackHours: row.look_back_hours,
  firstLookBackHours: row.first_look_back_hours,
  syncedUntil: momentOrNull(row.synced_until),
  reconciledAt: momentOrNull(row.reconciled_at),
  createdAt: moment(row.created_at),
  timezone: row.timezone,
  failingRuns: row.failing_runs,
  hasMalformed: row.has_malformed,
});

export const intakeStoreRepository: IntakeStoreRepository = {
  async lock(tx, merchantId, storeId) {
    const [row] = await unwrap(tx).execute<StoreRow>(sql`
      ${select(sql`s.merchant_id = ${merchantId}::uuid and s.id = ${storeId}::uuid`)} for no key update of s`);
    return row === undefined ? null : toStore(row);
  },

  async find(tx, merchantId, storeIds) {
    const rows = await unwrap(tx).execute<StoreRow>(sql`
      ${select(sql`s.merchant_id = ${merchantId}::uuid and s.id = any(${uuids(storeIds, (id) => id)})`)} order by s.id`);
    return rows.map(toStore);
  },

  async listSyncable(tx) {
    const rows = await unwrap(tx).execute<StoreRow>(sql`
      ${select(sql`s.status = 'enabled' and s.replaced_at is null and m.archived_at is null
        and a.status in ('authorized', 'expiring', 'abnormal')`)} order by s.id`);
    return rows.map(toStore);
  },

  async completeWindow(tx, merchantId, storeId, { since, until }, now) {
    const isFromAhead = now === null ? sql`false` : isAhead(sql`synced_until`, sql`${now.toISOString()}::timestamptz`);
    await unwrap(tx).execute(sql`
      update stores set synced_until = ${until.toISOString()}::timestamptz
      where merchant_id = ${merchantId}::uuid and id = ${storeId}::uuid
        and (synced_until is null or ${isFromAhead} or (synced_until >= ${since.toISOString()}::timestamptz
          and synced_until < ${until.toISOString()}::timestamptz))`);
  },

  async recordResult(tx, result) {
    const at = result.at.toISOString();
    await unwrap(tx).execute(sql`
      update stores set last_sync_at = ${at}::timestamptz, last_sync_outcome = ${result.outcome},
        failing_runs = case when ${result.outcome} = 'failed' then failing_runs + 1 else 0 end,
        reconciled_at = case when ${result.reconciled} then ${at}::timestamptz else reconciled_at end
      where merchant_id = ${result.merchantId}::uuid and id = ${result.storeId}::uuid`);
  },
};

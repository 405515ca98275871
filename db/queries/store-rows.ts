import { type SQL, sql } from 'drizzle-orm';
import { storeStatuses } from '../../core/ports/access.ts';
import type { StoreRow } from '../../core/queries/store-queries.ts';
import { statusOf } from '../repositories/authorizations.ts';
import { momentOrNull } from './rows.ts';

export interface RawStore extends Record<string, unknown> {
  id: string;
  merchant_id: string;
  platform: string;
  name: string;
  code: string | null;
  country: string | null;
  shop_name: string | null;
  status: string;
  authorization_id: string;
  authorization_status: string;
  reason: string | null;
  missing_scopes: string[];
  authorized_at: string | null;
  expires_at: string | null;
  refresh_expires_at: string | null;
  last_sync_at: string | null;
  synced_until: string | null;
  last_sync_outcome: string | null;
  failing_runs: number;
  is_syncing: boolean;
  mapped_keys: number;
  unmapped_keys: number;
  paired_carriers: number;
  usable_warehouses: number;
  unknown_payments: number;
}

/** Columns of a list row, over `stores s` and `authorizations a`; the counts come from `storeFacts`. */
export const storeColumns: SQL = sql`
  s.id, s.merchant_id, s.platform, s.name, s.code, s.country, s.shop_name, s.status, s.authorization_id,
  a.status as authorization_status, a.reason, a.missing_scopes, a.authorized_at, a.expires_at, a.refresh_expires_at,
  s.last_sync_at, s.synced_until, s.last_sync_outcome, s.failing_runs,
  coalesce(mapped.count, 0) as mapped_keys, coalesce(held.unmapped, 0) as unmapped_keys,
  coalesce(held.unknown_payments, 0) as unknown_payments, coalesce(paired.count, 0) as paired_carriers,
  coalesce(served.count, 0) as usable_warehouses, coalesce(active.is_syncing, false) as is_syncing`;

/** One grouped read a fact for all stores of the merchants, joined to `stores s`: never one a store. */
export function storeFacts(merchantIds: readonly string[]): SQL {
  const merchants = sql`any(${sql.param([...merchantIds])}::uuid[])`;
  return sql`
    join authorizations a on a.merchant_id = s.merchant_id and a.id = s.authorization_id
    left join (
      select store_id, count(*)::int as count from sku_mappings
      where merchant_id = ${merchants} and superseded_at is null group by store_id) mapped on mapped.store_id = s.id
    left join (
      select store_id,
        count(distinct subject) filter (where code = 'sku_unmapped')::int as unmapped,
        count(distinct subject) filter (where code = 'payment_unknown')::int as unknown_payments
      from holds
      where merchant_id = ${merchants} and closed_at is null and code in ('sku_unmapped', 'payment_unknown')
      group by store_id) held on held.store_id = s.id
    left join (
      select store_id, count(carrier_id)::int as count from carrier_pairings where merchant_id = ${merchants}
      group by store_id
    ) paired on paired.store_id = s.id
    left join (
      select v.merchant_id, count(distinct v.warehouse_id)::int as count
      from services v join warehouses w on w.id = v.warehouse_id
      where v.merchant_id = ${merchants} and v.enabled and w.enabled group by v.merchant_id
    ) served on served.merchant_id = s.merchant_id
    left join (
      select store_id, true as is_syncing from runs
      where merchant_id = ${merchants} and kind = 'sync' and status in ('queued', 'running') group by store_id
    ) active on active.store_id = s.id`;
}

export function toStoreRow(row: RawStore): StoreRow {
  const status = storeStatuses.find((known) => known === row.status);
  if (status === undefined) throw new Error(`unknown store status ${row.status}`);
  return {
    storeId: row.id,
    merchantId: row.merchant_id,
    platform: row.platform,
    name: row.name,
    code: row.code,
    country: row.country,
    shopName: row.shop_name,
    status,
    authorizationId: row.authorization_id,
    authorizationStatus: statusOf(row.authorization_status),
    reason: row.reason,
    missingScopes: row.missing_scopes,
    authorizedAt: momentOrNull(row.authorized_at),
    expiresAt: momentOrNull(row.expires_at),
    refreshExpiresAt: momentOrNull(row.refresh_expires_at),
    lastSyncAt: momentOrNull(row.last_sync_at),
    syncedUntil: momentOrNull(row.synced_until),
    lastSyncOutcome: row.last_sync_outcome,
    failingRuns: row.failing_runs,
    isSyncing: row.is_syncing,
    mappedKeys: row.mapped_keys,
    unmappedKeys: row.unmapped_keys,
    pairedCarriers: row.paired_carriers,
    usableWarehouses: row.usable_warehouses,
    unknownPayments: row.unknown_payments,
  };
}

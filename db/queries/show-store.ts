import { sql } from 'drizzle-orm';
import { isId } from '../../core/ids.ts';
import type { ShowStore, StoreDetail } from '../../core/queries/store-queries.ts';
import type { Drizzle } from '../client.ts';
import { jsonArray, moment, momentOrNull } from './rows.ts';
import { type RawStore, storeColumns, storeFacts, toStoreRow } from './store-rows.ts';

interface RawDetail extends RawStore {
  currency: string | null;
  platform_shop_id: string | null;
  created_at: string;
  sync_every_minutes: number;
  look_back_hours: number;
  first_look_back_hours: number;
  freshness_seconds: number;
  requires_method_mapping: boolean;
  settings: Record<string, string>;
  sales_channel_name: string;
  synced_until: string | null;
  reconciled_at: string | null;
  account_id: string | null;
  account_name: string | null;
  fields: Record<string, string>;
  scopes: string[];
  checked_at: string | null;
  refreshed_at: string | null;
  siblings: unknown;
  last_received_at: string | null;
  received: number;
  pairings: unknown;
  unpaired: unknown;
}

export function createShowStore(db: Drizzle): ShowStore {
  return async ({ merchantIds, storeId }) => {
    if (merchantIds.length === 0 || !isId(storeId)) return null;
    const [row] = await db.execute<RawDetail>(sql`
      select ${storeColumns}, s.currency, s.platform_shop_id, s.created_at, s.sync_every_minutes, s.look_back_hours,
        s.first_look_back_hours, s.freshness_seconds, s.requires_method_mapping, s.settings, s.synced_until,
        s.reconciled_at, a.account_id, a.account_name, a.fields, a.scopes, a.checked_at, a.refreshed_at,
        c.name as sales_channel_name,
        (select coalesce(json_agg(json_build_object('storeId', o.id, 'name', o.name, 'country', o.country)
            order by o.created_at, o.id), '[]'::json)
          from stores o
          where o.merchant_id = s.merchant_id and o.authorization_id = s.authorization_id and o.id <> s.id
            and o.deleted_at is null) as siblings,
        heard.last_received_at, coalesce(heard.received, 0) as received,
        (select coalesce(json_agg(json_build_object('carrierId', p.carrier_id, 'carrierName', k.name,
            'platformCode', p.platform_code, 'platformName', p.platform_name) order by lower(k.name)), '[]'::json)
          from carrier_pairings p join carriers k on k.id = p.carrier_id
          where p.merchant_id = s.merchant_id and p.store_id = s.id) as pairings,
        (select coalesce(json_agg(json_build_object('carrierId', k.id, 'name', k.name) order by lower(k.name)), '[]'::json)
          from carriers k
          where k.enabled and not exists (
            select 1 from carrier_pairings p
            where p.merchant_id = s.merchant_id and p.store_id = s.id and p.carrier_id = k.id)) as unpaired
      from stores s ${storeFacts(merchantIds)}
      join sales_channels c on c.merchant_id = s.merchant_id and c.id = s.sales_channel_id
      left join lateral (
        select max(d.received_at) as last_received_at,
          count(*) filter (where d.received_at > now() - interval '24 hours')::int as received
        from webhook_deliveries d
        where d.merchant_id = s.merchant_id and d.store_id = s.id and d.received_at > now() - interval '7 days'
      ) heard on true
      where s.merchant_id = any(${sql.param([...merchantIds])}::uuid[]) and s.id = ${storeId}::uuid
        and s.deleted_at is null`);
    return row === undefined ? null : toDetail(row);
  };
}

const toDetail = (row: RawDetail): StoreDetail => ({
  ...toStoreRow(row),
  currency: row.currency,
  platformShopId: row.platform_shop_id,
  createdAt: moment(row.created_at),
  syncEveryMinutes: row.sync_every_minutes,
  lookBackHours: row.look_back_hours,
  firstLookBackHours: row.first_look_back_hours,
  freshnessSeconds: row.freshness_seconds,
  requiresMethodMapping: row.requires_method_mapping,
  settings: row.settings,
  salesChannelName: row.sales_channel_name,
  syncedUntil: momentOrNull(row.synced_until),
  reconciledAt: momentOrNull(row.reconciled_at),
  authorization: {
    accountId: row.account_id,
    accountName: row.account_name,
    fields: row.fields,
    scopes: row.scopes,
    checkedAt: momentOrNull(row.checked_at),
    refreshedAt: momentOrNull(row.refreshed_at),
    siblings: jsonArray(row.siblings),
  },
  webhooks: { lastReceivedAt: momentOrNull(row.last_received_at), received: row.received },
  pairings: jsonArray(row.pairings),
  unpairedCarriers: jsonArray(row.unpaired),
});

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
    const merchants = sql`any(${sql.param([...merchantIds])}::uuid[])`;
    const [row] = await db.execute<RawDetail>(sql`
      with waiting as (
        -- From the store's failed writebacks: a range of the index of open ones.
        select w.order_id, w.created_at, w.id, sh.carrier_id, sh.carrier_name as name, lower(sh.carrier_name) as folded
        from writebacks w join shipments sh on sh.merchant_id = w.merchant_id and sh.id = w.shipment_id
        where w.merchant_id = ${merchants} and w.store_id = ${storeId}::uuid and w.state = 'failed'
          and w.error_code = 'carrier_unpaired'
      ), paired as (
        select p.carrier_id, coalesce(k.name, p.carrier_name) as name, lower(coalesce(k.name, p.carrier_name)) as folded,
          p.platform_code, p.platform_name
        from carrier_pairings p left join carriers k on k.id = p.carrier_id
        where p.merchant_id = ${merchants} and p.store_id = ${storeId}::uuid
      ), known as (
        select * from paired
        union all
        select k.id, k.name, lower(k.name), null, null from carriers k
        where (k.enabled or exists (select from waiting n where n.carrier_id = k.id))
          and not exists (select from paired p where p.carrier_id = k.id)
        union all
        select null, (array_agg(n.name order by n.created_at, n.id))[1], n.folded, null, null from waiting n
        where n.carrier_id is null
          and not exists (select from paired p where p.carrier_id is null and p.folded = n.folded)
        group by n.folded
      ), counted as (
        -- A typed name is also for a listed carrier of that name that has no pairing of its own.
        select k.*, (select count(distinct n.order_id)::int from waiting n
          where n.carrier_id = k.carrier_id or k.carrier_id is null and n.folded = k.folded
            and not exists (select from paired p where p.carrier_id = n.carrier_id)) as orders
        from known k
      )
      select ${storeColumns}, s.currency, s.platform_shop_id, s.created_at, s.sync_every_minutes, s.look_back_hours,
        s.first_look_back_hours, s.freshness_seconds, s.requires_method_mapping, s.settings,
        s.reconciled_at, a.account_id, a.account_name, a.fields, a.scopes, a.checked_at, a.refreshed_at,
        c.name as sales_channel_name,
        (select coalesce(json_agg(json_build_object('storeId', o.id, 'name', o.name, 'country', o.country)
            order by o.created_at, o.id), '[]'::json)
          from stores o
          where o.merchant_id = s.merchant_id and o.authorization_id = s.authorization_id and o.id <> s.id
            and o.deleted_at is null) as siblings,
        heard.last_received_at, coalesce(heard.received, 0) as received,
        (select coalesce(json_agg(json_build_object('carrierId', k.carrier_id, 'carrierName', k.name,
            'foldedName', k.folded, 'platformCode', k.platform_code, 'platformName', k.platform_name,
            'waitingCount', k.orders) order by k.folded), '[]'::json)
          from counted k where k.platform_code is not null) as pairings,
        (select coalesce(json_agg(json_build_object('carrierId', k.carrier_id, 'carrierName', k.name,
            'foldedName', k.folded, 'waitingCount', k.orders) order by k.folded), '[]'::json)
          from counted k where k.platform_code is null) as unpaired
      from stores s ${storeFacts(merchantIds)}
      join sales_channels c on c.merchant_id = s.merchant_id and c.id = s.sales_channel_id
      left join lateral (
        select max(d.received_at) as last_received_at,
          count(*) filter (where d.received_at > now() - interval '24 hours')::int as received
        from webhook_deliveries d
        where d.merchant_id = s.merchant_id and d.store_id = s.id and d.received_at > now() - interval '7 days'
      ) heard on true
      where s.merchant_id = ${merchants} and s.id = ${storeId}::uuid
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

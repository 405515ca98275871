import { type SQL, sql } from 'drizzle-orm';
import type { PaymentRow, PersonRow, SettingsQueries, WarehouseRow } from '../../core/queries/settings.ts';
import type { Drizzle } from '../client.ts';
import { jsonArray, moment, momentOrNull } from './rows.ts';

const uuids = (ids: readonly string[]) => sql`${sql.param([...ids])}::uuid[]`;

/** Set-up is small: every list is read whole. */
export function createSettingsQueries(db: Drizzle): SettingsQueries {
  return {
    async listMerchants({ merchantIds }) {
      const rows = await db.execute<{
        id: string;
        name: string;
        code: string;
        timezone: string;
        archived_at: string | null;
      }>(sql`
        select id, name, code, timezone, archived_at from merchants
        where ${merchantIds === 'all' ? sql`true` : sql`id = any(${uuids(merchantIds)})`} order by lower(name), id`);
      return rows.map(({ archived_at, ...row }) => ({ ...row, archivedAt: momentOrNull(archived_at) }));
    },

    async listWarehouses({ merchantIds }) {
      const rows = await db.execute<{
        id: string;
        code: string;
        name: string;
        country: string | null;
        timezone: string;
        allows_backorder: boolean;
        kind: WarehouseRow['kind'];
        enabled: boolean;
        services: unknown;
      }>(sql`
        select w.id, w.code, w.name, w.country, w.timezone, w.allows_backorder, w.kind, w.enabled,
          (select coalesce(json_agg(json_build_object('id', s.id, 'merchantId', s.merchant_id, 'kind', s.kind,
            'enabled', s.enabled) order by s.kind), '[]') from services s
            where s.warehouse_id = w.id and s.merchant_id = any(${uuids(merchantIds)})) as services
        from warehouses w order by lower(w.name), w.id`);
      return rows.map((row) => ({
        id: row.id,
        code: row.code,
        name: row.name,
        country: row.country,
        timezone: row.timezone,
        allowsBackorder: row.allows_backorder,
        kind: row.kind,
        enabled: row.enabled,
        services: jsonArray<WarehouseRow['services'][number]>(row.services),
      }));
    },

    async listCarriers({ enabledOnly }) {
      const rows = await db.execute<{
        id: string;
        code: string;
        name: string;
        tracking_url: string | null;
        enabled: boolean;
      }>(sql`
        select id, code, name, tracking_url, enabled from carriers
        where ${enabledOnly === true ? sql`enabled` : sql`true`} order by lower(name), id`);
      return rows.map(({ tracking_url, ...row }) => ({ ...row, trackingUrl: tracking_url }));
    },

    async listChannels({ merchantIds, servedOnly }) {
      const rows = await db.execute<{
        id: string;
        warehouse_id: string;
        warehouse_name: string;
        code: string;
        name: string;
        carrier_id: string;
        carrier_name: string;
        service_level: string;
        self_pickup: boolean;
        cash_on_delivery: boolean;
        enabled: boolean;
      }>(sql`
        select ch.id, ch.warehouse_id, w.name as warehouse_name, ch.code, ch.name, ch.carrier_id, ca.name as carrier_name,
          ch.service_level, ch.self_pickup, ch.cash_on_delivery, ch.enabled
        from shipping_channels ch join warehouses w on w.id = ch.warehouse_id join carriers ca on ca.id = ch.carrier_id
        where ${
          servedOnly === true
            ? sql`ch.enabled and w.enabled and exists (select 1 from services s
                where s.warehouse_id = w.id and s.enabled and s.merchant_id = any(${uuids(merchantIds)}))`
            : sql`true`
        }
        order by lower(w.name), lower(ch.name), ch.id`);
      return rows.map((row) => ({
        id: row.id,
        warehouseId: row.warehouse_id,
        warehouseName: row.warehouse_name,
        code: row.code,
        name: row.name,
        carrierId: row.carrier_id,
        carrierName: row.carrier_name,
        serviceLevel: row.service_level,
        selfPickup: row.self_pickup,
        cashOnDelivery: row.cash_on_delivery,
        enabled: row.enabled,
      }));
    },

    async listShippingTypes({ merchantIds }) {
      const rows = await db.execute<{
        id: string;
        merchant_id: string;
        code: string;
        name: string;
        default_channel_id: string | null;
        default_channel_name: string | null;
        methods: string;
      }>(sql`
        select t.id, t.merchant_id, t.code, t.name, t.default_channel_id, ch.name || ' · ' || w.name as default_channel_name,
          (select count(*) from method_mappings mm
            where mm.merchant_id = t.merchant_id and mm.shipping_type_id = t.id) as methods
        from shipping_types t
        left join shipping_channels ch on ch.id = t.default_channel_id left join warehouses w on w.id = ch.warehouse_id
        where t.merchant_id = any(${uuids(merchantIds)}) order by lower(t.name), t.id`);
      return rows.map((row) => ({
        id: row.id,
        merchantId: row.merchant_id,
        code: row.code,
        name: row.name,
        defaultChannelId: row.default_channel_id,
        defaultChannelName: row.default_channel_name,
        methodCount: Number(row.methods),
      }));
    },

    async listMethods({ merchantIds, only }) {
      const isAsked = (storeId: SQL, method: SQL): SQL =>
        only === undefined ? sql`true` : sql`${storeId} = ${only.storeId}::uuid and ${method} = ${only.method}`;
      const rows = await db.execute<{
        store_id: string;
        store_name: string;
        platform: string;
        method: string;
        shipping_type_id: string | null;
        created_by: string | null;
        held: string;
      }>(sql`
        with held as (
          select h.merchant_id, h.store_id, h.subject as method, count(*) as orders from holds h
          where h.merchant_id = any(${uuids(merchantIds)}) and h.code = 'shipping_method_unmapped' and h.closed_at is null
            and ${isAsked(sql`h.store_id`, sql`h.subject`)}
          group by 1, 2, 3
        ), mapped as (select * from method_mappings mm where mm.merchant_id = any(${uuids(merchantIds)})
          and ${isAsked(sql`mm.store_id`, sql`mm.method`)})
        select st.id as store_id, st.name as store_name, st.platform, coalesce(mapped.method, held.method) as method,
          mapped.shipping_type_id, mapped.created_by, coalesce(held.orders, 0) as held
        from mapped full join held on held.store_id = mapped.store_id and held.method = mapped.method
        join stores st on st.merchant_id = coalesce(mapped.merchant_id, held.merchant_id)
          and st.id = coalesce(mapped.store_id, held.store_id) and st.deleted_at is null
        order by (mapped.id is null) desc, held desc, st.name, method`);
      return rows.map((row) => ({
        storeId: row.store_id,
        storeName: row.store_name,
        platform: row.platform,
        method: row.method,
        shippingTypeId: row.shipping_type_id,
        createdBy: row.created_by,
        heldOrders: Number(row.held),
      }));
    },

    async listPayments({ merchantIds, only }) {
      const isAsked = (storeId: SQL, method: SQL): SQL =>
        only === undefined ? sql`true` : sql`${storeId} = ${only.storeId}::uuid and ${method} = ${only.paymentMethod}`;
      const rows = await db.execute<{
        store_id: string;
        store_name: string;
        platform: string;
        payment_method: string;
        class: PaymentRow['class'];
        created_by: string | null;
        held: string;
      }>(sql`
        with held as (
          select h.merchant_id, h.store_id, h.subject as payment_method, count(*) as orders from holds h
          where h.merchant_id = any(${uuids(merchantIds)}) and h.code = 'payment_unknown' and h.closed_at is null
            and ${isAsked(sql`h.store_id`, sql`h.subject`)}
          group by 1, 2, 3
        ), known as (select * from payment_classifications pc where pc.merchant_id = any(${uuids(merchantIds)})
          and ${isAsked(sql`pc.store_id`, sql`pc.payment_method`)})
        select st.id as store_id, st.name as store_name, st.platform,
          coalesce(known.payment_method, held.payment_method) as payment_method, known.class, known.created_by,
          coalesce(held.orders, 0) as held
        from known full join held on held.store_id = known.store_id and held.payment_method = known.payment_method
        join stores st on st.merchant_id = coalesce(known.merchant_id, held.merchant_id)
          and st.id = coalesce(known.store_id, held.store_id) and st.deleted_at is null
        order by (known.id is null) desc, held desc, st.name, payment_method`);
      return rows.map((row) => ({
        storeId: row.store_id,
        storeName: row.store_name,
        platform: row.platform,
        paymentMethod: row.payment_method,
        class: row.class,
        createdBy: row.created_by,
        heldOrders: Number(row.held),
      }));
    },

    async listPeople({ merchantIds }) {
      const rows = await db.execute<{
        id: string;
        name: string;
        email: string | null;
        status: PersonRow['status'];
        last_seen_at: string | null;
        grants: unknown;
      }>(sql`
        select p.id, p.name, p.email, p.status,
          (select max(s.last_seen_at) from sessions s where s.person_id = p.id) as last_seen_at,
          (select json_agg(json_build_object('role', g.role, 'merchantIds', coalesce(to_json(g.merchant_ids), '"all"'),
            'warehouseIds', coalesce(to_json(g.warehouse_ids), '"all"')) order by g.role) from grants g
            where g.person_id = p.id and (g.merchant_ids is null or g.merchant_ids && ${uuids(merchantIds)})) as grants
        from people p
        where exists (select 1 from grants g where g.person_id = p.id
          and (g.merchant_ids is null or g.merchant_ids && ${uuids(merchantIds)}))
        order by lower(p.name), p.id`);
      return rows.map((row) => ({
        id: row.id,
        name: row.name,
        email: row.email,
        status: row.status,
        lastSeenAt: row.last_seen_at === null ? null : moment(row.last_seen_at),
        grants: jsonArray<PersonRow['grants'][number]>(row.grants),
      }));
    },

    async listActivePeople() {
      const rows = await db.execute<{ id: string; name: string; email: string | null }>(sql`
        select id, name, email from people where status = 'active' order by lower(name), id`);
      return [...rows];
    },

    async listStoreNames({ merchantIds }) {
      const rows = await db.execute<{ id: string; merchant_id: string; name: string; platform: string }>(sql`
        select id, merchant_id, name, platform from stores
        where merchant_id = any(${uuids(merchantIds)}) and deleted_at is null order by lower(name), id`);
      return rows.map(({ merchant_id, ...row }) => ({ ...row, merchantId: merchant_id }));
    },
  };
}

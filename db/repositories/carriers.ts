import { type SQL, sql } from 'drizzle-orm';
import type { CarrierRepository, CarrierRow, UnpairedCarrier } from '../../core/ports/outgoing.ts';
import type { CarrierChoice } from '../../core/shipment/carrier-choice.ts';
import { unwrap } from '../database.ts';
import { ids } from './record-set.ts';

type Row = CarrierRow & { [column: string]: unknown };

export const carrierRepository: CarrierRepository = {
  async find(tx, carrierId) {
    const [row] = await unwrap(tx).execute<Row>(sql`select id, name, enabled from carriers where id = ${carrierId}`);
    return row ?? null;
  },

  async named(tx, name) {
    const [only, another] = await unwrap(tx).execute<Row>(sql`
      select id, name, enabled from carriers where enabled and lower(btrim(name)) = lower(btrim(${name})) limit 2`);
    return only === undefined || another !== undefined ? null : only;
  },

  async pairing(tx, merchantId, storeId, carrier) {
    const [row] = await unwrap(tx).execute<{ id: string; platformCode: string; platformName: string }>(sql`
      select id, platform_code as "platformCode", platform_name as "platformName" from carrier_pairings
      where merchant_id = ${merchantId} and store_id = ${storeId} and ${isOf(carrier)}`);
    return row ?? null;
  },

  async unpaired(tx, merchantId, of, carrierIds) {
    if (carrierIds.length === 0) return [];
    const isAsked =
      'storeIds' in of
        ? sql`s.id = any(${ids(of.storeIds)})`
        : sql`s.id in (select o.store_id from orders o
            where o.merchant_id = ${merchantId} and o.id = any(${ids(of.orderIds)}))`;
    const rows = await unwrap(tx).execute<UnpairedCarrier & { [column: string]: unknown }>(sql`
      select s.id as "storeId", s.name as "storeName", s.platform, c.id as "carrierId", c.name as "carrierName"
      from stores s cross join carriers c
      where s.merchant_id = ${merchantId} and ${isAsked} and c.id = any(${ids(carrierIds)}) and not exists (
        select from carrier_pairings p
        where p.merchant_id = s.merchant_id and p.store_id = s.id
          and (p.carrier_id = c.id or p.carrier_id is null and lower(p.carrier_name) = lower(c.name)))
      order by lower(s.name), s.id, lower(c.name), c.id`);
    return [...rows];
  },

  async pair(tx, merchantId, { id, storeId, carrier, platformCode, platformName }, createdBy) {
    const [carrierId, carrierName] = 'id' in carrier ? [carrier.id, null] : [null, carrier.name];
    const once =
      carrierId === null ? sql`(store_id, lower(carrier_name)) where carrier_id is null` : sql`(store_id, carrier_id)`;
    const [row] = await unwrap(tx).execute<{ id: string }>(sql`
      insert into carrier_pairings (id, merchant_id, store_id, carrier_id, carrier_name, platform_code, platform_name,
        created_by)
      values (${id}, ${merchantId}, ${storeId}, ${carrierId}, ${carrierName}, ${platformCode}, ${platformName},
        ${createdBy})
      on conflict ${once} do update set platform_code = excluded.platform_code,
        platform_name = excluded.platform_name, created_by = excluded.created_by, created_at = now()
      returning id`);
    return row?.id ?? id;
  },
};

const isOf = (carrier: CarrierChoice): SQL =>
  'id' in carrier
    ? sql`carrier_id = ${carrier.id}`
    : sql`carrier_id is null and lower(carrier_name) = lower(${carrier.name})`;

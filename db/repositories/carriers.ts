import { sql } from 'drizzle-orm';
import type { CarrierRepository, CarrierRow } from '../../core/ports/outgoing.ts';
import { unwrap } from '../database.ts';

export const carrierRepository: CarrierRepository = {
  async find(tx, carrierId) {
    const [row] = await unwrap(tx).execute<CarrierRow & { [column: string]: unknown }>(sql`
      select id, name, enabled from carriers where id = ${carrierId}`);
    return row ?? null;
  },

  async pairing(tx, merchantId, storeId, carrierId) {
    const [row] = await unwrap(tx).execute<{ platformCode: string; platformName: string }>(sql`
      select platform_code as "platformCode", platform_name as "platformName" from carrier_pairings
      where merchant_id = ${merchantId} and store_id = ${storeId} and carrier_id = ${carrierId}`);
    return row ?? null;
  },

  async pair(tx, merchantId, pairing, createdBy) {
    await unwrap(tx).execute(sql`
      insert into carrier_pairings (id, merchant_id, store_id, carrier_id, platform_code, platform_name, created_by)
      values (${pairing.id}, ${merchantId}, ${pairing.storeId}, ${pairing.carrierId}, ${pairing.platformCode},
        ${pairing.platformName}, ${createdBy})
      on conflict (store_id, carrier_id) do update set platform_code = excluded.platform_code,
        platform_name = excluded.platform_name, created_by = excluded.created_by, created_at = now()`);
  },
};

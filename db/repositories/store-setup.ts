import { sql } from 'drizzle-orm';
import { newId } from '../../core/ids.ts';
import type { DrizzleTx } from '../client.ts';

interface MappingRow extends Record<string, unknown> {
  id: string;
  key_kind: string;
  key: string;
  created_by: string;
}

/** Tables whose rows are copied as they are, with a new id: name and the columns besides id, merchant and store. */
const plainTables = [
  ['payment_classifications', ['payment_method', 'class', 'created_by']],
  ['method_mappings', ['method', 'shipping_type_id', 'created_by']],
  ['carrier_pairings', ['carrier_id', 'carrier_name', 'platform_code', 'platform_name', 'created_by']],
] as const;

/**
 * Copies what people set up for one store to the one that replaces it. Mappings by product id stay behind: those ids
 * are the old shop's.
 */
export async function copySetup(
  db: DrizzleTx,
  { merchantId, from, to }: { readonly merchantId: string; readonly from: string; readonly to: string },
): Promise<void> {
  await copyMappings(db, merchantId, from, to);
  for (const [table, columns] of plainTables) {
    const names = sql.raw(columns.join(', '));
    const found = await db.execute<{ id: string }>(sql`
      select id from ${sql.identifier(table)} where merchant_id = ${merchantId}::uuid and store_id = ${from}::uuid`);
    const pairs = JSON.stringify(found.map(({ id }) => ({ id, copy: newId() })));
    await db.execute(sql`
      insert into ${sql.identifier(table)} (id, merchant_id, store_id, ${names})
      select p.copy, merchant_id, ${to}::uuid, ${names}
      from ${sql.identifier(table)} join json_to_recordset(${pairs}::text::json) as p (id uuid, copy uuid) using (id)
      where merchant_id = ${merchantId}::uuid and store_id = ${from}::uuid
      on conflict do nothing`);
  }
}

async function copyMappings(db: DrizzleTx, merchantId: string, from: string, to: string): Promise<void> {
  const found = await db.execute<MappingRow>(sql`
    select id, key_kind, key, created_by from sku_mappings
    where merchant_id = ${merchantId}::uuid and store_id = ${from}::uuid and superseded_at is null
      and key_kind <> 'product'`);
  if (found.length === 0) return;
  const pairs = JSON.stringify(found.map((row) => ({ ...row, copy: newId() })));
  await db.execute(sql`
    insert into sku_mappings (id, merchant_id, store_id, key_kind, key, version, created_by)
    select copy, ${merchantId}::uuid, ${to}::uuid, key_kind, key, 1, created_by
    from json_to_recordset(${pairs}::text::json) as p (copy uuid, key_kind text, key text, created_by text)`);
  await db.execute(sql`
    insert into mapping_components (merchant_id, mapping_id, product_id, quantity)
    select c.merchant_id, p.copy, c.product_id, c.quantity
    from mapping_components c join json_to_recordset(${pairs}::text::json) as p (id uuid, copy uuid) on p.id = c.mapping_id
    where c.merchant_id = ${merchantId}::uuid`);
}

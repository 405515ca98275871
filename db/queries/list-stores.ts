import { type SQL, sql } from 'drizzle-orm';
import type { ListStores } from '../../core/queries/store-queries.ts';
import type { Drizzle } from '../client.ts';
import { containing } from './rows.ts';
import { type RawStore, storeColumns, storeFacts, toStoreRow } from './store-rows.ts';

export function createListStores(db: Drizzle): ListStores {
  return async (input) => {
    if (input.merchantIds.length === 0) return [];
    const conditions: SQL[] = [
      sql`s.merchant_id = any(${sql.param([...input.merchantIds])}::uuid[])`,
      sql`s.deleted_at is null`,
    ];
    if (input.platform !== undefined) conditions.push(sql`s.platform = ${input.platform}`);
    if (input.status !== undefined) conditions.push(sql`s.status = ${input.status}`);
    if (input.authorizationStatus !== undefined) conditions.push(sql`a.status = ${input.authorizationStatus}`);
    if (input.text !== undefined && input.text.trim() !== '') {
      const part = containing(input.text.trim());
      conditions.push(sql`(s.name ilike ${part} or s.code ilike ${part} or s.shop_name ilike ${part})`);
    }
    const rows = await db.execute<RawStore>(sql`
      select ${storeColumns}
      from stores s ${storeFacts(input.merchantIds)}
      where ${sql.join(conditions, sql` and `)}
      order by (a.status not in ('authorized', 'pending')) desc, s.platform, lower(s.name), s.id`);
    return rows.map(toStoreRow);
  };
}

import { sql } from 'drizzle-orm';
import { type LookUpNumbers, lookUpLimit, lookUpRows, numberKey } from '../../core/queries/look-up-numbers.ts';
import type { Drizzle } from '../client.ts';
import { readOrderRows } from './order-rows.ts';
import { texts, uuids } from './order-walk.ts';

/** One look-up in the index of numbers for each number and merchant, in one statement. */
export function createLookUpNumbers(db: Drizzle): LookUpNumbers {
  return async ({ merchantIds, numbers }) => {
    const keys = [...new Set(numbers.map(numberKey))].filter((key) => key !== '').slice(0, lookUpLimit);
    if (merchantIds.length === 0 || keys.length === 0) return [];
    const spelled = keys.flatMap((key) => [key, `#${key}`]);
    const found = await db.execute<{ merchant_id: string; id: string }>(sql`
      select o.merchant_id, o.id from unnest(${uuids(merchantIds)}) as m(id)
      cross join unnest(${texts(spelled)}) as n(number)
      join orders o on o.merchant_id = m.id and lower(o.platform_order_number) = n.number
      order by o.ordered_at desc, o.id limit ${lookUpRows}`);
    return readOrderRows(db, found);
  };
}

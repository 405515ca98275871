import { sql } from 'drizzle-orm';
import { type FindOrders, type FoundIn, minName } from '../../core/queries/find-orders.ts';
import type { Drizzle } from '../client.ts';
import { byNumber, byRecipient, byTracking } from './order-candidates.ts';
import { readOrderRows } from './order-rows.ts';
import { uuids } from './order-walk.ts';

const defaultLimit = 50;
const maxLimit = 100;
/** Each of the four places is looked through this far. */
const perPlace = 200;
const maxText = 200;

/** One index look-up in each place; together they cost what one OR over all would cost many times. */
export function createFindOrders(db: Drizzle): FindOrders {
  return async ({ merchantIds, text: typed, limit = defaultLimit }) => {
    const text = typed.trim().slice(0, maxText);
    if (merchantIds.length === 0 || text === '') return [];
    const shown = Math.min(Math.max(Math.trunc(limit), 1), maxLimit);
    const recipients =
      [...text].length < minName
        ? sql`select null::uuid as merchant_id, null::uuid as id where false`
        : byRecipient(merchantIds, text, perPlace);
    const keys = await db.execute<{ merchant_id: string; id: string; found_in: FoundIn }>(sql`
      select * from (
        select distinct on (f.merchant_id, f.id) f.merchant_id, f.id, f.found_in, f.rank from (
          (select o.*, 'number' as found_in, 1 as rank from (${byNumber(merchantIds, [text])}) as o limit ${perPlace})
          union all
          (select o.*, 'tracking', 2 from (${byTracking(merchantIds, text)}) as o limit ${perPlace})
          union all
          (select o.*, 'recipient', 3 from (${recipients}) as o limit ${perPlace})
          union all
          (select m.id, o.order_id, 'sku', 4 from unnest(${uuids(merchantIds)}) as m(id) cross join lateral (
            select distinct l.order_id from order_lines l where l.merchant_id = m.id and l.sku = ${text}
            order by l.order_id desc limit ${shown}) as o)
        ) as f order by f.merchant_id, f.id, f.rank
      ) as f order by f.rank, f.id desc limit ${shown}`);
    const rows = await readOrderRows(db, keys);
    const foundIn = new Map(keys.map((key) => [key.id, key.found_in]));
    return rows.map((row) => ({ ...row, foundIn: foundIn.get(row.id) ?? 'number' }));
  };
}

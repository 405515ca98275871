import { sql } from 'drizzle-orm';
import type { Tx } from '../../core/ports/database.ts';
import { unwrap } from '../database.ts';

/** A plan is renewed when a table has grown to so many times what it was when it was last looked at. */
const growth = 10;

/** What a page of orders fills. */
const filledTables = ['recipients', 'orders', 'order_lines', 'platform_packages', 'raw_payloads', 'holds'] as const;

/**
 * Lets PostgreSQL look at tables that have just grown from nothing. It does so by itself once a minute; until then every
 * foreign key is checked by the plan of an empty table, for which any index is as good as the primary key: a first sync
 * then reads all orders for each line that it writes (measured: 190 orders a second and falling, instead of thousands).
 * Costs a look at file sizes; tables that somebody else is looking at are left to them.
 */
export async function refreshStatistics(tx: Tx): Promise<void> {
  const db = unwrap(tx);
  const grown = await db.execute<{ name: string }>(sql`
    select c.relname as name from pg_class c
    where c.oid in (${sql.join(
      filledTables.map((name) => sql`${name}::regclass`),
      sql`, `,
    )})
      and pg_relation_size(c.oid) > ${growth} * c.relpages::bigint * current_setting('block_size')::bigint
    order by c.relname`);
  if (grown.length === 0) return;
  const names = sql.join(
    grown.map(({ name }) => sql.identifier(name)),
    sql`, `,
  );
  await db.execute(sql`analyze (skip_locked) ${names}`);
}

import { sql } from 'drizzle-orm';
import type { Vault } from '../core/ports/vault.ts';
import type { Drizzle } from './client.ts';

/** Rows per transaction: locks are short, and a stopped rotation continues where it was. */
const pageSize = 500;

/** Every table that keeps sealed text: where, by which id, and the first half of the row that it is bound to. */
export const sealedTables = [
  { table: 'credentials', id: 'id', column: 'sealed', cast: 'uuid' },
  { table: 'slack_installation', id: 'team_id', column: 'sealed_bot_token', cast: 'text' },
] as const;

/**
 * Seals anew, with the current key, whatever an older key sealed. Safe while the desk runs and safe to repeat. Returns
 * how many texts were sealed anew. Throws when a text cannot be opened (its key is missing): nothing of its page changes.
 */
export async function rotateKeys(db: Drizzle, vault: Vault): Promise<number> {
  let count = 0;
  for (const sealedTable of sealedTables) {
    let last: string | null = '';
    while (last !== null) {
      const page: { last: string | null; count: number } = await rotatePage(db, vault, sealedTable, last);
      last = page.last;
      count += page.count;
    }
  }
  return count;
}

async function rotatePage(
  db: Drizzle,
  vault: Vault,
  { table, id, column, cast }: (typeof sealedTables)[number],
  after: string,
): Promise<{ last: string | null; count: number }> {
  const [tableName, idName, columnName] = [sql.identifier(table), sql.identifier(id), sql.identifier(column)];
  return db.transaction(async (tx) => {
    const rows = await tx.execute<{ id: string; sealed: string }>(sql`
      select ${idName}::text as id, ${columnName} as sealed from ${tableName}
      where ${columnName} is not null and ${idName}::text > ${after}
      order by ${idName}::text limit ${pageSize} for update`);
    const stale = rows.filter(({ sealed }) => vault.isStale(sealed));
    if (stale.length > 0) {
      const renewed = stale.map((row) => {
        const bound = `${table}:${row.id}`;
        return { id: row.id, sealed: vault.seal(vault.open(row.sealed, bound), bound) };
      });
      await tx.execute(sql`
        update ${tableName} as t set ${columnName} = n.sealed
        from json_to_recordset(${JSON.stringify(renewed)}::text::json) as n (id text, sealed text)
        where t.${idName} = n.id::${sql.raw(cast)}`);
    }
    return { last: rows.length < pageSize ? null : (rows.at(-1)?.id ?? null), count: stale.length };
  });
}

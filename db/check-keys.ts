import { sql } from 'drizzle-orm';
import type { KeySetting } from '../core/config.ts';
import { Fault } from '../core/describe-error.ts';
import type { Vault } from '../core/ports/vault.ts';
import type { Drizzle } from './client.ts';
import { sealedTables } from './rotate-key.ts';

/**
 * Throws a `Fault` when something in the database was sealed with a key that is not among `keys`, or is another one of
 * the same name: a desk that started so would fail at every store, one after the other.
 */
export async function checkKeys(
  db: Drizzle,
  vault: Vault,
  given: {
    readonly keys: readonly KeySetting[];
    readonly keyFile: { readonly path: string; readonly id: string | null };
  },
): Promise<void> {
  const known = given.keys.map(({ id }) => id);
  for (const { table, id, column } of sealedTables) {
    const [tableName, idName, columnName] = [sql.identifier(table), sql.identifier(id), sql.identifier(column)];
    const samples = await db.execute<{ id: string; keyId: string; sealed: string }>(sql`
      select distinct on (split_part(${columnName}, '.', 2))
        ${idName}::text as id, split_part(${columnName}, '.', 2) as "keyId", ${columnName} as sealed
      from ${tableName} where ${columnName} is not null order by split_part(${columnName}, '.', 2)`);
    for (const sample of samples) {
      if (!known.includes(sample.keyId)) throw missing(sample.keyId);
      if (!opens(vault, sample.sealed, `${table}:${sample.id}`)) throw another(sample.keyId);
    }
  }

  function missing(keyId: string): Fault {
    const isInFile = given.keyFile.id === keyId && !known.includes(keyId);
    const from = isInFile ? ` It stands in ${given.keyFile.path}.` : '';
    return new Fault(
      `Credentials in the database were sealed with the encryption key ${keyId}, which is not among the keys given ` +
        `(${known.join(', ')}).${from} Set ENCRYPTION_KEYS=${[...known, keyId].map((one) => `${one}:…`).join(',')}; ` +
        `once \`npm run rotate-key\` has run, ${keyId} can go.`,
    );
  }

  function another(keyId: string): Fault {
    return new Fault(
      `The encryption key ${keyId} is not the one that sealed the credentials in the database, only of the same name. ` +
        `Give the one from before: in ENCRYPTION_KEYS, or in demo mode as ${given.keyFile.path}.`,
    );
  }
}

function opens(vault: Vault, sealed: string, row: string): boolean {
  try {
    vault.open(sealed, row);
    return true;
  } catch {
    // Why it does not open is what the caller says.
    return false;
  }
}

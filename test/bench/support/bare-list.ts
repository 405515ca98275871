import { drizzle } from 'drizzle-orm/postgres-js';
import { connectDatabase, type Sql } from '../../../db/client.ts';
import { createListOrders } from '../../../db/queries/list-orders.ts';
import { readListQuery, toListInput } from '../../../web/orders/list-query.ts';
import { listMerchantId } from '../stages/fill-list.ts';
import { percentile } from './percentile.ts';

interface Statement {
  readonly text: string;
  readonly parameters: unknown[];
}

/** What the list's own statements cost the database at this address of the list, in ms: p95 of `rounds`, one after the other. */
export async function bareListMs(url: string, path: string, rounds: number): Promise<number> {
  const { sql, close } = connectDatabase(url, { max: 1 });
  try {
    const statements = await statementsOf(sql, path);
    const times: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const beganAt = performance.now();
      for (const { text, parameters } of statements) {
        await sql.unsafe(text, parameters as never[], { prepare: true }).values();
      }
      times.push(performance.now() - beganAt);
    }
    return percentile(times, 0.95);
  } finally {
    await close();
  }
}

/** Runs the query once and writes down what it sends. */
async function statementsOf(sql: Sql, path: string): Promise<readonly Statement[]> {
  const statements: Statement[] = [];
  const db = drizzle(sql, {
    logger: { logQuery: (text, parameters) => void statements.push({ text, parameters }) },
  });
  const query = readListQuery(new URL(path, 'http://localhost').searchParams);
  await createListOrders(db)(toListInput(query, listMerchantId, 'UTC'));
  return statements;
}

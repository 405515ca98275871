import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import postgres from 'postgres';

/** Rows that must be there before orders, by foreign keys. */
const firstTables = ['merchants', 'sales_channels', 'authorizations', 'stores'] as const;

/** What a page of orders writes, in the order that foreign keys allow, and where its order's id stands. */
const tables = [
  {
    name: 'recipients',
    rows: 'select r.* from recipients r join o on r.merchant_id = o.merchant_id and r.id = o.recipient_id',
  },
  { name: 'orders', rows: 'select o.* from o' },
  {
    name: 'order_lines',
    rows: 'select c.* from order_lines c join o on c.merchant_id = o.merchant_id and c.order_id = o.id',
  },
  {
    name: 'platform_packages',
    rows: 'select c.* from platform_packages c join o on c.merchant_id = o.merchant_id and c.order_id = o.id',
  },
  {
    name: 'raw_payloads',
    rows: 'select c.* from raw_payloads c join o on c.merchant_id = o.merchant_id and c.order_id = o.id',
  },
  { name: 'holds', rows: 'select c.* from holds c join o on c.merchant_id = o.merchant_id and c.order_id = o.id' },
] as const;

/** Orders of one transaction: far more than a page, in favour of the floor. */
const chunkOrders = 5_000;

/**
 * How many orders a second PostgreSQL itself takes: the rows of the first `count` orders, read back from the database
 * that the desk filled, copied into the same tables of an empty one, with all indexes, keys and triggers. Only the
 * copying in is timed.
 */
export async function copySameRows(fromUrl: string, toUrl: string, count: number): Promise<number> {
  const from = postgres(fromUrl, { max: 1, onnotice: () => {} });
  const to = postgres(toUrl, { max: 1, onnotice: () => {} });
  try {
    for (const table of firstTables) await copyIn(to, table, await copyOut(from, `select * from ${table}`));
    let after = '00000000-0000-0000-0000-000000000000';
    let done = 0;
    let spentMs = 0;
    while (done < count) {
      const limit = Math.min(chunkOrders, count - done);
      const window = `select * from orders where id > '${after}' order by id limit ${limit}`;
      const [last] = await from.unsafe<{ id: string; n: number }[]>(
        `select max(id::text) as id, count(*)::int as n from (${window}) as w`,
      );
      if (last === undefined || last.n === 0) break;
      const chunk = [];
      for (const table of tables) {
        chunk.push({
          table: table.name,
          bytes: await copyOut(from, `with o as materialized (${window}) ${table.rows}`),
        });
      }
      spentMs += await copyChunk(to, chunk);
      // Without it the foreign keys of an empty table are checked by a plan for an empty table, for good.
      if (done === 0) await to.unsafe(`analyze ${tables.map((table) => table.name).join(', ')}, stores, merchants`);
      after = last.id;
      done += last.n;
    }
    return (done * 1_000) / spentMs;
  } finally {
    await from.end({ timeout: 5 });
    await to.end({ timeout: 5 });
  }
}

async function copyChunk(
  to: postgres.Sql,
  chunk: readonly { readonly table: string; readonly bytes: readonly Buffer[] }[],
): Promise<number> {
  const beganAt = performance.now();
  await to.begin(async (sql) => {
    for (const { table, bytes } of chunk) await copyIn(sql, table, bytes);
  });
  return performance.now() - beganAt;
}

async function copyOut(from: postgres.Sql, rows: string): Promise<readonly Buffer[]> {
  const stream = await from.unsafe(`copy (${rows}) to stdout (format binary)`).readable();
  const bytes: Buffer[] = [];
  for await (const chunk of stream) bytes.push(Buffer.from(chunk));
  return bytes;
}

async function copyIn(to: Pick<postgres.Sql, 'unsafe'>, table: string, bytes: readonly Buffer[]): Promise<void> {
  await pipeline(Readable.from(bytes), await to.unsafe(`copy ${table} from stdin (format binary)`).writable());
}

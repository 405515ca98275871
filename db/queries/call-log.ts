import { type SQL, sql } from 'drizzle-orm';
import { isId } from '../../core/ids.ts';
import type { CallLog, CallRow } from '../../core/queries/store-queries.ts';
import type { Drizzle } from '../client.ts';
import { decodeMomentKeyset, pageOf, pageSize } from './keyset.ts';
import { containing, moment } from './rows.ts';

interface RawCall extends Record<string, unknown> {
  id: string;
  at: string;
  at_key: string;
  direction: string;
  operation: string;
  method: string;
  target: string;
  status: number | null;
  duration_ms: number;
  request_bytes: number;
  response_bytes: number;
  attempt: number;
  error: string | null;
  request_excerpt: string | null;
  response_excerpt: string | null;
}

const columns = sql`p.id, p.at, p.at::text as at_key, p.direction, p.operation, p.method, p.target, p.status, p.duration_ms,
  p.request_bytes, p.response_bytes, p.attempt, p.error, p.request_excerpt, p.response_excerpt`;

export function createCallLog(db: Drizzle): CallLog {
  return async (input) => {
    if (input.merchantIds.length === 0 || !isId(input.storeId)) return { rows: [], nextCursor: null };
    const limit = pageSize(input.limit);
    const conditions = filters(input);
    // Two reads by index, merged: the store's own calls, and its authorization's without a store.
    const part = (whose: SQL): SQL => sql`(
      select ${columns} from store s join platform_calls p on p.merchant_id = s.merchant_id and ${whose}
      where ${sql.join(conditions, sql` and `)}
      order by p.at desc, p.id desc limit ${limit + 1})`;
    const rows = await db.execute<RawCall>(sql`
      with store as (
        select merchant_id, id, authorization_id from stores
        where merchant_id = any(${sql.param([...input.merchantIds])}::uuid[]) and id = ${input.storeId}::uuid)
      select * from (
        ${part(sql`p.store_id = s.id`)}
        union all
        ${part(sql`p.store_id is null and p.authorization_id = s.authorization_id`)}) as page
      order by page.at desc, page.id desc limit ${limit + 1}`);
    const page = pageOf(rows, limit, (last) => [last.at_key, last.id]);
    return { rows: page.rows.map(toCall), nextCursor: page.nextCursor };
  };
}

function filters(input: Parameters<CallLog>[0]): SQL[] {
  const conditions: SQL[] = [sql`true`];
  const after = decodeMomentKeyset(input.cursor);
  if (after !== null) conditions.push(sql`(p.at, p.id) < (${after.at}::timestamptz, ${after.id}::uuid)`);
  if (input.result === 'failed') conditions.push(sql`p.error is not null`);
  if (input.result === 'ok') conditions.push(sql`p.error is null`);
  if (input.direction !== undefined) conditions.push(sql`p.direction = ${input.direction}`);
  if (input.operation !== undefined && input.operation.trim() !== '') {
    conditions.push(sql`p.operation ilike ${containing(input.operation.trim())}`);
  }
  return conditions;
}

const toCall = (row: RawCall): CallRow => ({
  id: row.id,
  at: moment(row.at),
  direction: row.direction === 'in' ? 'in' : 'out',
  operation: row.operation,
  method: row.method,
  target: row.target,
  status: row.status,
  durationMs: row.duration_ms,
  requestBytes: row.request_bytes,
  responseBytes: row.response_bytes,
  attempt: row.attempt,
  error: row.error,
  requestExcerpt: row.request_excerpt,
  responseExcerpt: row.response_excerpt,
});

import { type SQL, sql } from 'drizzle-orm';
import {
  type CountOutbound,
  type ListOutbound,
  type OutboundStatus,
  openOutboundStatuses,
} from '../../core/queries/list-outbound.ts';
import type { Drizzle } from '../client.ts';
import { decodeMomentKeyset, pageOf, pageSize } from './keyset.ts';
import {
  inScope,
  outboundColumns,
  outboundJoins,
  type RawOutbound,
  scopeTable,
  toOutboundRow,
} from './outbound-row.ts';
import { startingWith } from './rows.ts';

const isOpen = (status: OutboundStatus): boolean => openOutboundStatuses.some((open) => open === status);

/** One condition for the list and its count: they may never disagree. */
const needsAttention: SQL = sql`(o.exception_reason is not null or o.recall in ('requested', 'refused'))`;

/** Prefixes shorter than this match half the shop. */
const minPrefixLength = 3;
/** Orders that a typed prefix may stand for. */
const searchLimit = 500;

/**
 * One index scan per (merchant, status), merged: a page costs the same beside a million finished ones.
 * A typed text is looked up by index in four places and narrows the list to what it found, fetched one by one (`offset 0`
 * keeps the planner from reading the whole table for a few hits).
 */
export function createListOutbound(db: Drizzle): ListOutbound {
  return async (input) => {
    const statuses = input.statuses ?? openOutboundStatuses;
    if (input.scopes.length === 0 || statuses.length === 0) return { rows: [], nextCursor: null };
    const limit = pageSize(input.limit);
    const after = decodeMomentKeyset(input.cursor);
    const isWork = statuses.every(isOpen);
    const direction = isWork ? sql`asc` : sql`desc`;
    const text = input.text?.trim() ?? '';
    const conditions: SQL[] = [inScope];
    if (after !== null) {
      const key = sql`(${after.at}::timestamptz, ${after.id}::uuid)`;
      conditions.push(isWork ? sql`(o.created_at, o.id) > ${key}` : sql`(o.created_at, o.id) < ${key}`);
    }
    if (input.warehouseId !== undefined) conditions.push(sql`o.warehouse_id = ${input.warehouseId}::uuid`);
    if (input.storeId !== undefined) conditions.push(sql`o.store_id = ${input.storeId}::uuid`);
    if (input.attention === true) {
      conditions.push(needsAttention);
    }
    const where = sql.join(conditions, sql` and `);
    const order = sql`o.created_at ${direction}, o.id ${direction}`;
    const statusList = sql`${sql.param([...statuses])}::text[]`;
    const page =
      text === ''
        ? sql`select o.* from ${scopeTable(input.scopes)}
            cross join unnest(${statusList}) as wanted(status)
            cross join lateral (
              select o.* from outbound_orders o where o.status = wanted.status and ${where}
              order by ${order} limit ${limit + 1}
            ) as o
            order by ${order} limit ${limit + 1}`
        : sql`select o.* from ${scopeTable(input.scopes)}
            cross join lateral (${found(text)}) as hit
            cross join lateral (
              select o.* from outbound_orders o where o.merchant_id = scope.merchant_id and o.id = hit.id offset 0
            ) as o
            where o.status = any(${statusList}) and ${where}
            order by ${order} limit ${limit + 1}`;
    const rows = await db.execute<RawOutbound>(sql`
      with page as materialized (${page})
      select ${outboundColumns} from page o ${outboundJoins}
      order by ${order}`);
    const result = pageOf(rows, limit, (last) => [last.created_key, last.id]);
    return { rows: result.rows.map(toOutboundRow), nextCursor: result.nextCursor };
  };
}

/** Ids of one merchant's outbound orders that the text names; each branch goes by an index. */
function found(text: string): SQL {
  const branches: SQL[] = [
    sql`select sh.outbound_order_id as id from shipments sh
      where sh.merchant_id = scope.merchant_id and sh.tracking_number = ${text} and sh.outbound_order_id is not null`,
    sql`select t.id from outbound_orders t
      where t.merchant_id = scope.merchant_id and t.status = any('{created,picking,packed,partially_shipped}') and t.tracking_number = ${text}`,
  ];
  const outboundNumber = /^(?:ob-?)?(\d{1,15})$/i.exec(text)?.[1];
  if (outboundNumber !== undefined) {
    branches.push(sql`select n.id from outbound_orders n
      where n.number = ${outboundNumber}::bigint and n.merchant_id = scope.merchant_id`);
  }
  const lower = text.toLowerCase();
  // `1042` finds `#1042`, too: people leave the sign out.
  const spellings = lower.startsWith('#') ? [lower] : [lower, `#${lower}`];
  const matches = spellings.map((spelling) =>
    lower.length < minPrefixLength
      ? sql`lower(so.platform_order_number) = ${spelling}`
      : sql`lower(so.platform_order_number) like ${startingWith(spelling)}`,
  );
  branches.push(sql`(select x.id from orders so
    join outbound_orders x on x.merchant_id = so.merchant_id and x.order_id = so.id
    where so.merchant_id = scope.merchant_id and (${sql.join(matches, sql` or `)}) limit ${searchLimit})`);
  return sql.join(branches, sql` union `);
}

export function createCountOutbound(db: Drizzle): CountOutbound {
  return async ({ scopes }) => {
    const rows = await db.execute<{ status: (typeof openOutboundStatuses)[number]; count: string; marked: string }>(sql`
      select o.status, count(*) as count, count(*) filter (where ${needsAttention}) as marked
      from ${scopeTable(scopes)} join outbound_orders o on ${inScope}
      where o.status = any('{created,picking,packed,partially_shipped}')
      group by o.status`);
    const byStatus = { created: 0, picking: 0, packed: 0, partially_shipped: 0 };
    let exceptions = 0;
    for (const row of rows) {
      byStatus[row.status] = Number(row.count);
      exceptions += Number(row.marked);
    }
    return { byStatus, exceptions };
  };
}

import { sql } from 'drizzle-orm';
import { isId } from '../../core/ids.ts';
import type { ListCut, ListOrders, ListSourceChannels } from '../../core/queries/list-orders.ts';
import type { Drizzle } from '../client.ts';
import { decodeKeyset, encodeKeyset } from './keyset.ts';
import { arrivalWalk, candidateLimit, candidateWalk, driverOf } from './order-candidates.ts';
import { readOrderRows } from './order-rows.ts';
import { type Bounded, boundedWalk, gridWalk, type Position, timeWalk, uuids, type WalkInput } from './order-walk.ts';

const defaultLimit = 50;
const maxLimit = 100;
/** Rows that one request looks at when an index cannot answer the whole filter: some 10 ms of work. */
const scanLimit = 10_000;
/** The same where each row is looked up in another table first. */
const lookUpLimit = 2_000;

type FoundKey = { merchant_id: string; id: string; key: string };

interface Walked {
  /** In reading order; one more than asked for when there is more. */
  readonly found: readonly FoundKey[];
  readonly cut: ListCut | null;
  /** Where a bounded walk ended without filling the page. */
  readonly end: Position | null;
}

interface Cursor {
  readonly towards: 'next' | 'previous';
  readonly position: Position;
}

export function createListOrders(db: Drizzle): ListOrders {
  return async (input) => {
    const leadsByArrival = driverOf(input.filter) === null && (input.filter.sku ?? input.filter.cause) !== undefined;
    const sortedBy = leadsByArrival ? ('arrival' as const) : input.sort;
    const direction = leadsByArrival ? ('desc' as const) : input.direction;
    const list = `${sortedBy}.${direction}`;
    const cursor = readCursor(input.cursor, list);
    const limit = Math.min(Math.max(Math.trunc(input.limit ?? defaultLimit), 1), maxLimit);
    const isBackwards = cursor?.towards === 'previous';
    const { found, cut, end } = await walk(db, {
      merchantIds: input.merchantIds,
      filter: input.filter,
      sort: input.sort,
      direction: isBackwards === (direction === 'desc') ? 'asc' : 'desc',
      after: cursor?.position ?? null,
      limit: limit + 1,
      leadsByArrival,
    });
    const keys = found.slice(0, limit);
    const hasMore = found.length > limit || end !== null;
    const shown = isBackwards ? keys.toReversed() : keys;
    const first = shown[0];
    // A bounded walk that found too little goes on from where it stopped, not from its last find.
    const stopped = end ?? keys.at(-1);
    const last = isBackwards ? shown.at(-1) : stopped;
    const before = isBackwards ? (end ?? first) : first;
    return {
      rows: await readOrderRows(db, shown),
      previousCursor:
        before !== undefined && (isBackwards ? hasMore : cursor !== null)
          ? writeCursor(list, 'previous', before)
          : null,
      nextCursor: last !== undefined && (isBackwards || hasMore) ? writeCursor(list, 'next', last) : null,
      cut,
      sortedBy,
    };
  };
}

/** Chooses how to read: see `order-walk.ts`. Every way looks at a bounded number of rows. */
async function walk(db: Drizzle, input: WalkInput & { leadsByArrival: boolean }): Promise<Walked> {
  const { filter, sort } = input;
  if (input.leadsByArrival) {
    return bounded(db, input, lookUpLimit, (merchantId) => arrivalWalk(input, merchantId, lookUpLimit));
  }
  const hasRange = filter.orderedFrom !== undefined || filter.orderedUntil !== undefined;
  const hasChannel = filter.sourceChannel !== undefined;
  if (driverOf(filter) !== null || (sort !== 'ordered_at' && (hasRange || hasChannel))) {
    const rows = await db.execute<{ merchant_id: string; id: string | null; key: string; candidates: number }>(
      candidateWalk(input),
    );
    const tooMany = (rows[0]?.candidates ?? 0) > candidateLimit;
    return {
      found: rows.flatMap(({ merchant_id, id, key }) => (id === null ? [] : [{ merchant_id, id, key }])),
      cut: tooMany ? { kind: 'too_many', limit: candidateLimit } : null,
      end: null,
    };
  }
  const isPlain = filter.statuses === undefined && filter.storeIds === undefined && filter.attention === undefined;
  if (hasChannel && !isPlain) {
    return bounded(db, input, scanLimit, (merchantId) => boundedWalk(input, merchantId, scanLimit));
  }
  const statement = isPlain && sort === 'ordered_at' ? timeWalk(input) : gridWalk(input);
  return { found: await db.execute<FoundKey>(statement), cut: null, end: null };
}

/** Walks merchant by merchant, and shows nothing beyond the first place where one of them stopped. */
async function bounded(
  db: Drizzle,
  { merchantIds, direction, limit }: WalkInput,
  scanned: number,
  statements: (merchantId: string) => Bounded,
): Promise<Walked> {
  const walks = await Promise.all(merchantIds.map((merchantId) => boundedOne(db, statements(merchantId), limit)));
  const turn = direction === 'desc' ? -1 : 1;
  // Moments in UTC and ids, as PostgreSQL writes them, sort as texts.
  const inReadingOrder = (a: Position, b: Position): number =>
    turn * (a.key === b.key ? (a.id < b.id ? -1 : 1) : a.key < b.key ? -1 : 1);
  const found = walks.flatMap((one) => one.found).sort(inReadingOrder);
  const [end] = walks.flatMap((one) => (one.end === undefined ? [] : [one.end])).sort(inReadingOrder);
  if (end === undefined) return { found: found.slice(0, limit), cut: null, end: null };
  const sure = found.filter((key) => inReadingOrder(key, end) <= 0);
  return sure.length >= limit
    ? { found: sure.slice(0, limit), cut: null, end: null }
    : { found: sure, cut: { kind: 'looked_through', count: scanned }, end };
}

async function boundedOne(
  db: Drizzle,
  { found, end }: Bounded,
  limit: number,
): Promise<{ found: readonly FoundKey[]; end: Position | undefined }> {
  const rows = await db.execute<FoundKey>(found);
  if (rows.length >= limit) return { found: rows, end: undefined };
  const [stop] = await db.execute<{ key: string; id: string }>(end);
  return { found: rows, end: stop };
}

const writeCursor = (list: string, towards: Cursor['towards'], { key, id }: Position): string =>
  encodeKeyset([list, towards, key, id]);

const keyPattern = /^[\dT:.+ -]{1,40}$|^infinity$|^[\da-f-]{36}$/;

/** Null for a cursor of another list or one that somebody made up. */
function readCursor(cursor: string | undefined, list: string): Cursor | null {
  const [from, towards, key, id] = decodeKeyset(cursor, 4) ?? [];
  if (from !== list || key === undefined || id === undefined || !isId(id) || !keyPattern.test(key)) return null;
  return towards === 'next' || towards === 'previous' ? { towards, position: { key, id } } : null;
}

const maxChannels = 100;

/** Steps through the index from one channel to the next: as many steps as there are channels. */
export function createListSourceChannels(db: Drizzle): ListSourceChannels {
  return async ({ merchantIds, kind }) => {
    if (merchantIds.length === 0) return [];
    const rows = await db.execute<{ channel: string }>(sql`
      with recursive step as (
        (select m.id as merchant_id, c.channel from unnest(${uuids(merchantIds)}) as m(id) cross join lateral (
          select o.source_channel as channel from orders o
          where o.merchant_id = m.id and o.kind = ${kind} and o.source_channel is not null
          order by o.source_channel limit 1) as c)
        union all
        select s.merchant_id, c.channel from step s cross join lateral (
          select o.source_channel as channel from orders o
          where o.merchant_id = s.merchant_id and o.kind = ${kind} and o.source_channel > s.channel
          order by o.source_channel limit 1) as c
      )
      select distinct channel from step order by channel limit ${maxChannels}`);
    return rows.map((row) => row.channel);
  };
}

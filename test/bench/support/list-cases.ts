import type { Sql } from '../../../db/client.ts';
import { decodeKeyset, encodeKeyset } from '../../../db/queries/keyset.ts';
import { listHref, type OrderListQuery, readListQuery } from '../../../web/orders/list-query.ts';
import { listStoreId, rareChannel } from '../stages/fill-list.ts';
import type { Browser } from './browser.ts';

export interface ListCase {
  readonly name: string;
  readonly change: Partial<OrderListQuery>;
  /** Begin so many matching orders further down. */
  readonly deep?: number;
  /** Nothing is found, which must not cost more than finding something. */
  readonly isEmpty?: boolean;
}

const big = listStoreId(0);
const small = listStoreId(7);

const day = (ago: number): string => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
const days = (from: number, until: number): Partial<OrderListQuery> => ({ from: day(from), until: day(until) });

/** What people ask of the list: filter × sort × how much it lets through. */
export function listCases(orders: number): readonly ListCase[] {
  const deep = Math.floor(orders / 2);
  return [
    { name: 'newest', change: {} },
    { name: 'oldest', change: { direction: 'asc' } },
    { name: 'newest, deep', change: {}, deep },
    { name: 'pending', change: { statuses: ['pending'] } },
    { name: 'completed, deep', change: { statuses: ['completed'] }, deep },
    { name: 'cancelled or completed by hand', change: { statuses: ['cancelled', 'manual_completed'] } },
    { name: 'need somebody', change: { attention: 'somebody' } },
    { name: 'held', change: { statuses: ['pending'], attention: 'held' } },
    { name: 'with an exception', change: { attention: 'excepted' } },
    { name: 'held and completed', change: { statuses: ['completed'], attention: 'held' }, isEmpty: true },
    { name: 'one big store', change: { storeIds: [big] } },
    { name: 'one big store, deep', change: { storeIds: [big] }, deep: Math.floor(orders / 10) },
    { name: 'one small store', change: { storeIds: [small] } },
    {
      name: 'two stores, three statuses',
      change: { storeIds: [big, small], statuses: ['pending', 'processing', 'shipped'] },
    },
    {
      name: 'one small store, held and shipped',
      change: { storeIds: [small], statuses: ['shipped'], attention: 'held' },
      isEmpty: true,
    },
    { name: 'ship by', change: shipBy },
    { name: 'ship by, pending', change: { ...shipBy, statuses: ['pending'] } },
    { name: 'ship by, deep', change: shipBy, deep },
    {
      name: 'ship by, one small store, held and shipped',
      change: { ...shipBy, storeIds: [small], statuses: ['shipped'], attention: 'held' },
      isEmpty: true,
    },
    { name: 'ship by, of one day', change: { ...shipBy, ...days(100, 100) } },
    { name: 'highest amount', change: amount },
    { name: 'lowest amount, processing', change: { ...amount, direction: 'asc', statuses: ['processing'] } },
    { name: 'highest amount, deep', change: amount, deep },
    { name: 'highest amount of a week', change: { ...amount, ...days(7, 1) } },
    { name: 'highest amount of a year', change: { ...amount, ...days(500, 135) } },
    { name: 'highest amount of a frequent channel', change: { ...amount, sourceChannel: 'web' } },
    { name: 'a week', change: days(14, 7) },
    { name: 'days to come', change: days(-20, -30), isEmpty: true },
    {
      name: 'a month of one small store, completed',
      change: { ...days(100, 70), storeIds: [small], statuses: ['completed'] },
    },
    { name: 'a frequent channel', change: { sourceChannel: 'web' } },
    { name: 'a rare channel', change: { sourceChannel: rareChannel } },
    { name: 'a frequent channel, pending', change: { sourceChannel: 'web', statuses: ['pending'] } },
    {
      name: 'a frequent channel, held and completed',
      change: { sourceChannel: 'web', statuses: ['completed'], attention: 'held' },
      isEmpty: true,
    },
    { name: 'a channel that nobody uses', change: { sourceChannel: 'none' }, isEmpty: true },
    { name: 'purchase orders', change: { kind: 'b2b' } },
    { name: 'purchase orders to acknowledge', change: { kind: 'b2b', statuses: ['acknowledged'] }, isEmpty: true },
  ];
}

const shipBy = { sort: 'ship_by', direction: 'asc' } as const;
const amount = { sort: 'amount', direction: 'desc' } as const;

/** The list's address with this much of its query changed: written by the list itself, so that it is read as meant. */
export const listPath = (change: Partial<OrderListQuery>): string =>
  listHref(readListQuery(new URLSearchParams()), change);

const sortKeys = {
  ordered_at: 'ordered_at',
  ship_by: "coalesce(ship_by, 'infinity'::timestamptz)",
  amount: 'coalesce(total_amount, 0)',
} as const;

/** The case's address; deep ones get the cursor that a person would have after all the pages before. */
export async function pathOf(one: ListCase, browser: Browser, sql: Sql): Promise<string> {
  const path = listPath(one.change);
  const { text } = await browser.get(path);
  if (!/href="\/orders\/[\da-f]{8}-/.test(text) !== (one.isEmpty ?? false)) {
    throw new Error(`"${one.name}" does not find what it should.`);
  }
  if (one.deep === undefined) return path;
  const cursor = /[?&;]cursor=([\w-]+)/.exec(text)?.[1];
  const [list, towards] = decodeKeyset(cursor, 4) ?? [];
  if (list === undefined || towards === undefined) throw new Error(`"${one.name}" has no second page.`);
  const sort = sortKeys[one.change.sort ?? 'ordered_at'];
  const turn = list.endsWith('.asc') ? 'asc' : 'desc';
  const [row] = await sql.unsafe<{ key: string; id: string }[]>(
    `select (${sort})::text as key, id from orders where kind = 'b2c'
      and ($1::text is null or status = $1) and ($2::uuid is null or store_id = $2)
      order by ${sort} ${turn}, id ${turn} offset ${one.deep} limit 1`,
    [one.change.statuses?.[0] ?? null, one.change.storeIds?.[0] ?? null],
  );
  if (row === undefined) throw new Error(`"${one.name}" is not that deep.`);
  return listPath({ ...one.change, cursor: encodeKeyset([list, towards, row.key, row.id]) });
}

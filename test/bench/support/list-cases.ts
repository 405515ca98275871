import type { Sql } from '../../../db/client.ts';
import { decodeKeyset, encodeKeyset } from '../../../db/queries/keyset.ts';
import { listStoreId, rareChannel } from '../stages/fill-list.ts';
import type { Browser } from './browser.ts';

export interface ListCase {
  readonly name: string;
  /** Under /orders, e.g. `?status=pending`; '' is the page that opens. */
  readonly query: string;
  /** Begin so many matching orders further down. */
  readonly deep?: number;
}

const big = listStoreId(0);
const small = listStoreId(7);

const day = (ago: number): string => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);

/** What people ask of the list: filter × sort × how much it lets through. */
export function listCases(orders: number): readonly ListCase[] {
  const deep = Math.floor(orders / 2);
  return [
    { name: 'newest', query: '' },
    { name: 'oldest', query: '?dir=asc' },
    { name: 'newest, deep', query: '', deep },
    { name: 'pending', query: '?status=pending' },
    { name: 'completed, deep', query: '?status=completed', deep },
    { name: 'cancelled or completed by hand', query: '?status=cancelled&status=manual_completed' },
    { name: 'need somebody', query: '?needs=somebody' },
    { name: 'held', query: '?status=pending&needs=held' },
    { name: 'with an exception', query: '?needs=excepted' },
    { name: 'held and completed (no match)', query: '?status=completed&needs=held' },
    { name: 'one big store', query: `?store=${big}` },
    { name: 'one big store, deep', query: `?store=${big}`, deep: Math.floor(orders / 10) },
    { name: 'one small store', query: `?store=${small}` },
    {
      name: 'two stores, three statuses',
      query: `?store=${big}&store=${small}&status=pending&status=processing&status=shipped`,
    },
    { name: 'one small store, held and shipped (no match)', query: `?store=${small}&status=shipped&needs=held` },
    { name: 'ship by', query: '?sort=ship_by' },
    { name: 'ship by, pending', query: '?sort=ship_by&status=pending' },
    { name: 'ship by, deep', query: '?sort=ship_by', deep },
    {
      name: 'ship by, one small store, held and shipped (no match)',
      query: `?sort=ship_by&store=${small}&status=shipped&needs=held`,
    },
    { name: 'highest amount', query: '?sort=amount' },
    { name: 'lowest amount, processing', query: '?sort=amount&dir=asc&status=processing' },
    { name: 'highest amount, deep', query: '?sort=amount', deep },
    { name: 'highest amount of a week', query: `?sort=amount&from=${day(7)}&to=${day(1)}` },
    { name: 'highest amount of a year', query: `?sort=amount&from=${day(500)}&to=${day(135)}` },
    { name: 'ship by, of one day', query: `?sort=ship_by&from=${day(100)}&to=${day(100)}` },
    { name: 'a week', query: `?from=${day(14)}&to=${day(7)}` },
    { name: 'days to come (no match)', query: `?from=${day(-30)}&to=${day(-20)}` },
    {
      name: 'a week of one small store, completed',
      query: `?from=${day(100)}&to=${day(93)}&store=${small}&status=completed`,
    },
    { name: 'a frequent channel', query: '?source=web' },
    { name: 'a rare channel', query: `?source=${rareChannel}` },
    { name: 'a frequent channel, pending', query: '?source=web&status=pending' },
    { name: 'a frequent channel, held and completed (no match)', query: '?source=web&status=completed&needs=held' },
    { name: 'highest amount of a frequent channel', query: '?source=web&sort=amount' },
    { name: 'a channel that nobody uses (no match)', query: '?source=none' },
    { name: 'purchase orders', query: '?kind=b2b' },
    { name: 'purchase orders to acknowledge (no match)', query: '?kind=b2b&status=acknowledged' },
  ];
}

const sortKeys = {
  ordered_at: 'ordered_at',
  ship_by: "coalesce(ship_by, 'infinity'::timestamptz)",
  amount: 'coalesce(total_amount, 0)',
} as const;

/** The case's address; deep ones get the cursor that a person would have after all the pages before. */
export async function pathOf(one: ListCase, browser: Browser, sql: Sql): Promise<string> {
  const path = `/orders${one.query}`;
  if (one.deep === undefined) return path;
  const { text } = await browser.get(path);
  const cursor = /[?&;]cursor=([\w-]+)/.exec(text)?.[1];
  const [list, towards] = decodeKeyset(cursor, 4) ?? [];
  if (list === undefined || towards === undefined) throw new Error(`"${one.name}" has no second page.`);
  const search = new URLSearchParams(one.query);
  const sort = sortKeys[(search.get('sort') ?? 'ordered_at') as keyof typeof sortKeys];
  const turn = list.endsWith('.asc') ? 'asc' : 'desc';
  const status = search.get('status');
  const store = search.get('store');
  const [row] = await sql.unsafe<{ key: string; id: string }[]>(
    `select (${sort})::text as key, id from orders where kind = 'b2c'
      and ($1::text is null or status = $1) and ($2::uuid is null or store_id = $2)
      order by ${sort} ${turn}, id ${turn} offset ${one.deep} limit 1`,
    [status, store],
  );
  if (row === undefined) throw new Error(`"${one.name}" is not that deep.`);
  const deepCursor = encodeKeyset([list, towards, row.key, row.id]);
  return `${path}${one.query === '' ? '?' : '&'}cursor=${deepCursor}`;
}

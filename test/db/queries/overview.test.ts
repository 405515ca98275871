import { expect, test } from 'vitest';
import { createShowOverview } from '../../../db/queries/overview.ts';
import { createChangeMark } from '../../../db/queries/show-pulse.ts';
import { testDatabase } from '../../support/database.ts';
import { insertStore } from '../../support/rows.ts';

const { db, sql } = await testDatabase();
const showOverview = createShowOverview(db);
const changeMark = createChangeMark(db);
const now = new Date('2026-11-21T12:00:00Z');

test('orders that cannot be read stand on the overview until they are read', async () => {
  const [store, other] = [await insertStore(sql), await insertStore(sql)];
  const bad = (identity: string, number: string | null, at: string) =>
    sql`insert into malformed_orders (id, merchant_id, store_id, identity, platform_order_number, reason, body, first_seen_at, last_seen_at)
      values (gen_random_uuid(), ${store.merchantId}, ${store.storeId}, ${identity}, ${number}, 'lines: missing', '{}', ${at}, now())`;
  const quiet = await changeMark({ merchantIds: [store.merchantId] });
  await bad('b', null, '2026-11-21T11:00:00Z');
  expect(await changeMark({ merchantIds: [store.merchantId] })).not.toBe(quiet);
  await bad('a', '#77', '2026-11-21T10:00:00Z');
  const shown = async (merchantId: string) =>
    (await showOverview({ merchantIds: [merchantId], now, timeZone: 'UTC' })).unreadable;
  expect(await shown(store.merchantId)).toMatchObject([
    {
      storeId: store.storeId,
      count: 2,
      oldestAt: new Date('2026-11-21T10:00:00Z'),
      orders: [
        { number: '#77', reason: 'lines: missing' },
        { number: null, reason: 'lines: missing' },
      ],
    },
  ]);
  expect(await shown(other.merchantId)).toEqual([]);
  await sql`update malformed_orders set resolved_at = now() where merchant_id = ${store.merchantId}`;
  expect(await shown(store.merchantId)).toEqual([]);
});

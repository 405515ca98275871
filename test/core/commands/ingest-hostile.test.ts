import { expect, test } from 'vitest';
import { ingestPage } from '../../../core/commands/ingest-page.ts';
import type { PlatformOrder } from '../../../core/order/types.ts';
import { testDatabase } from '../../support/database.ts';
import { fetched, intakePorts } from '../../support/intake.ts';
import { anOrder, aRecipient } from '../../support/orders.ts';
import { insertStore } from '../../support/rows.ts';

const { database, sql } = await testDatabase();
const ports = intakePorts(database);

/** Text that does not compress: what a compressed index entry would still hold shows nothing. */
const noise = (length: number): string =>
  Array.from({ length }, (_, index) => String.fromCharCode(0x4e00 + ((index * index * 7919) % 20_000))).join('');

const hostile: readonly (readonly [string, Partial<PlatformOrder>, number])[] = [
  ['a name longer than an index entry', { recipient: aRecipient({ name: noise(20_000) }) }, 1],
  ['a source channel longer than an index entry', { sourceChannel: noise(20_000) }, 0],
  ['an amount that rounds up beyond its column', { totalAmount: '99999999999999.99999' }, 1],
];

test.each(hostile)('an order with %s does not keep the others of its page out', async (_what, over, failed) => {
  const store = await insertStore(sql, 'Northwind');
  const { merchantId, storeId } = store;
  const page = fetched(anOrder({ ...over, platformOrderId: 'hostile' }), anOrder({ platformOrderId: 'honest' }));
  const result = await ingestPage(ports, { merchantId, storeId, runId: null, page });
  expect(result).toMatchObject({ outcome: 'taken', counts: { fetched: 2, created: 2 - failed, failed } });
  const rows = await sql`select 1 from orders where merchant_id = ${merchantId} and platform_order_id = 'honest'`;
  expect(rows).toHaveLength(1);
});

import { expect, test } from 'vitest';
import { newId } from '../../../core/ids.ts';
import { createListHeldCauses } from '../../../db/queries/held-causes.ts';
import { testDatabase } from '../../support/database.ts';
import { insertOrder, insertStore } from '../../support/rows.ts';

const { db, sql } = await testDatabase();
const listHeldCauses = createListHeldCauses(db);

test('an order whose barcode and SKU read the same waits once for them', async () => {
  const store = await insertStore(sql);
  const [both, one] = [await insertOrder(sql, store), await insertOrder(sql, store)];
  const hold = async (orderId: string, keyKind: 'barcode' | 'sku') => {
    await sql`insert into holds (id, merchant_id, store_id, order_id, code, origin, subject, detail, opened_at, opened_by)
      values (${newId()}, ${store.merchantId}, ${store.storeId}, ${orderId}, 'sku_unmapped', 'derived', '12345670',
        ${JSON.stringify({ keyKind, name: 'Tee' })}::text::jsonb, now(), 'Holdfast')`;
  };
  await hold(both, 'barcode');
  await hold(both, 'sku');
  await hold(one, 'sku');
  for (const of of [{}, { code: 'sku_unmapped' as const, storeId: store.storeId, subject: '12345670' }]) {
    const { causes } = await listHeldCauses({ merchantIds: [store.merchantId], ...of });
    expect(causes.map(({ subject, orderCount }) => [subject, orderCount])).toEqual([['12345670', 2]]);
  }
});

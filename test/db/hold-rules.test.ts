import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { bindSku } from '../../core/commands/bind-sku.ts';
import { classifyPayment } from '../../core/commands/classify-payment.ts';
import { ingestPage } from '../../core/commands/ingest-page.ts';
import { mapShippingMethod } from '../../core/commands/map-shipping-method.ts';
import { unbindSku } from '../../core/commands/unbind-sku.ts';
import { newId } from '../../core/ids.ts';
import { derivedHolds, holdKey, type PaymentClass } from '../../core/order/holds.ts';
import type { KeyKind } from '../../core/order/line-key.ts';
import type { PlatformLine, PlatformOrder } from '../../core/order/types.ts';
import { systemActor } from '../../core/people/actor.ts';
import { loadHoldContext } from '../../core/sync/hold-context.ts';
import { factsOf, isOpenForRules } from '../../core/sync/order-change.ts';
import { testDatabase } from '../support/database.ts';
import { fetched, intakePorts } from '../support/intake.ts';
import { aLine, anOrder, aRecipient } from '../support/orders.ts';
import { insertStore, type TestStore } from '../support/rows.ts';

/*
 * The commands close and open holds of thousands of orders in one statement. Whatever they do, in whatever order, every
 * open order ends with exactly the holds that the pure rules of core/order/holds.ts give for it.
 */

const { database, sql } = await testDatabase();
const ports = intakePorts(database);
let store: TestStore;
let products: string[] = [];
let types: { id: string; code: string }[] = [];

beforeEach(async () => {
  store = await insertStore(sql, 'Northwind');
  products = [newId(), newId()];
  for (const [index, id] of products.entries()) {
    await sql`insert into products (id, merchant_id, sku, name) values (${id}, ${store.merchantId}, ${`W-${index}`}, 'Tea')`;
  }
  types = ['home_delivery', 'convenience_store'].map((code) => ({ id: newId(), code }));
  for (const { id, code } of types) {
    await sql`insert into shipping_types (id, merchant_id, code, name) values (${id}, ${store.merchantId}, ${code}, ${code})`;
  }
});

// Few values, so that orders share them, also an article's barcode with the SKU of another.
const skus = ['A', 'B', ' A ', 'a', null, ''];
const productIds = ['p1', 'p2', null];
const barcodes = ['4001', 'A', null, ' '];
const payments = ['card', 'bank', null];
const methods = ['std', 'cvs', null];

const line: fc.Arbitrary<PlatformLine> = fc
  .record({
    sku: fc.constantFrom(...skus),
    platformProductId: fc.constantFrom(...productIds),
    barcode: fc.constantFrom(...barcodes),
    quantity: fc.integer({ min: 0, max: 3 }),
    quantityCancelled: fc.integer({ min: 0, max: 2 }),
    quantityShipped: fc.integer({ min: 0, max: 2 }),
    requiresShipping: fc.boolean(),
  })
  .map((over) => aLine(over));

const order: fc.Arbitrary<PlatformOrder> = fc
  .record({
    kind: fc.constantFrom('b2c' as const, 'b2c' as const, 'b2b' as const),
    lines: fc.array(line, { maxLength: 3 }),
    paymentMethod: fc.constantFrom(...payments),
    paymentRecord: fc.constantFrom('online' as const, 'cash_on_delivery' as const, 'unknown' as const),
    shippingMethod: fc.constantFrom(...methods),
    recipient: fc.constantFrom(aRecipient(), aRecipient({ zip: null }), aRecipient({ pickupPointCode: 'X1' }), null),
  })
  .map((over) => anOrder(over));

type Step =
  | { readonly do: 'ingest'; readonly orders: readonly PlatformOrder[] }
  | { readonly do: 'bind' | 'unbind'; readonly kind: KeyKind; readonly key: string }
  | { readonly do: 'classify'; readonly method: string; readonly class: PaymentClass }
  | { readonly do: 'map'; readonly method: string; readonly type: 0 | 1 }
  | { readonly do: 'dispatch'; readonly nth: number }
  | { readonly do: 'overrule'; readonly nth: number };

const key = fc.constantFrom<{ kind: KeyKind; key: string }>(
  { kind: 'sku', key: 'A' },
  { kind: 'sku', key: 'B' },
  { kind: 'sku', key: 'a' },
  { kind: 'product', key: 'p1' },
  { kind: 'product', key: 'p2' },
  { kind: 'barcode', key: '4001' },
  { kind: 'barcode', key: 'A' },
);

const ingest = (minLength: number): fc.Arbitrary<Step> =>
  fc.array(order, { minLength, maxLength: 12 }).map((orders): Step => ({ do: 'ingest', orders }));

const step: fc.Arbitrary<Step> = fc.oneof(
  ingest(1),
  fc.tuple(fc.constantFrom('bind' as const, 'unbind' as const), key).map(([what, of]): Step => ({ do: what, ...of })),
  fc
    .tuple(fc.constantFrom('card', 'bank', ''), fc.constantFrom<PaymentClass>('prepaid', 'cash_on_delivery', 'blocked'))
    .map(([method, paymentClass]): Step => ({ do: 'classify', method, class: paymentClass })),
  fc
    .tuple(fc.constantFrom('std', 'cvs'), fc.constantFrom<0 | 1>(0, 1))
    .map(([method, type]): Step => ({ do: 'map', method, type })),
  fc.nat(5).map((nth): Step => ({ do: 'dispatch', nth })),
  fc.nat(5).map((nth): Step => ({ do: 'overrule', nth })),
);

/** Orders first; and some keys are bound and unbound again, which is when holds are opened in bulk. */
const history: fc.Arbitrary<Step[]> = fc
  .tuple(ingest(6), fc.array(step, { minLength: 2, maxLength: 8 }), fc.array(key, { maxLength: 3 }))
  .map(([first, steps, keys]) => [
    first,
    ...keys.map((of): Step => ({ do: 'bind', ...of })),
    ...steps,
    ...keys.map((of): Step => ({ do: 'unbind', ...of })),
  ]);

async function take(current: Step): Promise<void> {
  const { merchantId, storeId } = store;
  const asked = { actor: systemActor, merchantId };
  switch (current.do) {
    case 'ingest':
      await ingestPage(ports, { merchantId, storeId, runId: null, page: fetched(...current.orders) });
      return;
    case 'bind': {
      const components = [{ productId: products[0] ?? '', quantity: 1 }];
      const bound = await bindSku(ports, { ...asked, storeId, keyKind: current.kind, key: current.key, components });
      expect(bound).toMatchObject({ ok: true });
      return;
    }
    case 'unbind': {
      const [mapping] = await sql`select id from sku_mappings where store_id = ${storeId} and key_kind = ${current.kind}
        and key = ${current.key} and superseded_at is null`;
      if (mapping !== undefined) await unbindSku(ports, { ...asked, mappingId: mapping.id });
      return;
    }
    case 'classify': {
      const input = { ...asked, storeId, paymentMethod: current.method, class: current.class };
      expect(await classifyPayment(ports, input)).toMatchObject({ ok: true });
      return;
    }
    case 'map': {
      const shippingTypeId = types[current.type]?.id ?? '';
      const input = { ...asked, storeId, method: current.method, shippingTypeId };
      expect(await mapShippingMethod(ports, input)).toMatchObject({ ok: true });
      return;
    }
    case 'dispatch': {
      // As dispatch does it: the order leaves the reach of the rules, and its holds are closed.
      const [row] =
        await sql`select id from orders where store_id = ${storeId} order by id offset ${current.nth} limit 1`;
      if (row === undefined) return;
      await sql`update holds set closed_at = now() where order_id = ${row.id} and closed_at is null`;
      await sql`update orders set status = 'processing', open_hold_count = 0 where id = ${row.id}`;
      return;
    }
    case 'overrule': {
      const [hold] = await sql`select id, order_id, code, subject from holds where store_id = ${storeId}
        and code = 'payment_blocked' and closed_at is null order by id offset ${current.nth} limit 1`;
      if (hold === undefined) return;
      await sql`update holds set closed_at = now() where id = ${hold.id}`;
      await sql`update orders set open_hold_count = open_hold_count - 1 where id = ${hold.order_id}`;
      await sql`insert into hold_releases (merchant_id, order_id, code, subject, released_by, note)
        values (${merchantId}, ${hold.order_id}, ${hold.code}, ${hold.subject}, 'Mei', 'Money came') on conflict do nothing`;
    }
  }
}

/** What the pure rules give for every order that is open, and what the tables hold. */
async function compare(): Promise<{ expected: unknown; actual: unknown; counts: unknown }> {
  const rows = await sql`select id from orders where store_id = ${store.storeId} order by id`;
  return database.transaction(async (tx) => {
    const locked = await ports.intake.stores.lock(tx, store.merchantId, store.storeId);
    if (locked === null) throw new Error('no store');
    const orders = await ports.intake.orders.lock(
      tx,
      store.merchantId,
      rows.map((row) => row.id),
    );
    const context = await loadHoldContext(ports.intake.rules, tx, locked, orders.map(factsOf));
    const expected = orders.map((one) =>
      isOpenForRules(one)
        ? derivedHolds(factsOf(one), context, new Set(one.released.map(holdKey)))
            .map(holdKey)
            .sort()
        : [],
    );
    const actual = orders.map((one) => one.openHolds.map(holdKey).sort());
    const counts = await sql`select id from orders o where store_id = ${store.storeId} and open_hold_count <>
      (select count(*) from holds h where h.order_id = o.id and h.closed_at is null)`;
    return { expected, actual, counts: [...counts] };
  });
}

test.each([
  'sku',
  'barcode',
] as const)('rules changed in any order hold what one evaluation holds, matching by %s', async (matchBy) => {
  let round = 0;
  await fc.assert(
    fc.asyncProperty(history, fc.boolean(), async (steps, requiresMapping) => {
      round += 1;
      store = await insertStore(sql, `${matchBy} ${round}`);
      await sql`update sales_channels set match_by = ${matchBy} where id = ${store.salesChannelId}`;
      await sql`update stores set requires_method_mapping = ${requiresMapping} where id = ${store.storeId}`;
      products = [newId()];
      await sql`insert into products (id, merchant_id, sku, name) values (${products[0] ?? ''}, ${store.merchantId}, 'W', 'Tea')`;
      types = types.map(({ code }) => ({ id: newId(), code }));
      for (const { id, code } of types) {
        await sql`insert into shipping_types (id, merchant_id, code, name) values (${id}, ${store.merchantId}, ${code}, ${code})`;
      }
      for (const one of steps) await take(one);
      const { expected, actual, counts } = await compare();
      expect(actual).toEqual(expected);
      expect(counts).toEqual([]);
    }),
    { numRuns: 40 },
  );
}, 120_000);

import { beforeEach, describe, expect, test } from 'vitest';
import { bindSku } from '../../../core/commands/bind-sku.ts';
import { classifyPayment } from '../../../core/commands/classify-payment.ts';
import { ingestPage } from '../../../core/commands/ingest-page.ts';
import { mapShippingMethod } from '../../../core/commands/map-shipping-method.ts';
import { previewBindSku } from '../../../core/commands/preview-bind-sku.ts';
import { unbindSku } from '../../../core/commands/unbind-sku.ts';
import { newId } from '../../../core/ids.ts';
import type { PlatformOrder } from '../../../core/order/types.ts';
import type { Actor } from '../../../core/people/actor.ts';
import { testDatabase } from '../../support/database.ts';
import { fetched, intakePorts } from '../../support/intake.ts';
import { aLine, anOrder } from '../../support/orders.ts';
import { insertStore, type TestStore } from '../../support/rows.ts';

const { database, sql } = await testDatabase();
const ports = intakePorts(database);
const mei: Actor = {
  personId: newId(),
  name: 'Mei',
  via: 'slack',
  grants: [{ role: 'operator', merchantIds: 'all', warehouseIds: 'all' }],
};
const viewer: Actor = { ...mei, grants: [{ role: 'viewer', merchantIds: 'all', warehouseIds: 'all' }] };
let store: TestStore;
let product: string;

beforeEach(async () => {
  store = await insertStore(sql, 'Northwind');
  product = await addProduct('W-TEA');
});

async function addProduct(sku: string, merchantId = store.merchantId, enabled = true): Promise<string> {
  const id = newId();
  await sql`insert into products (id, merchant_id, sku, name, enabled) values (${id}, ${merchantId}, ${sku}, ${sku}, ${enabled})`;
  return id;
}

const take = (...orders: readonly PlatformOrder[]) =>
  ingestPage(ports, { merchantId: store.merchantId, storeId: store.storeId, runId: null, page: fetched(...orders) });

const asked = () => ({ actor: mei, merchantId: store.merchantId, storeId: store.storeId });
const bind = (key: string, components = [{ productId: product, quantity: 1 }], keyKind: 'sku' | 'product' = 'sku') =>
  bindSku(ports, { ...asked(), keyKind, key, components });

const held = async () => {
  const rows = await sql`select platform_order_number as number, open_hold_count as holds, version from orders
    where store_id = ${store.storeId} order by platform_order_number`;
  return Object.fromEntries(rows.map((row) => [row.number, row.holds]));
};

describe('binding a SKU', () => {
  test('releases every order that waited for it, and only those', async () => {
    await take(
      anOrder({ platformOrderNumber: 'one', lines: [aLine({ sku: 'NEW' })] }),
      anOrder({ platformOrderNumber: 'two', lines: [aLine({ sku: ' NEW' }), aLine({ sku: 'OTHER' })] }),
      anOrder({ platformOrderNumber: 'three', lines: [aLine({ sku: 'new' })] }),
    );
    expect(await previewBindSku(ports, { ...asked(), keyKind: 'sku', key: 'NEW ' })).toEqual({
      ok: true,
      value: { heldOrders: 2 },
    });
    expect(await bind(' NEW ')).toMatchObject({
      ok: true,
      value: { version: 1, releasedOrders: 1, touchedOrders: 2 },
    });
    expect(await held()).toEqual({ one: 0, two: 1, three: 1 });
    const [hold] =
      await sql`select closed_by, closed_via, resolution from holds where store_id = ${store.storeId} and closed_at is not null`;
    expect(hold).toEqual({ closed_by: 'Mei', closed_via: 'slack', resolution: 'mapped' });
    const [event] =
      await sql`select event, actor_name, via, after from audit_events where merchant_id = ${store.merchantId}`;
    expect(event).toMatchObject({ event: 'mapping.bound', actor_name: 'Mei', via: 'slack' });
    expect(event?.after).toMatchObject({ key: 'NEW', releasedOrders: 1 });
  });

  test('serves the orders that come later, too', async () => {
    await bind('NEW');
    await take(anOrder({ platformOrderNumber: 'late', lines: [aLine({ sku: 'NEW' })] }));
    expect(await held()).toEqual({ late: 0 });
  });

  test('moves the version of what it released: who looks at the order sees that it changed', async () => {
    await take(anOrder({ lines: [aLine({ sku: 'NEW' })] }));
    await bind('NEW');
    const [row] = await sql`select version from orders where store_id = ${store.storeId}`;
    expect(row?.version).toBe(2);
  });

  test('a line without SKU is bound by its product id', async () => {
    await take(anOrder({ platformOrderNumber: 'x', lines: [aLine({ sku: null, platformProductId: '77' })] }));
    expect(await bind('77')).toMatchObject({ value: { touchedOrders: 0 } });
    expect(await bind('77', undefined, 'product')).toMatchObject({ value: { releasedOrders: 1 } });
  });

  test('again with another recipe is a new version; with the same one it is none', async () => {
    expect(await bind('NEW')).toMatchObject({ value: { version: 1 } });
    expect(await bind('NEW')).toMatchObject({ value: { version: 1 } });
    expect(await bind('NEW', [{ productId: product, quantity: 6 }])).toMatchObject({ value: { version: 2 } });
    const rows =
      await sql`select version, superseded_at is null as current from sku_mappings where store_id = ${store.storeId} order by version`;
    expect(rows.map((row) => [row.version, row.current])).toEqual([
      [1, false],
      [2, true],
    ]);
  });

  test('by two people at once ends with one current mapping', async () => {
    const cup = await addProduct('W-CUP');
    await Promise.all([bind('NEW'), bind('NEW', [{ productId: cup, quantity: 2 }]), bind('NEW')]);
    const rows = await sql`select id from sku_mappings where store_id = ${store.storeId} and superseded_at is null`;
    expect(rows).toHaveLength(1);
  });

  test('beside a page that brings the SKU leaves no order waiting', async () => {
    for (let round = 0; round < 8; round += 1) {
      const sku = `RACE-${round}`;
      const orders = Array.from({ length: 20 }, () => anOrder({ lines: [aLine({ sku })] }));
      await Promise.all([take(...orders), bind(sku), take(anOrder({ lines: [aLine({ sku })] }))]);
    }
    const [row] =
      await sql`select count(*)::int as count from holds where store_id = ${store.storeId} and closed_at is null`;
    expect(row?.count).toBe(0);
  });

  test('is refused with the field at fault, and changes nothing', async () => {
    const other = await insertStore(sql, 'Other');
    const theirs = await addProduct('W-THEIRS', other.merchantId);
    const off = await addProduct('W-OFF', store.merchantId, false);
    const one = (productId: string, quantity = 1) => [{ productId, quantity }];
    expect(await bind('NEW', one(theirs))).toMatchObject({ error: { code: 'not_found', field: 'components' } });
    expect(await bind('NEW', one(off))).toMatchObject({ error: { code: 'product_disabled' } });
    expect(await bind('NEW', [])).toMatchObject({ error: { code: 'invalid_input', field: 'components' } });
    expect(await bind('NEW', one(product, 0))).toMatchObject({ error: { field: 'components' } });
    expect(await bind('NEW', one(product, 10_000))).toMatchObject({ error: { field: 'components' } });
    expect(await bind('NEW', one(product, 1.5))).toMatchObject({ error: { field: 'components' } });
    expect(await bind('NEW', [...one(product), ...one(product)])).toMatchObject({ error: { field: 'components' } });
    expect(await bind('  ')).toMatchObject({ error: { field: 'key' } });
    const command = { ...asked(), keyKind: 'sku', key: 'NEW', components: one(product) } as const;
    expect(await bindSku(ports, { ...command, actor: viewer })).toMatchObject({ error: { code: 'not_permitted' } });
    expect(await bindSku(ports, { ...command, storeId: other.storeId })).toMatchObject({
      error: { code: 'not_found' },
    });
    expect(await sql`select id from sku_mappings where store_id in (${store.storeId}, ${other.storeId})`).toHaveLength(
      0,
    );
  });
});

describe('unbinding', () => {
  test('holds open orders again, and leaves dispatched ones alone', async () => {
    const bound = await bind('NEW');
    if (!bound.ok) throw new Error(bound.error.message);
    await take(
      anOrder({ platformOrderNumber: 'open', lines: [aLine({ sku: 'NEW', name: 'New tea' })] }),
      anOrder({ platformOrderNumber: 'gone', lines: [aLine({ sku: 'NEW' })] }),
    );
    await sql`update orders set status = 'processing' where platform_order_number = 'gone' and store_id = ${store.storeId}`;
    const input = { actor: mei, merchantId: store.merchantId, mappingId: bound.value.mappingId };
    expect(await unbindSku(ports, input)).toEqual({ ok: true, value: { heldOrders: 1 } });
    expect(await held()).toEqual({ open: 1, gone: 0 });
    const [hold] = await sql`select detail from holds where store_id = ${store.storeId} and closed_at is null`;
    expect(hold?.detail).toEqual({ keyKind: 'sku', name: 'New tea' });
    expect(await unbindSku(ports, input)).toMatchObject({ error: { code: 'not_found' } });
    expect(await bind('NEW')).toMatchObject({ value: { version: 2, releasedOrders: 1 } });
  });
});

describe('classifying a payment type', () => {
  const classify = (paymentMethod: string, paymentClass: 'prepaid' | 'cash_on_delivery' | 'blocked') =>
    classifyPayment(ports, { ...asked(), paymentMethod, class: paymentClass });
  const unknown = (number: string, paymentMethod: string | null = 'bank') =>
    anOrder({ platformOrderNumber: number, paymentRecord: 'unknown', paymentMethod });

  beforeEach(async () => {
    await bind('TEA-1');
    await bind('CUP-2');
  });

  test('releases what waited for it', async () => {
    await take(unknown('a'), unknown('b', 'other'), unknown('c', null));
    expect(await classify('bank', 'prepaid')).toEqual({
      ok: true,
      value: { releasedOrders: 1, touchedOrders: 1, heldOrders: 0 },
    });
    expect(await held()).toEqual({ a: 0, b: 1, c: 1 });
    expect(await classify('', 'cash_on_delivery')).toMatchObject({ value: { releasedOrders: 1 } });
  });

  test('as blocked holds every open order of the type, also paid ones, until it is classified otherwise', async () => {
    await take(unknown('a'), anOrder({ platformOrderNumber: 'paid', paymentMethod: 'bank' }));
    expect(await classify('bank', 'blocked')).toMatchObject({ value: { releasedOrders: 0, heldOrders: 2 } });
    expect(await held()).toEqual({ a: 1, paid: 1 });
    expect(await classify('bank', 'prepaid')).toMatchObject({ value: { releasedOrders: 2 } });
    expect(await held()).toEqual({ a: 0, paid: 0 });
  });
});

describe('mapping a shipping method', () => {
  const addType = async (code: string): Promise<string> => {
    const id = newId();
    await sql`insert into shipping_types (id, merchant_id, code, name) values (${id}, ${store.merchantId}, ${code}, ${code})`;
    return id;
  };
  const map = (method: string, shippingTypeId: string) =>
    mapShippingMethod(ports, { ...asked(), method, shippingTypeId });

  beforeEach(async () => {
    await bind('TEA-1');
    await bind('CUP-2');
    await sql`update stores set requires_method_mapping = true where id = ${store.storeId}`;
  });

  test('releases what waited for it', async () => {
    await take(
      anOrder({ platformOrderNumber: 'a', shippingMethod: 'chilled' }),
      anOrder({ platformOrderNumber: 'b', shippingMethod: 'other' }),
    );
    expect(await map('chilled', await addType('chilled'))).toEqual({
      ok: true,
      value: { releasedOrders: 1, touchedOrders: 1 },
    });
    expect(await held()).toEqual({ a: 0, b: 1 });
    expect(await map('other', newId())).toMatchObject({ error: { code: 'not_found', field: 'shippingTypeId' } });
  });

  test('to a convenience store asks for the pickup-point code, and no longer when it is mapped otherwise', async () => {
    await take(anOrder({ platformOrderNumber: 'a', shippingMethod: 'cvs' }));
    await map('cvs', await addType('convenience_store'));
    const holds = await sql`select subject from holds where store_id = ${store.storeId} and closed_at is null`;
    expect(holds.map((hold) => hold.subject)).toEqual(['pickupPointCode']);
    expect(await map('cvs', await addType('home_delivery'))).toMatchObject({ value: { releasedOrders: 1 } });
  });
});

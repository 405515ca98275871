import { expect, test } from 'vitest';
import { saveCarrier } from '../../../core/commands/save-carrier.ts';
import { saveMerchant } from '../../../core/commands/save-merchant.ts';
import { saveService } from '../../../core/commands/save-service.ts';
import { saveShippingChannel } from '../../../core/commands/save-shipping-channel.ts';
import { saveShippingType } from '../../../core/commands/save-shipping-type.ts';
import { saveWarehouse } from '../../../core/commands/save-warehouse.ts';
import { firstStart } from '../../../core/first-start.ts';
import { newId } from '../../../core/ids.ts';
import type { Actor } from '../../../core/people/actor.ts';
import { createCatalogQueries } from '../../../db/queries/catalog.ts';
import { catalogPorts, insertWarehouse, someone } from '../../support/catalog.ts';
import { testDatabase } from '../../support/database.ts';
import { insertStore } from '../../support/rows.ts';

const database = await testDatabase();
const { sql } = database;
const { ports } = catalogPorts(database);
const queries = createCatalogQueries(database.db);

const warehouseFacts = { name: 'Osaka', country: 'jp', timezone: 'Asia/Tokyo', allowsBackorder: false };

test('a new warehouse serves the merchant that added it, and its code is unique', async () => {
  const { merchantId } = await insertStore(sql);
  const actor = someone('admin', 'all');
  const code = `OSK-${merchantId.slice(-6)}`;
  const added = await saveWarehouse(ports, { actor, merchantId, warehouseId: null, code, ...warehouseFacts });
  expect(added).toMatchObject({ ok: true });
  const twice = await saveWarehouse(ports, {
    actor,
    merchantId,
    warehouseId: null,
    code: code.toLowerCase(),
    ...warehouseFacts,
  });
  expect(twice).toMatchObject({ ok: false, error: { code: 'taken', field: 'code' } });
  const found = (await queries.listWarehouses({ merchantIds: [merchantId] })).find(
    (one) => one.name === 'Osaka' && one.services.length > 0,
  );
  expect(found).toMatchObject({ country: 'JP', services: [{ kind: 'dropship', enabled: true }] });
  const [event] = await sql`select event, actor_name, via from audit_events where merchant_id = ${merchantId}`;
  expect(event).toMatchObject({ event: 'warehouse.added', actor_name: 'Mei', via: 'web' });
});

test('the field at fault is named, and nothing is written', async () => {
  const { merchantId } = await insertStore(sql);
  const actor = someone('owner', 'all');
  const base = { actor, merchantId, warehouseId: null, code: 'X1', ...warehouseFacts };
  expect(await saveWarehouse(ports, { ...base, timezone: 'Mars/Olympus' })).toMatchObject({
    ok: false,
    error: { field: 'timezone' },
  });
  expect(await saveWarehouse(ports, { ...base, name: '  ' })).toMatchObject({ ok: false, error: { field: 'name' } });
  expect(await saveWarehouse(ports, { ...base, code: 'a b' })).toMatchObject({ ok: false, error: { field: 'code' } });
  expect(await saveWarehouse(ports, { ...base, country: 'Japan' })).toMatchObject({
    ok: false,
    error: { field: 'country' },
  });
  const [row] = await sql`select count(*)::int as count from warehouses where code = 'X1'`;
  expect(row?.count).toBe(0);
});

test('who administers one merchant decides nothing for the installation: warehouses, carriers, channels, services', async () => {
  const mine = await insertStore(sql);
  const { merchantId } = mine;
  const { warehouseId, carrierId, channelId } = await insertWarehouse(sql, [merchantId]);
  const elsewhere = await insertWarehouse(sql, []);
  const channel = { warehouseId, carrierId, code: 'UPS-2', name: 'UPS', serviceLevel: 'Ground', selfPickup: false };
  const carrier = { code: newId(), name: 'Post', trackingUrl: null };
  const warehouse = { code: `W-${merchantId.slice(-6)}`, ...warehouseFacts };
  const attempts = (actor: Actor) => [
    () =>
      saveService(ports, { actor, merchantId, warehouseId: elsewhere.warehouseId, kind: 'dropship', enabled: true }),
    () => saveWarehouse(ports, { actor, merchantId, warehouseId, ...warehouse }),
    () => saveCarrier(ports, { actor, merchantId, carrierId, ...carrier }),
    () => saveShippingChannel(ports, { actor, merchantId, channelId, ...channel, cashOnDelivery: true }),
    () => saveWarehouse(ports, { actor, merchantId, warehouseId: null, ...warehouseFacts, code: newId() }),
    () => saveCarrier(ports, { actor, merchantId, carrierId: null, ...carrier, code: newId() }),
    () =>
      saveShippingChannel(ports, { actor, merchantId, channelId: null, ...channel, cashOnDelivery: true, code: 'NEW' }),
  ];
  for (const role of ['admin', 'owner'] as const) {
    for (const attempt of attempts(someone(role, [merchantId]))) {
      expect(await attempt()).toMatchObject({
        ok: false,
        error: { code: 'not_permitted', message: expect.stringContaining('over all merchants') },
      });
    }
  }
  expect(await sql`select 1 from services where warehouse_id = ${elsewhere.warehouseId}`).toHaveLength(0);
  expect(await sql`select 1 from audit_events where merchant_id = ${merchantId}`).toHaveLength(0);
  for (const attempt of attempts(someone('admin', 'all'))) expect(await attempt()).toMatchObject({ ok: true });
});

test('an operator sets up nothing', async () => {
  const { merchantId } = await insertStore(sql);
  const actor = someone('operator', [merchantId]);
  const { warehouseId, carrierId } = await insertWarehouse(sql, [merchantId]);
  const refused = { ok: false, error: { code: 'not_permitted' } };
  expect(await saveWarehouse(ports, { actor, merchantId, warehouseId, code: 'A', ...warehouseFacts })).toMatchObject(
    refused,
  );
  expect(await saveService(ports, { actor, merchantId, warehouseId, kind: 'b2b', enabled: true })).toMatchObject(
    refused,
  );
  expect(
    await saveCarrier(ports, { actor, merchantId, carrierId, code: 'a', name: 'A', trackingUrl: null }),
  ).toMatchObject(refused);
  expect(
    await saveShippingType(ports, {
      actor,
      merchantId,
      shippingTypeId: null,
      code: 'a',
      name: 'A',
      defaultChannelId: null,
    }),
  ).toMatchObject(refused);
  expect(
    await saveMerchant(ports, { actor: someone('admin', 'all'), merchantId, name: 'A', code: 'a', timezone: 'UTC' }),
  ).toMatchObject(refused);
});

test('a service is enabled once and disabled again', async () => {
  const { merchantId } = await insertStore(sql);
  const actor = someone('admin', 'all');
  const { warehouseId } = await insertWarehouse(sql, []);
  await Promise.all(
    [1, 2].map(() => saveService(ports, { actor, merchantId, warehouseId, kind: 'b2b', enabled: true })),
  );
  await saveService(ports, { actor, merchantId, warehouseId, kind: 'b2b', enabled: false });
  const rows =
    await sql`select enabled from services where merchant_id = ${merchantId} and warehouse_id = ${warehouseId}`;
  expect(rows.map((row) => row.enabled)).toEqual([false]);
});

test('a channel that a shipping type defaults to cannot be disabled', async () => {
  const { merchantId } = await insertStore(sql);
  const actor = someone('admin', 'all');
  const { warehouseId, carrierId, channelId } = await insertWarehouse(sql, [merchantId]);
  const type = { actor, merchantId, shippingTypeId: null, code: 'home', name: 'Home delivery' };
  expect(await saveShippingType(ports, { ...type, defaultChannelId: channelId })).toMatchObject({ ok: true });
  const channel = {
    actor,
    merchantId,
    channelId,
    warehouseId,
    carrierId,
    code: 'UPS-GROUND',
    name: 'UPS Ground',
    serviceLevel: 'Ground',
    selfPickup: false,
    cashOnDelivery: true,
  };
  const refused = await saveShippingChannel(ports, { ...channel, enabled: false });
  expect(refused).toMatchObject({
    ok: false,
    error: { code: 'in_use', message: expect.stringContaining('Home delivery') },
  });
  expect(await saveShippingChannel(ports, channel)).toMatchObject({ ok: true });
  expect((await queries.listChannels({ merchantIds: [merchantId], servedOnly: true }))[0]).toMatchObject({
    cashOnDelivery: true,
    carrierName: 'UPS',
  });
});

test('a shipping type takes no channel of a warehouse that does not serve the merchant', async () => {
  const { merchantId } = await insertStore(sql);
  const { channelId } = await insertWarehouse(sql, []);
  const saved = await saveShippingType(ports, {
    actor: someone('admin', 'all'),
    merchantId,
    shippingTypeId: null,
    code: 'x',
    name: 'X',
    defaultChannelId: channelId,
  });
  expect(saved).toMatchObject({ ok: false, error: { field: 'defaultChannelId' } });
});

test('a tracking link without a place for the number is refused', async () => {
  const { merchantId } = await insertStore(sql);
  const carrier = { actor: someone('admin', 'all'), merchantId, carrierId: null, code: newId(), name: 'UPS' };
  expect(await saveCarrier(ports, { ...carrier, trackingUrl: 'https://ups.example/track' })).toMatchObject({
    ok: false,
    error: { field: 'trackingUrl' },
  });
  expect(await saveCarrier(ports, { ...carrier, trackingUrl: 'javascript:alert({number})' })).toMatchObject({
    ok: false,
    error: { field: 'trackingUrl' },
  });
  expect(await saveCarrier(ports, { ...carrier, trackingUrl: '' })).toMatchObject({ ok: true });
});

test('the first start makes one merchant, however many processes start at once', async () => {
  const fresh = await testDatabase();
  const { ports: freshPorts } = catalogPorts(fresh);
  await Promise.all([1, 2, 3].map(() => firstStart(freshPorts, { isDemo: true })));
  await firstStart(freshPorts, { isDemo: true });
  const merchants = await createCatalogQueries(fresh.db).listMerchants({ merchantIds: 'all' });
  expect(merchants.map((one) => one.name)).toEqual(['Northwind']);
  const merchantIds = merchants.map((one) => one.id);
  const freshQueries = createCatalogQueries(fresh.db);
  const warehouses = await freshQueries.listWarehouses({ merchantIds });
  expect(warehouses.map((one) => [one.name, one.allowsBackorder])).toEqual([
    ['Reno', false],
    ['Rotterdam', true],
  ]);
  const channels = await freshQueries.listChannels({ merchantIds, servedOnly: true });
  expect(channels.some((one) => one.cashOnDelivery)).toBe(true);
  expect(channels.some((one) => one.selfPickup)).toBe(true);
  const stock = await freshQueries.listStock({ merchantIds, within: 'all' });
  expect(stock.rows).toHaveLength(12);
  expect(stock.rows.every((row) => row.onHand > 0 && row.claimed === 0)).toBe(true);
});

test('outside demo mode the first start makes an empty merchant', async () => {
  const fresh = await testDatabase();
  await firstStart(catalogPorts(fresh).ports, { isDemo: false });
  const freshQueries = createCatalogQueries(fresh.db);
  const merchants = await freshQueries.listMerchants({ merchantIds: 'all' });
  expect(merchants).toHaveLength(1);
  expect(await freshQueries.listWarehouses({ merchantIds: [] })).toEqual([]);
});

import { expect, test } from 'vitest';
import { profile as sandbox } from '../../../connectors/sandbox/profile.ts';
import { listUnpairedCarriers } from '../../../core/commands/list-unpaired-carriers.ts';
import { type DispatchPreview, previewDispatch } from '../../../core/commands/preview-dispatch.ts';
import { unpairedWords } from '../../../core/dispatch/unpaired-carriers.ts';
import { newId } from '../../../core/ids.ts';
import { testDatabase } from '../../support/database.ts';
import { codeOf, makeOrder, must, outgoingPorts, person, type World, world } from '../../support/outgoing.ts';
import { testPlatform } from '../../support/platform.ts';

const database = await testDatabase();
const { sql } = database;

async function previewOf(
  w: World,
  platform = testPlatform({ carrierPairing: 'known_only' }),
): Promise<DispatchPreview> {
  const { orderId } = await makeOrder(sql, w);
  const { ports } = outgoingPorts(database, platform);
  return must(await previewDispatch(ports, { actor: person('Mei'), merchantId: w.merchantId, orderId }));
}
const pair = (w: World, carrierId: string | null, carrierName: string | null, storeId = w.storeId) => sql`
  insert into carrier_pairings (id, merchant_id, store_id, carrier_id, carrier_name, platform_code, platform_name, created_by)
  values (${newId()}, ${w.merchantId}, ${storeId}, ${carrierId}, ${carrierName}, 'ups_x', 'UPS of theirs', 'Mei')`;
const isUnpaired = (preview: DispatchPreview) =>
  preview.warehouses.flatMap(({ channels }) => channels).map((channel) => channel.isUnpaired);

test('a carrier that is not paired is named before the goods leave, until it is', async () => {
  const w = await world(sql);
  const before = await previewOf(w);
  expect(before.unpairedCarriers).toEqual({
    storeId: w.storeId,
    storeName: 'Northwind US',
    carrierIds: [w.warehouse.carrierId],
    names: ['UPS'],
    isRequired: false,
  });
  expect(isUnpaired(before)).toEqual([true]);
  const elsewhere = await world(sql);
  await pair(elsewhere, w.warehouse.carrierId, null);
  expect((await previewOf(w)).unpairedCarriers).not.toBeNull();
  await pair(w, w.warehouse.carrierId, null);
  const after = await previewOf(w);
  expect([after.unpairedCarriers, isUnpaired(after)]).toEqual([null, [false]]);
});

test('a typed name that reads the same is told as that carrier, so nothing is said of it', async () => {
  const w = await world(sql);
  await pair(w, null, 'ups');
  expect((await previewOf(w)).unpairedCarriers).toBeNull();
});

test('only channels open to the order count, and each carrier once', async () => {
  const w = await world(sql);
  const carrierId = newId();
  await sql`insert into carriers (id, code, name) values (${carrierId}, ${carrierId}, 'FedEx')`;
  for (const [code, id, collects] of [
    ['FX-1', carrierId, true],
    ['FX-2', carrierId, true],
  ] as const) {
    await sql`insert into shipping_channels (id, warehouse_id, code, name, carrier_id, service_level, cash_on_delivery)
      values (${newId()}, ${w.warehouse.warehouseId}, ${code}, ${code}, ${id}, 'Ground', ${collects})`;
  }
  expect((await previewOf(w)).unpairedCarriers?.names).toEqual(['FedEx', 'UPS']);
  const { orderId } = await makeOrder(sql, w, { paymentRecord: 'cash_on_delivery', codAmount: '10.00' });
  const { ports } = outgoingPorts(database, testPlatform({ carrierPairing: 'known_only' }));
  const cash = must(await previewDispatch(ports, { actor: person('Mei'), merchantId: w.merchantId, orderId }));
  expect(cash.unpairedCarriers?.names).toEqual(['FedEx']);
});

test('a platform that takes any name, or no tracking number at all, wants no pairing', async () => {
  const w = await world(sql);
  for (const platform of [
    testPlatform(),
    testPlatform({ carrierPairing: 'known_only', fulfilment: 'read_only' }),
    testPlatform({ carrierPairing: 'required', capabilities: { ship: false } }),
  ]) {
    const preview = await previewOf(w, platform);
    expect([preview.unpairedCarriers, isUnpaired(preview)]).toEqual([null, [false]]);
  }
  const strict = await previewOf(w, testPlatform({ carrierPairing: 'required' }));
  expect(strict.unpairedCarriers?.isRequired).toBe(true);
});

test('a batch hears of it store by store, for its own orders only, and only from who works on orders', async () => {
  const [w, other] = [await world(sql), await world(sql)];
  const orders = [await makeOrder(sql, w), await makeOrder(sql, w), await makeOrder(sql, other)];
  const { ports } = outgoingPorts(database, testPlatform({ carrierPairing: 'known_only' }));
  const input = {
    actor: person('Mei'),
    merchantId: w.merchantId,
    of: { orderIds: [...orders.map(({ orderId }) => orderId), 'torn'] },
    carrierIds: [w.warehouse.carrierId],
  };
  expect(must(await listUnpairedCarriers(ports, input))).toMatchObject([{ storeId: w.storeId, names: ['UPS'] }]);
  expect(must(await listUnpairedCarriers(ports, { ...input, carrierIds: [] }))).toEqual([]);
  await pair(w, w.warehouse.carrierId, null);
  expect(must(await listUnpairedCarriers(ports, input))).toEqual([]);
  expect(codeOf(await listUnpairedCarriers(ports, { ...input, actor: person('Vic', 'viewer') }))).toBe('not_permitted');
});

test('the sentence says what waits, and is sure only where it is', () => {
  const of = (names: readonly string[], isRequired: boolean) =>
    unpairedWords({ storeId: 's', storeName: 'Tea house', carrierIds: [], names, isRequired });
  expect(of(['FedEx'], true)).toBe(
    'FedEx is not paired with a carrier of Tea house: its tracking number will wait for the pairing.',
  );
  expect(of(['FedEx'], false)).toBe(
    'FedEx is not paired with a carrier of Tea house: unless the platform knows it by this name, its tracking number will wait for the pairing.',
  );
  expect(of(['FedEx', 'UPS'], true)).toContain('FedEx and UPS are not paired with carriers of Tea house');
  expect(of(['A', 'B', 'C', 'D', 'E', 'F'], true)).toContain('A, B, C, D and 2 more are not paired');
});

test('the sandbox marketplace, which refuses carriers that it does not know, says so', () => {
  expect(sandbox.carrierPairing).toBe('known_only');
});

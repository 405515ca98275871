import { beforeEach, expect, test } from 'vitest';
import { newId } from '../../../core/ids.ts';
import { publicUrl, testBot } from '../../support/bot.ts';
import { showAlerts } from '../../support/causes.ts';
import { chosen, orderFormOf, orderValue, statusOf } from '../../support/order-deeds.ts';
import { makeOrder, type World, world } from '../../support/outgoing.ts';
import { testPlatform } from '../../support/platform.ts';

const desk = await testBot({ platform: testPlatform({ carrierPairing: 'known_only' }) });
const { sql } = desk;

let store: World;
beforeEach(async () => {
  store = await world(sql);
  desk.slack.calls.length = 0;
});

const words = () => JSON.stringify(desk.view().blocks);

test('Dispatch names a carrier that is not paired, with the page that pairs it, and sends the order all the same', async () => {
  const { orderId } = await makeOrder(sql, store);
  await desk.press('dispatch', await orderValue(desk, store, orderId));
  expect(words()).toContain('UPS is not paired with a carrier of Northwind US: unless the platform knows it');
  expect(words()).toContain(`<${publicUrl}/stores/${store.storeId}/carriers|Pair carriers>`);
  expect(words()).toContain('"description":{"type":"plain_text","text":"carrier not paired"');
  const metadata = await orderFormOf(desk, store, orderId);
  await desk.submit('dispatch', metadata, chosen('channel', store.warehouse.channelId));
  expect(await statusOf(desk, orderId)).toBe('processing');
});

test('Dispatch says nothing of a carrier that is paired', async () => {
  await sql`insert into carrier_pairings (id, merchant_id, store_id, carrier_id, platform_code, platform_name, created_by)
    values (${newId()}, ${store.merchantId}, ${store.storeId}, ${store.warehouse.carrierId}, 'ups', 'UPS', 'Mei')`;
  const { orderId } = await makeOrder(sql, store);
  await desk.press('dispatch', await orderValue(desk, store, orderId));
  expect(words()).toContain('UPS Ground');
  expect(words()).not.toContain('not paired');
});

test('Dispatch on the card of several orders names it too', async () => {
  const shipBy = new Date(desk.clock.now().getTime() + 3_600_000).toISOString();
  for (let n = 0; n < 2; n += 1) {
    const { orderId } = await makeOrder(sql, store);
    await sql`update orders set ship_by = ${shipBy}::timestamptz where id = ${orderId}`;
  }
  desk.clock.pass(60_000);
  await showAlerts(desk, store);
  const card = await desk.card(store.merchantId, 'ship_by_near');
  await desk.press('dispatch', card.valueOf('dispatch'));
  expect(words()).toContain('UPS is not paired with a carrier of Northwind US');
  expect(words()).toContain(`<${publicUrl}/stores/${store.storeId}/carriers|Pair carriers>`);
});

import { beforeEach, describe, expect, it } from 'vitest';
import { refusedBySlack } from '../../bot/messages/validate.ts';
import { newId } from '../../core/ids.ts';
import type { CarrierChoice } from '../../core/shipment/carrier-choice.ts';
import { testBot } from '../support/bot.ts';
import { showAlerts } from '../support/causes.ts';
import { orderFormOf, statusOf, typed } from '../support/order-deeds.ts';
import { makeOrder, person, type World, world } from '../support/outgoing.ts';
import { testPlatform } from '../support/platform.ts';
import type { SlackFields } from '../support/slack.ts';

/** A platform that takes only carriers of its own list, and a carrier that somebody typed. */
const platform = testPlatform({ carrierPairing: 'required' });
platform.connector.carriers = async () => [
  { code: 'ups_freight', name: 'United Freight' },
  { code: 'dhl', name: 'DHL' },
];
const desk = await testBot({ platform });
const { slack, sql } = desk;
const kind = 'exception:carrier_unpaired';

let store: World;
beforeEach(async () => {
  store = await world(sql);
  slack.calls.length = 0;
  slack.responses.length = 0;
});

let numbers = 0;
async function shippedBy(carrierName: string): Promise<string> {
  const { orderId } = await makeOrder(sql, store);
  numbers += 1;
  const values = typed({ tracking: `1Z${numbers}`, carrier_name: carrierName });
  const answer = await desk.submit('manual_ship', await orderFormOf(desk, store, orderId), values);
  expect(answer.text).toBe('');
  await told();
  return orderId;
}
/** What waits is sent to the platform, and the channel shows what came of it. */
async function told(): Promise<void> {
  await desk.work('writeback.send');
  await showAlerts(desk, store);
}
const toldOf = (orderId: string) => platform.fulfilments.get(`p-${orderId}`)?.map(({ carrier }) => carrier);
const formOf = () => JSON.parse(String(desk.view().private_metadata));
const pick = (value: string, element = 'provider'): SlackFields => ({
  provider: { [element]: { selected_option: { value, text: { text: value } } } },
});

describe('a carrier typed in Manual Ship, at a platform that wants its own', () => {
  it('is named by the card, paired from there, told to the platform, and settled with who did it', async () => {
    const orderId = await shippedBy('UPS Freight');
    expect(toldOf(orderId)).toBeUndefined();
    const card = await desk.card(store.merchantId, kind);
    expect(card.words).toContain('Carrier not paired · UPS Freight · Northwind US');
    expect(card.words).toContain('or use Manual Ship with another');
    expect(card.words).not.toContain('The platform says');
    await desk.press('pair_carrier', card.valueOf('pair_carrier'));
    const form = JSON.stringify(desk.view().blocks);
    expect(form).toContain('*UPS Freight* at Northwind US\\n1 order waits for it');
    expect(form).toContain('typed in Manual Ship');
    expect((await desk.submit('pair_carrier', formOf(), pick('ups_freight'), { user: 'vic' })).text).toContain(
      'operator, admin or owner',
    );
    expect((await desk.submit('pair_carrier', formOf(), pick('ups_freight'))).text).toBe('');
    expect(desk.told().at(-1)).toContain('1 tracking number on the way');
    await told();
    expect(toldOf(orderId)).toEqual(['ups_freight']);
    expect(await statusOf(desk, orderId)).toBe('manual_completed');
    const settled = await desk.card(store.merchantId, kind);
    expect(settled.text).toContain('Carrier not paired · UPS Freight');
    expect(settled.words).toContain('Mei · from Slack');
    expect(settled.actions).toEqual([]);
  });

  it('counts all that wait for it, in any capitals, and pairs them at once', async () => {
    const orders = [await shippedBy('UPS Freight'), await shippedBy('ups freight'), await shippedBy('UPS Freight')];
    await desk.press('pair_carrier', (await desk.card(store.merchantId, kind)).valueOf('pair_carrier'));
    expect(JSON.stringify(desk.view().blocks)).toContain('3 orders wait for it');
    await desk.submit('pair_carrier', formOf(), pick('dhl'));
    await told();
    expect(orders.map(toldOf)).toEqual([['dhl'], ['dhl'], ['dhl']]);
    expect(await sql`select state from alerts where merchant_id = ${store.merchantId}`).toEqual([
      { state: 'resolved' },
    ]);
  });

  // Letters that JavaScript and PostgreSQL do not write small in one way.
  it.each([
    ['ΟΔΟΣ', 'οδοσ'],
    ['İnter', 'İNTER'],
  ])('has one card, one form and one pairing in either case: %s, %s', async (large, small) => {
    const [one] = await sql<{ yes: boolean }[]>`select lower(${large}) = lower(${small}) as yes`;
    expect(one?.yes).toBe(true);
    const orders = [await shippedBy(large), await shippedBy(small)];
    const open = () => sql`select order_count from alerts
      where merchant_id = ${store.merchantId} and kind = ${kind} and state = 'open'`;
    expect(await open()).toEqual([{ order_count: 2 }]);
    await desk.press('pair_carrier', (await desk.card(store.merchantId, kind)).valueOf('pair_carrier'));
    expect(JSON.stringify(desk.view().blocks)).toContain('2 orders wait for it');
    const old = formOf();
    await desk.submit('pair_carrier', old, pick('dhl'));
    // Found again by whoever looks late, though the name was kept as the other typed it.
    const spelled = { ...old, carrier: { ...old.carrier, name: small } };
    const late = await desk.submit('pair_carrier', spelled, pick('ups_freight'), { user: 'ana' });
    const shown: SlackFields = Object(Reflect.get(Object(late.json), 'view'));
    expect(JSON.parse(String(shown.private_metadata))).toMatchObject({ seen: 'dhl' });
    await told();
    expect(orders.map(toldOf)).toEqual([['dhl'], ['dhl']]);
    expect(await open()).toEqual([]);
  });

  it('keeps its pairing when a carrier of that name is listed, until that is paired itself', async () => {
    const list = async (name: string) => {
      const id = newId();
      await sql`insert into carriers (id, code, name) values (${id}, ${id}, ${name})`;
      return { id };
    };
    const pair = (carrier: CarrierChoice, platformCode: string) =>
      desk.deps.commands.pairCarrier({
        ...{ actor: person('Mei'), merchantId: store.merchantId, storeId: store.storeId },
        ...{ carrier, platformCode, platformName: platformCode },
      });
    const name = 'Zoomy';
    const first = await shippedBy(name);
    const listed = await list('ZOOMY');
    const second = await shippedBy(name);
    expect(await sql`select carrier_id from shipments where order_id = ${second}`).toEqual([{ carrier_id: listed.id }]);
    const page = await desk.deps.queries.showStore({ merchantIds: [store.merchantId], storeId: store.storeId });
    const waits = page?.unpairedCarriers.filter(({ foldedName }) => foldedName === 'zoomy');
    expect(waits?.map(({ carrierId, waitingCount }) => [carrierId, waitingCount])).toEqual(
      expect.arrayContaining([
        [null, 2],
        [listed.id, 1],
      ]),
    );
    expect(await pair({ name }, 'dhl')).toMatchObject({ value: { resumed: 2 } });
    await told();
    expect([first, second, await shippedBy(name)].map(toldOf)).toEqual([['dhl'], ['dhl'], ['dhl']]);
    expect(await pair(listed, 'ups_freight')).toMatchObject({ value: { resumed: 0 } });
    expect(toldOf(await shippedBy(name))).toEqual(['ups_freight']);
    await sql`update carriers set enabled = false where id = ${listed.id}`;
    expect(toldOf(await shippedBy(name))).toEqual(['dhl']);
  });

  it('can be left by Manual Ship with another carrier, from the card', async () => {
    const orderId = await shippedBy('UPS Freight');
    const card = await desk.card(store.merchantId, kind);
    await desk.press('manual_ship', card.valueOf('manual_ship'));
    expect(desk.view().callback_id).toBe('manual_ship');
    await sql`insert into carrier_pairings (id, merchant_id, store_id, carrier_id, platform_code, platform_name, created_by)
      values (${newId()}, ${store.merchantId}, ${store.storeId}, ${store.warehouse.carrierId}, 'ups', 'UPS', 'Mei')`;
    const chosen = { carrier: { carrier: { selected_option: { value: store.warehouse.carrierId } } } };
    await desk.submit('manual_ship', formOf(), { ...typed({ tracking: '1Z-OTHER' }), ...chosen });
    await told();
    expect(toldOf(orderId)).toEqual(['ups']);
    expect((await desk.card(store.merchantId, kind)).actions).toEqual([]);
  });

  it('opened before a colleague paired it, is shown what stands', async () => {
    await shippedBy('UPS Freight');
    const card = await desk.card(store.merchantId, kind);
    await desk.press('pair_carrier', card.valueOf('pair_carrier'));
    const old = formOf();
    await desk.submit('pair_carrier', old, pick('dhl'));
    const late = await desk.submit('pair_carrier', old, pick('ups_freight'), { user: 'ana' });
    const shown: SlackFields = Object(Reflect.get(Object(late.json), 'view'));
    expect(JSON.stringify(shown.blocks)).toMatch(/Mei paired UPS Freight with dhl at \d\d:\d\d\. Look at it again\./);
    expect(JSON.stringify(shown.blocks)).toContain('typed in Manual Ship');
    expect(refusedBySlack('view', shown)).toBeNull();
    await desk.submit('pair_carrier', JSON.parse(String(shown.private_metadata)), pick('ups_freight', 'provider:dhl'));
    const rows = await sql`select carrier_id, carrier_name, platform_code from carrier_pairings
      where store_id = ${store.storeId}`;
    expect(rows).toEqual([{ carrier_id: null, carrier_name: 'UPS Freight', platform_code: 'ups_freight' }]);
  });

  it('is not taken for a carrier of the desk that has its name', async () => {
    // Every world of this file has a carrier UPS: the name says none of them.
    const orderId = await shippedBy('UPS');
    await desk.press('pair_carrier', (await desk.card(store.merchantId, kind)).valueOf('pair_carrier'));
    expect(formOf()).toMatchObject({ carrier: { name: 'UPS' } });
    await desk.submit('pair_carrier', formOf(), pick('ups_freight'));
    await told();
    expect(toldOf(orderId)).toEqual(['ups_freight']);
  });

  it('fits Slack with a name of a hundred hostile characters, and comes back whole', async () => {
    const name = `${'"\\<!here>*_'.repeat(10)}`.slice(0, 99).padEnd(100, '店');
    const orderId = await shippedBy(name);
    const card = await desk.card(store.merchantId, kind);
    // The header is plain text, which Slack does not read.
    expect(JSON.stringify(card.blocks.slice(1))).not.toContain('<!here>');
    expect(card.text).not.toContain('<!here>');
    await desk.press('pair_carrier', card.valueOf('pair_carrier'));
    expect(desk.calls('views.update').at(-1)).toMatchObject({ error: null });
    expect(JSON.stringify(desk.view().blocks)).not.toContain('<!here>');
    expect(formOf()).toMatchObject({ carrier: { name } });
    await desk.submit('pair_carrier', formOf(), pick('dhl'));
    await told();
    expect(toldOf(orderId)).toEqual(['dhl']);
  });

  it('that nothing knows any more is answered truly, with the way out', async () => {
    const { orderId } = await makeOrder(sql, store, { status: 'processing' });
    await sql`insert into order_exceptions (id, merchant_id, store_id, order_id, code, subject, message, opened_at)
      values (${newId()}, ${store.merchantId}, ${store.storeId}, ${orderId}, 'carrier_unpaired', 'Gone <Cart>', 'Not paired.', now())`;
    await showAlerts(desk, store);
    await desk.press('pair_carrier', (await desk.card(store.merchantId, kind)).valueOf('pair_carrier'));
    const said = JSON.stringify(desk.view().blocks);
    expect(said).toContain('The desk has no carrier “Gone &lt;Cart&gt;”');
    expect(said).toContain('Manual Ship');
    expect(said).not.toContain('renamed');
  });
});

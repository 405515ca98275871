import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { testBot } from '../../support/bot.ts';
import {
  checked,
  chosen,
  insertException,
  insertRecipient,
  orderFormOf,
  orderValue,
  statusOf,
  typed,
} from '../../support/order-deeds.ts';
import { makeOrder, type World, world } from '../../support/outgoing.ts';
import { insertFailedWriteback, insertHold } from '../../support/rows.ts';

const desk = await testBot();
const { slack, sql } = desk;

let store: World;
beforeEach(async () => {
  store = await world(sql);
  slack.calls.length = 0;
});

const pending = async () => (await makeOrder(sql, store, { number: '#1042' })).orderId;
const words = () => JSON.stringify(desk.view());
const shipped = (tracking: string) => ({ ...typed({ tracking }), ...chosen('carrier', store.warehouse.carrierId) });

describe('Manual Ship', () => {
  it('offers the carriers, ships by hand and tells the platform, once for two deliveries', async () => {
    const orderId = await pending();
    await desk.press('manual_ship', await orderValue(desk, store, orderId));
    expect(words()).toContain(store.warehouse.carrierId);
    const metadata = await orderFormOf(desk, store, orderId);
    const trigger = randomUUID();
    await Promise.all([1, 2].map(() => desk.submit('manual_ship', metadata, shipped('1Z1'), { trigger })));
    expect(await statusOf(desk, orderId)).toBe('shipped');
    expect(await sql`select tracking_number, created_by from shipments where order_id = ${orderId}`).toMatchObject([
      { tracking_number: '1Z1', created_by: 'Mei' },
    ]);
    expect(desk.told().filter((text) => text.startsWith('Shipped by hand'))).toHaveLength(1);
  });

  it('takes a carrier that is typed, and keeps the form open without one', async () => {
    const orderId = await pending();
    const metadata = await orderFormOf(desk, store, orderId);
    const none = await desk.submit('manual_ship', metadata, typed({ tracking: '1Z2' }));
    expect(none.json).toMatchObject({ errors: { carrier_name: expect.stringContaining('Choose a carrier') } });
    const both = await desk.submit('manual_ship', metadata, { ...shipped('1Z2'), ...typed({ carrier_name: 'Bike' }) });
    expect(both.json).toMatchObject({ errors: { carrier_name: expect.stringContaining('not both') } });
    const empty = await desk.submit('manual_ship', metadata, typed({ carrier_name: 'Bike courier' }));
    expect(empty.json).toMatchObject({ errors: { tracking: expect.any(String) } });
    await desk.submit(
      'manual_ship',
      metadata,
      typed({ tracking: '1Z2', carrier_name: 'Bike courier', service: 'Day' }),
    );
    expect(await sql`select carrier_name, service from shipments where order_id = ${orderId}`).toMatchObject([
      { carrier_name: 'Bike courier', service: 'Day' },
    ]);
  });

  it('asks why two orders travel with one number, keeping what was typed', async () => {
    const first = await pending();
    await desk.submit('manual_ship', await orderFormOf(desk, store, first), shipped('1Z3'));
    const second = await pending();
    const metadata = await orderFormOf(desk, store, second);
    const asked = await desk.submit('manual_ship', metadata, shipped('1Z3'));
    expect(asked.json).toMatchObject({ response_action: 'update' });
    expect(asked.text).toContain('has this number already');
    expect(asked.text).toContain('"initial_value":"1Z3"');
    expect(await statusOf(desk, second)).toBe('pending');
    await desk.submit('manual_ship', metadata, { ...shipped('1Z3'), ...typed({ shared: 'One box for both.' }) });
    expect(await statusOf(desk, second)).toBe('shipped');
  });
});

describe('Cancel', () => {
  it('cancels here only, and takes it back within its time', async () => {
    const orderId = await pending();
    await desk.press('cancel_order', await orderValue(desk, store, orderId));
    expect(words()).toContain('You can undo it for 30 seconds');
    const metadata = await orderFormOf(desk, store, orderId);
    await desk.submit('cancel_order', metadata, { ...chosen('where', 'here'), ...typed({ reason: 'Twice bought' }) });
    expect(await statusOf(desk, orderId)).toBe('cancelled');
    expect(desk.told().at(-1)).toBe('Cancelled here. The platform was not told.');
    const undo = JSON.stringify(slack.calls.at(-1)?.fields.blocks);
    expect(undo).toContain('undo_order');
    await desk.press('undo_order', await orderValue(desk, store, orderId));
    expect(await statusOf(desk, orderId)).toBe('pending');
    expect(desk.told().at(-1)).toContain('is where it was');
    await desk.press('undo_order', await orderValue(desk, store, orderId));
    expect(await statusOf(desk, orderId)).toBe('pending');
  });

  it('tells the platform only with a reason', async () => {
    const orderId = await pending();
    const metadata = await orderFormOf(desk, store, orderId);
    const bare = await desk.submit('cancel_order', metadata, chosen('where', 'platform'));
    expect(bare.json).toMatchObject({ errors: { reason: 'Say why the order is cancelled.' } });
    const full = { ...chosen('where', 'platform'), ...typed({ reason: 'Out of stock' }) };
    await desk.submit('cancel_order', metadata, full);
    expect(desk.told().at(-1)).toContain('The platform is told in 30 seconds');
    expect(await sql`select kind, reason from writebacks where order_id = ${orderId}`).toMatchObject([
      { kind: 'cancellation', reason: 'Out of stock' },
    ]);
    const again = await desk.submit('cancel_order', metadata, full);
    expect(again.json).toMatchObject({ errors: { reason: expect.stringContaining('Changed meanwhile by Mei') } });
  });
});

describe('Cancel on a platform that takes none', () => {
  it('says so on the field, and changes nothing', async () => {
    const orderId = await pending();
    await sql`update stores set platform = 'manual' where id = ${store.storeId}`;
    const values = { ...chosen('where', 'platform'), ...typed({ reason: 'Out of stock' }) };
    const refused = await desk.submit('cancel_order', await orderFormOf(desk, store, orderId), values);
    expect(refused.json).toMatchObject({ errors: { where: expect.stringContaining('takes no cancellations') } });
    expect(await statusOf(desk, orderId)).toBe('pending');
  });
});

describe('Correct address', () => {
  it('asks for what is missing first, saves only what was changed and releases the order', async () => {
    const orderId = await pending();
    await insertRecipient(desk, store, orderId, { zip: null });
    await insertHold(sql, store, orderId, { code: 'address_incomplete', subject: 'zip', detail: { fields: 'zip' } });
    await desk.press('correct_address', await orderValue(desk, store, orderId));
    const inputs = desk.view().blocks;
    expect(JSON.stringify(Array.isArray(inputs) ? inputs[1] : null)).toContain('Missing: needed for this parcel');
    expect(words()).toContain('Ada Canary');
    const metadata = await orderFormOf(desk, store, orderId);
    const same = { name: 'Ada Canary', phone: '555-0100', country: 'US', state: 'NV', city: 'Reno' };
    const values = typed({ ...same, address1: '1 Canary Row', zip: '89501' });
    const wrong = await desk.submit('correct_address', metadata, { ...values, ...typed({ country: '1!' }) });
    expect(wrong.json).toMatchObject({ errors: { country: expect.stringContaining('two letters') } });
    await desk.submit('correct_address', metadata, values);
    expect(desk.told().at(-1)).toBe('The address is corrected. 1 hold closed.');
    expect(
      await sql`select after from audit_events where order_id = ${orderId} and event = 'order.address_corrected'`,
    ).toMatchObject([{ after: { fields: ['zip'] } }]);
    const late = await desk.submit('correct_address', metadata, { ...values, ...typed({ city: 'Sparks' }) });
    expect(late.json).toMatchObject({ errors: { name: expect.stringContaining('has changed meanwhile') } });
  });

  it('names the missing fields when it is saved as it was', async () => {
    const orderId = await pending();
    await insertRecipient(desk, store, orderId, { zip: null });
    const detail = { fields: 'zip,state' };
    await insertHold(sql, store, orderId, { code: 'address_incomplete', subject: 'zip,state', detail });
    await desk.press('correct_address', await orderValue(desk, store, orderId));
    expect(desk.view().blocks).toContainEqual(expect.objectContaining({ block_id: 'zip', optional: false }));
    expect(desk.view().blocks).toContainEqual(expect.objectContaining({ block_id: 'email', optional: true }));
    const same = { name: 'Ada Canary', phone: '555-0100', country: 'US', state: 'NV', city: 'Reno' };
    const values = typed({ ...same, address1: '1 Canary Row', zip: '' });
    const answer = await desk.submit('correct_address', await orderFormOf(desk, store, orderId), values);
    const missing = 'Missing: needed for this parcel.';
    expect(answer.json).toEqual({ response_action: 'errors', errors: { zip: missing, state: missing } });
  });

  it('says what is still missing when half of it was corrected', async () => {
    const orderId = await pending();
    await insertRecipient(desk, store, orderId, { zip: null });
    await sql`update recipients set address1 = null where id = (select recipient_id from orders where id = ${orderId})`;
    const detail = { fields: 'address1,zip' };
    await insertHold(sql, store, orderId, { code: 'address_incomplete', subject: 'address1,zip', detail });
    const known = { name: 'Ada Canary', phone: '555-0100', country: 'US', state: 'NV', city: 'Reno' };
    const half = typed({ ...known, zip: '89501' });
    await desk.submit('correct_address', await orderFormOf(desk, store, orderId), half);
    expect(desk.told().at(-1)).toBe('The address is saved, but the order is still held. Missing: address line 1.');
    const whole = typed({ ...known, zip: '89501', address1: '1 Canary Row' });
    await desk.submit('correct_address', await orderFormOf(desk, store, orderId), whole);
    expect(desk.told().at(-1)).toBe('The address is corrected. 1 hold closed.');
  });

  it('shows the recipient to nobody without the role, and says nothing of them in the channel', async () => {
    const orderId = await pending();
    await insertRecipient(desk, store, orderId);
    for (const id of ['correct_address', 'dispatch', 'order_details']) {
      await desk.press(id, await orderValue(desk, store, orderId), { user: 'vic' });
    }
    expect(desk.told().filter((text) => text.includes('operator, admin or owner'))).toHaveLength(2);
    expect(JSON.stringify(slack.calls)).not.toMatch(/Canary|555-0100|89501/);
  });
});

describe('holds and exceptions', () => {
  it('releases what was checked, with the note that it needs', async () => {
    const orderId = await pending();
    const holdId = await insertHold(sql, store, orderId, { code: 'cancellation_requested' });
    await insertHold(sql, store, orderId, { code: 'sku_unmapped', subject: 'X' });
    await desk.press('release_hold', await orderValue(desk, store, orderId));
    expect(words()).toContain('These stay until they are mended');
    const metadata = await orderFormOf(desk, store, orderId);
    const bare = await desk.submit('release_hold', metadata, checked('holds', holdId));
    expect(bare.json).toMatchObject({ errors: { note: expect.stringContaining('Write a note') } });
    const none = await desk.submit('release_hold', metadata, typed({ note: 'x' }));
    expect(none.json).toMatchObject({ errors: { holds: 'Choose the holds to release.' } });
    await desk.submit('release_hold', metadata, { ...checked('holds', holdId), ...typed({ note: 'They called.' }) });
    expect(desk.told().at(-1)).toContain('1 hold of #1042 released. It is still held: SKU [X] not mapped');
    const again = await desk.submit('release_hold', metadata, { ...checked('holds', holdId), ...typed({ note: 'x' }) });
    expect(again.json).toMatchObject({ errors: { holds: expect.stringContaining('meanwhile') } });
    expect(await sql`select resolution_note from holds where id = ${holdId}`).toMatchObject([
      { resolution_note: 'They called.' },
    ]);
  });

  it('closes the only exception at once, and asks which of several', async () => {
    const orderId = await pending();
    await insertException(desk, store, orderId);
    await desk.press('acknowledge', await orderValue(desk, store, orderId), { user: 'vic' });
    expect(desk.told().at(-1)).toContain('operator, admin or owner');
    await desk.press('acknowledge', await orderValue(desk, store, orderId));
    expect(desk.told().at(-1)).toBe('#1042 is acknowledged.');
    const ids = [
      await insertException(desk, store, orderId),
      await insertException(desk, store, orderId, 'label_failed'),
    ];
    await desk.press('acknowledge', await orderValue(desk, store, orderId));
    expect(words()).toContain('Label failed');
    const metadata = await orderFormOf(desk, store, orderId);
    expect((await desk.submit('acknowledge_exception', metadata, {})).json).toMatchObject({
      errors: { exceptions: 'Choose at least one.' },
    });
    await desk.submit('acknowledge_exception', metadata, checked('exceptions', ...ids));
    expect(await sql`select 1 from order_exceptions where order_id = ${orderId} and closed_at is null`).toHaveLength(0);
  });
});

describe('Mark Shipped, Re-fetch and the rare deeds of one order', () => {
  it('retries the writeback of one order, once for two presses', async () => {
    const { orderId } = await makeOrder(sql, store, { status: 'shipped', number: '#7' });
    await insertFailedWriteback(sql, store, orderId, 'bad_carrier');
    desk.jobs.length = 0;
    await desk.press('mark_shipped', await orderValue(desk, store, orderId));
    expect(desk.told().at(-1)).toContain('being told again about #7');
    await desk.press('mark_shipped', await orderValue(desk, store, orderId));
    expect(desk.told().at(-1)).toContain('being told right now');
    expect(await sql`select state from writebacks where order_id = ${orderId}`).toMatchObject([{ state: 'pending' }]);
    expect(desk.jobs.filter((job) => job.task === 'writeback.send')).toHaveLength(1);
  });

  it('fetches one order again', async () => {
    const orderId = await pending();
    await desk.press('refetch', await orderValue(desk, store, orderId));
    expect(desk.told().at(-1)).toContain('Fetching #1042 again');
    expect(await sql`select mode from runs where merchant_id = ${store.merchantId}`).toMatchObject([
      { mode: 'refetch' },
    ]);
  });

  it('closes by hand for admins only, with a reason', async () => {
    const { orderId } = await makeOrder(sql, store, { status: 'shipped' });
    await insertFailedWriteback(sql, store, orderId, 'bad_carrier');
    await desk.press('close_by_hand', await orderValue(desk, store, orderId));
    expect(desk.told().at(-1)).toContain('admin or owner');
    const metadata = await orderFormOf(desk, store, orderId);
    const operator = await desk.submit('close_by_hand', metadata, typed({ reason: 'Told them by mail' }));
    expect(operator.json).toMatchObject({ errors: { reason: expect.stringContaining('admin or owner') } });
    const bare = await desk.submit('close_by_hand', metadata, {}, { user: 'ana' });
    expect(bare.json).toMatchObject({ errors: { reason: expect.any(String) } });
    await desk.submit('close_by_hand', metadata, typed({ reason: 'Told them by mail' }), { user: 'ana' });
    expect(await statusOf(desk, orderId)).toBe('manual_completed');
    await desk.press('order_details', await orderValue(desk, store, orderId));
    expect(words()).toContain('Mark Shipped*: It was closed by hand; the platform was not told.');
    expect(words()).not.toContain('accepted it already');
  });

  it('cancels the rest of an order that has shipped in part', async () => {
    const { orderId } = await makeOrder(sql, store, { status: 'partially_shipped', quantities: [2] });
    await desk.press('cancel_rest', await orderValue(desk, store, orderId));
    expect(words()).toContain('Why will the rest not ship?');
    await desk.submit('cancel_rest', await orderFormOf(desk, store, orderId), typed({ reason: 'Sold out' }));
    expect(desk.told().at(-1)).toBe('The rest of the order will not ship.');
    expect(await statusOf(desk, orderId)).not.toBe('partially_shipped');
  });

  it.each([
    'manual_ship',
    'cancel_order',
    'correct_address',
    'refetch',
    'dispatch',
  ])('tells a late presser of %s privately that the order has moved on', async (actionId) => {
    const orderId = await pending();
    const value = await orderValue(desk, store, orderId);
    await sql`update orders set version = version + 1, status = 'cancelled' where id = ${orderId}`;
    await desk.press(actionId, value);
    expect(desk.calls('views.open')).toHaveLength(0);
    expect(desk.told()).toEqual([expect.stringContaining('#1042 has changed since: it is cancelled now')]);
  });

  it('tells people without the role, before a form opens', async () => {
    const orderId = await pending();
    const value = await orderValue(desk, store, orderId);
    for (const id of ['manual_ship', 'cancel_order', 'refetch', 'mark_shipped']) {
      await desk.press(id, value, { user: 'vic' });
    }
    expect(desk.told()).toHaveLength(4);
    expect(desk.told().every((text) => text.includes('operator, admin or owner'))).toBe(true);
    expect(desk.calls('views.open')).toHaveLength(0);
  });
});

import { beforeEach, describe, expect, test } from 'vitest';
import { correctAddress } from '../../../core/commands/correct-address.ts';
import { holdOrders } from '../../../core/commands/hold-orders.ts';
import { housekeepMinute } from '../../../core/commands/housekeeping.ts';
import { ingestPage } from '../../../core/commands/ingest-page.ts';
import { refetchOrders } from '../../../core/commands/refetch-orders.ts';
import { releaseHolds } from '../../../core/commands/release-holds.ts';
import { newId } from '../../../core/ids.ts';
import type { PlatformOrder } from '../../../core/order/types.ts';
import type { Actor, Role } from '../../../core/people/actor.ts';
import { testDatabase } from '../../support/database.ts';
import { fetched, intakePorts } from '../../support/intake.ts';
import { anOrder, aRecipient } from '../../support/orders.ts';
import { insertStore, type TestStore } from '../../support/rows.ts';
import { ScriptedPlatform } from '../../support/scripted-platform.ts';

const { database, sql } = await testDatabase();
const platform = new ScriptedPlatform();
const ports = { ...intakePorts(database), connectors: platform.registry };
const withRole = (role: Role): Actor => ({
  personId: newId(),
  name: 'Mei',
  via: 'web',
  grants: [{ role, merchantIds: 'all', warehouseIds: 'all' }],
});
const mei = withRole('operator');
let store: TestStore;

beforeEach(async () => {
  store = await insertStore(sql, 'Northwind');
  ports.clock.set('2026-11-21T08:00:00Z');
  for (const key of ['TEA-1', 'CUP-2']) {
    await sql`insert into sku_mappings (id, merchant_id, store_id, key_kind, key, version, created_by)
      values (${newId()}, ${store.merchantId}, ${store.storeId}, 'sku', ${key}, 1, 'Mei')`;
  }
});

async function take(...orders: readonly PlatformOrder[]): Promise<string[]> {
  await ingestPage(ports, {
    merchantId: store.merchantId,
    storeId: store.storeId,
    runId: null,
    page: fetched(...orders),
  });
  const rows = await sql`select id, platform_order_id from orders where store_id = ${store.storeId}`;
  return orders.map((order) => rows.find((row) => row.platform_order_id === order.platformOrderId)?.id);
}

const asked = (actor: Actor = mei) => ({ actor, merchantId: store.merchantId });
const orderRow = async (id: string | undefined) => {
  const [row] = await sql`select * from orders where id = ${id ?? ''}`;
  if (row === undefined) throw new Error('no order');
  return row;
};
const openHolds = async (id: string | undefined) =>
  (await sql`select code, subject from holds where order_id = ${id ?? ''} and closed_at is null order by code`).map(
    (row) => `${row.code} ${row.subject}`,
  );

describe('parking orders', () => {
  test('holds each of them, with a result for each', async () => {
    const [a = '', b = '', c = ''] = await take(anOrder(), anOrder(), anOrder());
    await sql`update orders set status = 'processing' where id = ${b}`;
    const nobody = newId();
    const input = { ...asked(), orderIds: [a, b, c, nobody, a], reason: 'Check with the buyer', note: 'Called twice' };
    const held = await holdOrders(ports, input);
    expect(held).toMatchObject({
      ok: true,
      value: {
        results: [
          { orderId: a, ok: true },
          { orderId: b, ok: false, code: 'not_in_status' },
          { orderId: c, ok: true },
          { orderId: nobody, ok: false, code: 'not_found' },
        ],
      },
    });
    expect(await orderRow(a)).toMatchObject({ open_hold_count: 1, version: 2 });
    expect((await orderRow(a)).touched_at).not.toBeNull();
    const [hold] = await sql`select origin, subject, note, opened_by from holds where order_id = ${a}`;
    expect(hold).toEqual({ origin: 'person', subject: 'Check with the buyer', note: 'Called twice', opened_by: 'Mei' });
    const again = await holdOrders(ports, input);
    expect(again.ok && again.value.results[0]).toMatchObject({ ok: false, code: 'already_held' });
    const events =
      await sql`select order_id from audit_events where event = 'order.held' and merchant_id = ${store.merchantId}`;
    expect(events).toHaveLength(2);
  });

  test('ends by itself when its time has come, not before', async () => {
    const [a = ''] = await take(anOrder());
    await holdOrders(ports, {
      ...asked(),
      orderIds: [a],
      reason: 'Until noon',
      releaseAt: new Date('2026-11-21T12:00:00Z'),
    });
    ports.clock.set('2026-11-21T11:59:00Z');
    expect(await housekeepMinute(ports)).toMatchObject({ releasedHolds: 0 });
    ports.clock.set('2026-11-21T12:00:00Z');
    const [first, second] = await Promise.all([housekeepMinute(ports), housekeepMinute(ports)]);
    expect(first.releasedHolds + second.releasedHolds).toBe(1);
    expect(await orderRow(a)).toMatchObject({ open_hold_count: 0 });
    const [hold] = await sql`select resolution, closed_by from holds where order_id = ${a}`;
    expect(hold).toEqual({ resolution: 'time', closed_by: 'Holdfast' });
  });

  test('needs a reason, a time in the future, and the role', async () => {
    const [a = ''] = await take(anOrder());
    const base = { ...asked(), orderIds: [a], reason: 'x' };
    expect(await holdOrders(ports, { ...base, reason: ' ' })).toMatchObject({ error: { field: 'reason' } });
    expect(await holdOrders(ports, { ...base, orderIds: [] })).toMatchObject({ error: { field: 'orderIds' } });
    expect(await holdOrders(ports, { ...base, releaseAt: new Date('2026-11-21T07:00:00Z') })).toMatchObject({
      error: { field: 'releaseAt' },
    });
    expect(await holdOrders(ports, { ...base, actor: withRole('viewer') })).toMatchObject({
      error: { code: 'not_permitted' },
    });
    const other = await insertStore(sql, 'Other');
    const theirs = await holdOrders(ports, { ...base, merchantId: other.merchantId });
    expect(theirs.ok && theirs.value.results[0]).toMatchObject({ ok: false, code: 'not_found' });
  });
});

describe('releasing', () => {
  test('lets a parked order go, and says what else holds one', async () => {
    const [a = '', b = '', c = ''] = await take(
      anOrder(),
      anOrder({ recipient: aRecipient({ zip: null }) }),
      anOrder(),
    );
    await holdOrders(ports, { ...asked(), orderIds: [a, b], reason: 'Wait' });
    const released = await releaseHolds(ports, { ...asked(), orderIds: [a, b, c], note: '' });
    expect(released).toMatchObject({
      ok: true,
      value: {
        results: expect.arrayContaining([
          { orderId: a, number: expect.any(String), ok: true },
          expect.objectContaining({ orderId: b, ok: true, message: expect.stringContaining('Still held: Missing') }),
          expect.objectContaining({ orderId: c, ok: false, code: 'not_held' }),
        ]),
      },
    });
    expect(await openHolds(b)).toEqual(['address_incomplete zip']);
    const alone = await releaseHolds(ports, { ...asked(), orderIds: [b], note: 'Just ship it' });
    expect(alone.ok && alone.value.results[0]).toMatchObject({ ok: false, code: 'not_releasable' });
  });

  test('of a risk needs a note, and stays released when the platform says it again', async () => {
    const order = anOrder({ holds: [{ code: 'payment_blocked', subject: 'risk', reason: 'High risk' }] });
    const [a = ''] = await take(order);
    const [hold] = await sql`select id from holds where order_id = ${a}`;
    const bare = await releaseHolds(ports, { ...asked(), holdIds: [hold?.id], note: ' ' });
    expect(bare.ok && bare.value.results[0]).toMatchObject({ ok: false, code: 'note_required' });
    const noted = await releaseHolds(ports, { ...asked(), holdIds: [hold?.id], note: 'Spoke to the bank' });
    expect(noted.ok && noted.value.results[0]).toMatchObject({ ok: true });
    await take({ ...order, totalAmount: '99.00' });
    expect(await openHolds(a)).toEqual([]);
    const [kept] = await sql`select resolution, resolution_note from holds where order_id = ${a}`;
    expect(kept).toEqual({ resolution: 'released', resolution_note: 'Spoke to the bank' });
    expect(await releaseHolds(ports, { ...asked(), holdIds: [hold?.id], note: 'x' })).toMatchObject({
      error: { code: 'not_held' },
    });
  });

  test('against the platform’s word needs an admin', async () => {
    const [a = ''] = await take(anOrder({ holds: [{ code: 'platform_hold', subject: 'package 1', reason: 'Held' }] }));
    const byOperator = await releaseHolds(ports, { ...asked(), orderIds: [a], note: 'Ship' });
    expect(byOperator.ok && byOperator.value.results[0]).toMatchObject({ ok: false, code: 'not_permitted' });
    const byAdmin = await releaseHolds(ports, { ...asked(withRole('admin')), orderIds: [a], note: 'Ship' });
    expect(byAdmin.ok && byAdmin.value.results[0]).toMatchObject({ ok: true });
  });
});

describe('correcting an address', () => {
  test('by half closes nothing: a hold for the other field takes the place of the one before', async () => {
    const [a = ''] = await take(anOrder({ recipient: aRecipient({ zip: null, city: null }) }));
    const { version } = await orderRow(a);
    const half = { ...asked(), orderId: a, expectedVersion: version, recipient: { zip: '10115' } };
    expect(await correctAddress(ports, half)).toMatchObject({ value: { holdsClosed: 0, stillMissing: ['city'] } });
    const after = await orderRow(a);
    expect(after.open_hold_count).toBe(1);
    const [event] = await sql`select after from audit_events where order_id = ${a}`;
    expect(event).toEqual({ after: { fields: ['zip'], holdsClosed: 0 } });
    const rest = { ...half, expectedVersion: after.version, recipient: { city: 'Berlin' } };
    expect(await correctAddress(ports, rest)).toMatchObject({ value: { holdsClosed: 1, stillMissing: [] } });
  });

  test('closes the hold, keeps the original, and leaves field names in the history', async () => {
    const [a = ''] = await take(anOrder({ recipient: aRecipient({ zip: null, city: null }) }));
    const before = await orderRow(a);
    const input = {
      ...asked(),
      orderId: a,
      expectedVersion: before.version,
      recipient: { zip: ' 10115 ', city: 'Berlin' },
    };
    const corrected = await correctAddress(ports, input);
    const after = await orderRow(a);
    expect(corrected).toEqual({ ok: true, value: { version: after.version, holdsClosed: 1, stillMissing: [] } });
    expect(after.open_hold_count).toBe(0);
    expect(after.recipient_id).toBe(before.recipient_id);
    const rows =
      await sql`select id, zip, name from recipients where id in (${before.recipient_id}, ${after.corrected_recipient_id})`;
    expect(new Map(rows.map((row) => [row.id, row.zip]))).toEqual(
      new Map([
        [before.recipient_id, null],
        [after.corrected_recipient_id, '10115'],
      ]),
    );
    const [event] = await sql`select before, after from audit_events where order_id = ${a}`;
    expect(event).toEqual({ before: null, after: { fields: ['city', 'zip'], holdsClosed: 1 } });
    expect(await correctAddress(ports, input)).toMatchObject({ error: { code: 'stale_version' } });
    const second = await correctAddress(ports, {
      ...input,
      expectedVersion: after.version,
      recipient: { zip: '10116' },
    });
    expect(second).toMatchObject({ ok: true });
    expect((await orderRow(a)).corrected_recipient_id).toBe(after.corrected_recipient_id);
  });

  test('that empties a required field holds the order', async () => {
    const [a = ''] = await take(anOrder());
    await correctAddress(ports, { ...asked(), orderId: a, expectedVersion: 1, recipient: { zip: '' } });
    expect(await openHolds(a)).toEqual(['address_incomplete zip']);
  });

  test('is refused when there is nothing to correct, the order has gone, or the input is none', async () => {
    const [a = ''] = await take(anOrder());
    const input = { ...asked(), orderId: a, expectedVersion: 1, recipient: {} };
    expect(await correctAddress(ports, input)).toMatchObject({ error: { code: 'nothing_changed' } });
    expect(await correctAddress(ports, { ...input, recipient: { country: 'Germany' } })).toMatchObject({
      error: { code: 'invalid_input', field: 'recipient' },
    });
    expect(await correctAddress(ports, { ...input, orderId: newId() })).toMatchObject({ error: { code: 'not_found' } });
    await sql`update orders set status = 'shipped' where id = ${a}`;
    expect(await correctAddress(ports, { ...input, recipient: { zip: '1' } })).toMatchObject({
      error: { code: 'not_in_status' },
    });
  });
});

test('fetching orders again makes one run a store, with their ids', async () => {
  const [a = '', b = ''] = await take(anOrder({ platformOrderId: 'x1' }), anOrder({ platformOrderId: 'x2' }));
  const asking = await refetchOrders(ports, { ...asked(), orderIds: [a, b] });
  if (!asking.ok) throw new Error(asking.error.message);
  const [run] = await sql`select mode, numbers from runs where id = ${asking.value.runId}`;
  expect(run).toEqual({ mode: 'refetch', numbers: ['x1', 'x2'] });
  await sql`update authorizations set status = 'revoked' where id = ${store.authorizationId}`;
  expect(await refetchOrders(ports, { ...asked(), orderIds: [a] })).toMatchObject({
    error: { code: 'not_authorized' },
  });
});

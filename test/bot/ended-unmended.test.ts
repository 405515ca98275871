import { beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../core/ids.ts';
import { testBot } from '../support/bot.ts';
import { heldOrder, refusedWriteback, showAlerts } from '../support/causes.ts';
import { makeOrder, type World, world } from '../support/outgoing.ts';

const desk = await testBot();
const { sql } = desk;

let store: World;
beforeEach(async () => {
  store = await world(sql);
});

const later = (hours: number): string => new Date(desk.clock.now().getTime() + hours * 3_600_000).toISOString();
const card = async (kind: string) => {
  await showAlerts(desk, store);
  return desk.card(store.merchantId, kind);
};
const authorization = (set: ReturnType<typeof sql>) =>
  sql`update authorizations set ${set} where id = ${store.authorizationId}`;
const event = (name: string, about: { readonly type: string; readonly id: string; readonly orderId?: string }) =>
  sql`insert into audit_events (id, merchant_id, person_id, actor_name, via, event, subject_type, subject_id, order_id, at)
    values (${newId()}, ${store.merchantId}, ${desk.personIds.ana}, 'Ana', 'web', ${name}, ${about.type}, ${about.id},
      ${about.orderId ?? null}, ${desk.clock.now().toISOString()})`;
const owner = {
  name: 'Ana',
  via: 'web' as const,
  grants: [{ role: 'owner' as const, merchantIds: 'all' as const, warehouseIds: 'all' as const }],
};

describe('A card whose cause ended without being mended does not say that it was', () => {
  it('says of a login that ended, or was revoked, that it was not renewed', async () => {
    await authorization(sql`expires_at = ${later(18)}::timestamptz, refresh_expires_at = ${later(18)}::timestamptz`);
    expect((await card('authorization_expiring')).text).toContain('ends in one day or less');
    await authorization(sql`status = 'expired', reason = 'Please update authorization'`);
    const { text } = await card('authorization_expiring');
    expect(text).toMatch(/^■ .*not renewed: it does not work any more/);
    expect(text).not.toContain('✔');
    expect((await card('authorization_unusable')).text).toContain('Authorization does not work');
  });

  it('does not call a login complete that was revoked while permissions were missing', async () => {
    await authorization(sql`missing_scopes = '{stock}'`);
    await card('authorization_scopes');
    await authorization(sql`status = 'revoked'`);
    const { text } = await card('authorization_scopes');
    expect(text).toMatch(/^■ .*does not work at all now/);
    expect(text).not.toContain('nothing is missing');
  });

  it('says of credentials that nobody has tested that nobody has', async () => {
    await authorization(sql`status = 'expired', reason = 'Please update authorization'`);
    await card('authorization_unusable');
    await authorization(sql`status = 'unverified', reason = null`);
    await event('authorization.credentials_changed', { type: 'authorization', id: store.authorizationId });
    const settled = await card('authorization_unusable');
    expect(settled.text).toMatch(/^■ .*no call has shown yet that it works/);
    expect(settled.words).toContain('Ana · from the dashboard');
    await authorization(sql`status = 'authorized'`);
  });

  it('says that a failing sync ended because the store was disabled, and who did that', async () => {
    await sql`update stores set failing_runs = 5 where id = ${store.storeId}`;
    await card('sync_failing');
    await sql`update stores set status = 'disabled' where id = ${store.storeId}`;
    await event('store.disabled', { type: 'store', id: store.storeId });
    const settled = await card('sync_failing');
    expect(settled.text).toMatch(/^■ .*not mended: the store was disabled/);
    expect(settled.words).toContain('Ana · from the dashboard');
  });

  it('says that a sync goes again only when a run went through', async () => {
    await sql`update stores set failing_runs = 5 where id = ${store.storeId}`;
    await card('sync_failing');
    await sql`update stores set failing_runs = 0 where id = ${store.storeId}`;
    expect((await card('sync_failing')).text).toMatch(/^✔ .*it syncs again/);
  });

  it('ends every card of a store that was deleted, with who deleted it', async () => {
    const { orderId } = await makeOrder(sql, store);
    await sql`update orders set ship_by = ${later(1)}::timestamptz where id = ${orderId}`;
    await heldOrder(desk, store, { code: 'sku_unmapped', subject: 'MUG', detail: { keyKind: 'sku' } });
    await refusedWriteback(desk, store);
    await sql`update stores set failing_runs = 5 where id = ${store.storeId}`;
    await authorization(sql`status = 'expired', reason = 'Please update authorization'`);
    const kinds = [
      'held:sku_unmapped',
      'exception:writeback_failed',
      'ship_by_near',
      'sync_failing',
      'authorization_unusable',
    ];
    for (const kind of kinds) expect((await card(kind)).actions.length).toBeGreaterThan(1);
    const [{ name } = { name: '' }] = await sql<
      { name: string }[]
    >`select name from stores where id = ${store.storeId}`;
    const deleted = await desk.deps.commands.deleteStore({
      actor: { ...owner, personId: desk.personIds.ana ?? null },
      merchantId: store.merchantId,
      storeId: store.storeId,
      confirmName: name,
    });
    expect(deleted.ok).toBe(true);
    for (const kind of kinds) {
      const settled = await card(kind);
      expect([kind, settled.text]).toEqual([kind, expect.stringMatching(/^■ .*not mended: the store was deleted/)]);
      expect(settled.words).toContain('Ana · from the dashboard');
      expect(settled.actions).toEqual([]);
    }
    expect(await sql`select kind from alerts where merchant_id = ${store.merchantId} and state = 'open'`).toEqual([]);
  });

  it.each([
    ['order.shipped_by_hand', 'manual_completed', 'shipped by hand'],
    ['order.cancelled', 'cancelled', 'the order was cancelled'],
    ['order.cancelled_by_platform', 'cancelled', 'the platform cancelled the order'],
    ['order.shipped', 'shipped', '· shipped'],
  ])('says what became of an order whose ship-by was near: %s', async (name, status, words) => {
    const { orderId } = await makeOrder(sql, store);
    await sql`update orders set ship_by = ${later(1)}::timestamptz where id = ${orderId}`;
    await card('ship_by_near');
    await sql`update orders set status = ${status} where id = ${orderId}`;
    await event(name, { type: 'order', id: orderId, orderId });
    const settled = await card('ship_by_near');
    expect(settled.text).toMatch(/^✔ /);
    expect(settled.text).toContain(words);
    expect(settled.words).toContain('Ana · from the dashboard');
  });

  it('says only that none is near where the orders ended in different ways, or their ship-by moved', async () => {
    const orders = [await makeOrder(sql, store), await makeOrder(sql, store)];
    await sql`update orders set ship_by = ${later(1)}::timestamptz where merchant_id = ${store.merchantId}`;
    await card('ship_by_near');
    await sql`update orders set ship_by = ${later(90)}::timestamptz where merchant_id = ${store.merchantId}`;
    const [first] = orders;
    if (first === undefined) throw new Error('There is a first order.');
    await event('order.shipped', { type: 'order', id: first.orderId, orderId: first.orderId });
    const settled = await card('ship_by_near');
    expect(settled.text).toContain('no order waits with a ship-by that is near or past');
    expect(settled.words).not.toContain('Ana');
  });

  it.each([
    ['order.acknowledged', 'acknowledged', 'acknowledged'],
    ['order.rejected', 'cancelled', 'rejected'],
    ['order.cancelled_by_platform', 'cancelled', 'the platform took it back'],
  ])('says how a purchase order was answered: %s', async (name, status, words) => {
    const { orderId } = await makeOrder(sql, store, { kind: 'b2b' });
    await sql`update orders set ship_by = ${later(30)}::timestamptz where id = ${orderId}`;
    const open = await card('purchase_order_waiting');
    expect(open.text).toBe('Purchase order awaits acknowledgment · Northwind US: 1 order');
    expect(open.words).toContain('first ship-by');
    await desk.press('show_orders', open.valueOf('show_orders'));
    await sql`update orders set status = ${status} where id = ${orderId}`;
    await event(name, { type: 'order', id: orderId, orderId });
    const settled = await card('purchase_order_waiting');
    expect(settled.text).toMatch(/^✔ /);
    expect(settled.text).toContain(`· ${words}`);
    expect(settled.words).toContain('Ana · from the dashboard');
  });

  it('asks nobody to answer the purchase orders of a store that is disabled', async () => {
    await makeOrder(sql, store, { kind: 'b2b' });
    await card('purchase_order_waiting');
    await sql`update stores set status = 'disabled' where id = ${store.storeId}`;
    expect((await card('purchase_order_waiting')).text).toMatch(/^■ .*the store was disabled/);
  });

  it.each([
    ['time', 'its time has come'],
    ['stock_arrived', 'stock has arrived'],
    ['shipped_by_hand', 'shipped by hand'],
    ['platform_cancelled', 'the platform cancelled the order'],
    ['rejected', 'rejected'],
  ])('words a hold that ended by %s', async (resolution, words) => {
    await heldOrder(desk, store, { code: 'payment_blocked' });
    await sql`update holds set closed_at = ${desk.clock.now().toISOString()}::timestamptz, closed_by = 'Ana', closed_via = 'web',
      resolution = ${resolution} where merchant_id = ${store.merchantId}`;
    expect((await card('held:payment_blocked')).text).toContain(words);
  });
});

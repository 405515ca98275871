import { beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../core/ids.ts';
import { testBot } from '../support/bot.ts';
import { heldOrder, showAlerts } from '../support/causes.ts';
import { makeOrder, type World, world } from '../support/outgoing.ts';
import { insertHold } from '../support/rows.ts';

const desk = await testBot();
const { sql } = desk;

let store: World;
beforeEach(async () => {
  store = await world(sql);
  desk.slack.calls.length = 0;
  desk.slack.responses.length = 0;
});

/** Orders held by `hold`; the first `twice` of them for an address as well. */
async function hold(code: string, subject: string, count: number, twice: number, kind: 'b2c' | 'b2b' = 'b2c') {
  const detail = { keyKind: 'sku' };
  for (let n = 0; n < count; n += 1) {
    const { orderId } = await makeOrder(sql, store, { sku: 'MUG', kind });
    await insertHold(sql, store, orderId, { code, subject, detail });
    if (n < twice) await insertHold(sql, store, orderId, { code: 'operator_hold', origin: 'person' });
  }
  await showAlerts(desk, store);
  return desk.card(store.merchantId, `held:${code}`);
}
const metadata = (subject: string) => ({ merchant: store.merchantId, store: store.storeId, subject });
const settled = async (code: string) => {
  await showAlerts(desk, store);
  return desk.card(store.merchantId, `held:${code}`);
};
async function bind(alertId: string): Promise<void> {
  await desk.submit(
    'bind_sku',
    { alert: alertId, merchant: store.merchantId, store: store.storeId, keyKind: 'sku', key: 'MUG' },
    {
      product_0: { product_search: { selected_option: { value: store.productId } } },
      quantity_0: { quantity: { value: '1' } },
    },
  );
}

describe('A settled card says what became of its orders', () => {
  it('tells those that a mapping released from those that wait for something else', async () => {
    const { alertId } = await hold('sku_unmapped', 'MUG', 11, 8);
    await bind(alertId);
    const card = await settled('sku_unmapped');
    expect(card.text).toContain('→ 1 × TS-1 · 3 orders released, 8 were also held for something else');
    expect(desk.told().at(-1)).toBe('Bound. 3 orders released, 8 were also held for something else.');
    await desk.press('dispatch_released', card.valueOf('dispatch_released'));
    expect(JSON.stringify(desk.view().blocks)).toContain('3 orders will be dispatched');
  });

  it('names who gave a store its login back', async () => {
    const [grant] = await sql`update authorizations set status = 'expired', reason = 'Please update authorization'
      where merchant_id = ${store.merchantId} returning id`;
    await showAlerts(desk, store);
    await sql`insert into audit_events (id, merchant_id, person_id, actor_name, via, event, subject_type, subject_id, at)
      values (${newId()}, ${store.merchantId}, ${desk.personIds.ana}, 'Ana', 'web', 'authorization.updated', 'authorization',
        ${grant?.id}, ${desk.clock.now().toISOString()})`;
    await sql`update authorizations set status = 'authorized', reason = null where merchant_id = ${store.merchantId}`;
    await showAlerts(desk, store);
    const { words } = await desk.card(store.merchantId, 'authorization_unusable');
    expect(words).toContain('it works');
    expect(words).toContain('Ana · from the dashboard');
  });

  it('releases nothing where every order waits for something else, and offers no batch', async () => {
    const { alertId } = await hold('sku_unmapped', 'MUG', 2, 2);
    await bind(alertId);
    const card = await settled('sku_unmapped');
    expect(card.text).toContain('→ 1 × TS-1 · no order released, 2 were also held for something else');
    expect(card.actions).not.toContain('dispatch_released');
    expect(card.actions).toContain('undo_bind');
  });

  it('offers no batch for purchase orders, which are dispatched one by one', async () => {
    const { alertId } = await hold('sku_unmapped', 'MUG', 1, 0, 'b2b');
    await bind(alertId);
    const card = await settled('sku_unmapped');
    expect(card.text).toContain('1 order released');
    expect(card.actions).not.toContain('dispatch_released');
  });

  it.each([
    [
      'prepaid',
      'classified as prepaid · 2 orders released, 1 was also held for something else',
      'Classified. 2 orders',
    ],
    ['blocked', 'classified as blocked · 3 orders stay held: payment blocked', 'Classified. 3 orders held'],
  ])('counts what a payment type classified as %s let go', async (value, outcome, said) => {
    await hold('payment_unknown', 'afterpay_x', 3, 1);
    await sql`update orders set payment_method = 'afterpay_x' where merchant_id = ${store.merchantId}`;
    await desk.submit('classify_payment', metadata('afterpay_x'), { class: { class: { selected_option: { value } } } });
    expect((await settled('payment_unknown')).text).toContain(outcome);
    expect(desk.told().at(-1)).toContain(said);
  });

  it('counts what a mapped shipping method let go', async () => {
    const typeId = newId();
    await sql`insert into shipping_types (id, merchant_id, code, name) values (${typeId}, ${store.merchantId}, 'HOME', 'Home')`;
    await hold('shipping_method_unmapped', '店到店', 2, 1);
    await desk.submit('map_method', metadata('店到店'), { type: { type: { selected_option: { value: typeId } } } });
    expect((await settled('shipping_method_unmapped')).text).toContain(
      '→ Home · 1 order released, 1 was also held for something else',
    );
    expect(desk.told().at(-1)).toBe('Mapped. 1 order released, 1 was also held for something else.');
  });

  it.each(['stock_short', 'payment_blocked'])('says of a released %s that the order still waits', async (code) => {
    const orderId = await heldOrder(desk, store, { code, subject: 'X' });
    await insertHold(sql, store, orderId, { code: 'operator_hold', origin: 'person' });
    const [row] = await sql<{ id: string }[]>`select id from holds where order_id = ${orderId} and code = ${code}`;
    const released = await desk.deps.commands.releaseHolds({
      actor: {
        personId: desk.personIds.ana,
        name: 'Ana',
        via: 'web',
        grants: [{ role: 'admin', merchantIds: 'all', warehouseIds: 'all' }],
      },
      merchantId: store.merchantId,
      holdIds: [row?.id ?? ''],
      note: 'Checked by phone.',
    });
    expect(released.ok && released.value.results[0]?.ok).toBe(true);
    expect((await settled(code)).text).toContain(
      'released by hand · no order released, 1 was also held for something else',
    );
  });

  it('says of a corrected address that the order still waits', async () => {
    const orderId = await heldOrder(desk, store, { code: 'address_incomplete', subject: 'zip' });
    await insertHold(sql, store, orderId, { code: 'operator_hold', origin: 'person' });
    await sql`update holds set closed_at = ${desk.clock.now().toISOString()}::timestamptz, closed_by = 'Ana',
      closed_via = 'web', resolution = 'corrected'
      where order_id = ${orderId} and code = 'address_incomplete'`;
    await sql`update orders set open_hold_count = 1 where id = ${orderId}`;
    expect((await settled('address_incomplete')).text).toContain(
      'corrected · no order released, 1 was also held for something else',
    );
  });

  describe('offers what it released only while some of it waits', () => {
    const actor = () => ({
      personId: desk.personIds.ana,
      name: 'Ana',
      via: 'web' as const,
      grants: [{ role: 'admin' as const, merchantIds: 'all' as const, warehouseIds: 'all' as const }],
    });
    const released = async () => {
      const { alertId } = await hold('sku_unmapped', 'MUG', 2, 0);
      await bind(alertId);
      expect((await settled('sku_unmapped')).actions).toContain('dispatch_released');
      return sql<{ id: string; version: number }[]>`
        select id, version from orders where merchant_id = ${store.merchantId} order by id`;
    };
    const dispatchableNow = async () => {
      await desk.work('alert.settle', 'alert.deliver', 'alert.outbox');
      const [row] = await sql`select detail->>'dispatchable' as n from alerts
        where merchant_id = ${store.merchantId} and kind = 'held:sku_unmapped'`;
      return { number: row?.n, actions: (await desk.card(store.merchantId, 'held:sku_unmapped')).actions };
    };

    it('when they are cancelled in the dashboard', async () => {
      const orders = await released();
      for (const [at, { id, version }] of orders.entries()) {
        const cancelled = await desk.deps.commands.cancelOrder({
          actor: actor(),
          merchantId: store.merchantId,
          orderId: id,
          expectedVersion: version,
          atPlatform: false,
          reason: 'Out of stock',
        });
        expect(cancelled.ok).toBe(true);
        desk.clock.pass(10_000);
        const now = await dispatchableNow();
        expect(now.number).toBe(String(1 - at));
        expect(now.actions.includes('dispatch_released')).toBe(at === 0);
      }
    });

    it('when they are dispatched one by one, or parked', async () => {
      const [first, second] = await released();
      const dispatched = await desk.deps.commands.dispatchBatch({
        actor: actor(),
        merchantId: store.merchantId,
        orderIds: [first?.id ?? ''],
        warehouseId: store.warehouse.warehouseId,
        shippingChannelId: store.warehouse.channelId,
      });
      expect(dispatched.ok).toBe(true);
      desk.clock.pass(10_000);
      expect(await dispatchableNow()).toMatchObject({ number: '1' });
      const parked = await desk.deps.commands.holdOrders({
        actor: actor(),
        merchantId: store.merchantId,
        orderIds: [second?.id ?? ''],
        reason: 'Call the buyer',
      });
      expect(parked.ok).toBe(true);
      desk.clock.pass(10_000);
      const now = await dispatchableNow();
      expect(now.number).toBe('0');
      expect(now.actions).not.toContain('dispatch_released');
      expect((await desk.card(store.merchantId, 'held:sku_unmapped')).text).toContain('2 orders released');
    });

    it('for a day: what was settled before is counted when its button is pressed', async () => {
      const [first] = await released();
      await sql`update alerts set resolved_at = resolved_at - interval '25 hours' where merchant_id = ${store.merchantId}`;
      await sql`update orders set status = 'cancelled' where id = ${first?.id ?? ''}`;
      await showAlerts(desk, store);
      expect((await dispatchableNow()).number).toBe('2');
    });
  });

  it('forgets the count when the cause comes back', async () => {
    const { alertId } = await hold('sku_unmapped', 'MUG', 2, 1);
    await bind(alertId);
    await settled('sku_unmapped');
    await hold('sku_unmapped', 'MUG', 1, 0);
    const [row] = await sql`select state, detail from alerts where id = ${alertId}`;
    expect(row).toEqual({ state: 'open', detail: { subject: 'MUG', keyKind: 'sku' } });
  });
});

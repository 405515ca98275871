import { beforeEach, describe, expect, it } from 'vitest';
import { homeView } from '../../bot/messages/home.ts';
import { stormCausesMessage } from '../../bot/messages/storm-causes.ts';
import { advanceOutbound } from '../../core/commands/advance-outbound.ts';
import { confirmShipment } from '../../core/commands/confirm-shipment.ts';
import { ingestPage } from '../../core/commands/ingest-page.ts';
import type { PlatformOrder } from '../../core/order/types.ts';
import { alertView } from '../support/alert-view.ts';
import { testBot } from '../support/bot.ts';
import { showAlerts } from '../support/causes.ts';
import { aLine, anOrder, aRecipient } from '../support/orders.ts';
import { dispatchNow, must, person, type World, world } from '../support/outgoing.ts';

const desk = await testBot();
const { sql } = desk;
const cancelledThere = { platformState: 'cancelled', platformStatus: 'CANCELLED' } as const;
const cancelledCard = 'exception:platform_cancelled_after_dispatch';
const nothingLeft = 'Nothing waits and nothing ships. Acknowledge when you have seen it.';

let store: World;
let given: PlatformOrder;
beforeEach(async () => {
  store = await world(sql);
  given = anOrder({ lines: [aLine({ platformLineId: 'l-1', sku: 'TEE-1', quantity: 2 })] });
  desk.slack.calls.length = 0;
});

async function sync(over: Partial<PlatformOrder> = {}): Promise<string> {
  const isNews = Object.keys(over).length > 0;
  const order = {
    ...given,
    ...over,
    platformUpdatedAt: new Date(given.platformUpdatedAt.getTime() + (isNews ? 60_000 : 0)),
  };
  const { merchantId, storeId } = store;
  const page = { orders: [{ ok: true as const, order, raw: '{}' }] };
  await ingestPage(desk.ports, { merchantId, storeId, runId: null, page });
  const [row] = await sql<{ id: string }[]>`
    select id from orders where merchant_id = ${merchantId} and platform_order_id = ${given.platformOrderId}`;
  return row?.id ?? '';
}
async function dispatched() {
  return must(await dispatchNow(desk.ports, store, await sync()));
}
async function picked(): Promise<string> {
  const { outboundOrderId } = await dispatched();
  const { merchantId } = store;
  const actor = person('Pia', 'warehouse');
  must(await advanceOutbound(desk.ports, { actor, merchantId, outboundOrderId, expectedVersion: 1, to: 'picking' }));
  return outboundOrderId;
}
async function cardNow(kind = cancelledCard) {
  await showAlerts(desk, store);
  return desk.card(store.merchantId, kind);
}

describe('Cancelled on the platform after dispatch', () => {
  it('recalled and cancelled: nothing waits, and the one thing to do is to acknowledge', async () => {
    await dispatched();
    await sync(cancelledThere);
    const card = await cardNow();
    expect(card.words).toContain('was recalled.');
    expect(card.words).toContain(nothingLeft);
    expect(card.words).not.toMatch(/order waits|ship-by|intercept|USD/);
    expect(card.text).not.toContain('1 order');
    expect(card.actions[0]).toBe('acknowledge');
    expect(card.actions.filter((action) => action === 'acknowledge')).toHaveLength(1);
    await desk.press('acknowledge', card.valueOf('acknowledge'));
    expect((await cardNow()).text).toContain('✔');
  });

  it('refused by a warehouse that has begun: a person decides, until it has left', async () => {
    const outboundOrderId = await picked();
    await sync(cancelledThere);
    const card = await cardNow();
    expect(card.words).toContain('1 order waits');
    expect(card.words).toContain('A person decides: intercept or ship.');
    expect(card.actions[0]).toBe('order_details');
    expect(card.actions).toContain('acknowledge');
    const [row] = await sql<{ version: number }[]>`select version from outbound_orders where id = ${outboundOrderId}`;
    const shipment = {
      merchantId: store.merchantId,
      outboundOrderId,
      expectedVersion: row?.version ?? 0,
      trackingNumber: '1Z9',
    };
    must(await confirmShipment(desk.ports, { actor: person('Pia', 'warehouse'), ...shipment }));
    const left = await cardNow();
    expect(left.ts).toBe(card.ts);
    expect(left.words).toContain('It has left already: ask for it back');
    expect(left.words).not.toMatch(/order waits|A person decides/);
  });

  it('asked and not answered: says so, and follows the answer of the warehouse when it comes', async () => {
    const outboundOrderId = await picked();
    await sync(cancelledThere);
    await sql`update outbound_orders set recall = 'requested' where id = ${outboundOrderId}`;
    const card = await cardNow();
    expect(card.words).toMatch(/OB-\d+ is being recalled: the warehouse has not answered yet\./);
    expect(card.words).not.toContain('A person decides');
    await sql`update outbound_orders set recall = 'refused' where id = ${outboundOrderId}`;
    expect((await cardNow()).words).toContain('A person decides: intercept or ship.');
    await sql`update outbound_orders set recall = 'recalled', status = 'cancelled' where id = ${outboundOrderId}`;
    await sql`update orders set status = 'cancelled' where merchant_id = ${store.merchantId}`;
    const answered = await cardNow();
    expect(answered.ts).toBe(card.ts);
    expect(answered.words).toContain(nothingLeft);
    expect(answered.words).not.toContain('order waits');
  });
});

describe('Where else a cancelled order stands', () => {
  const alert = (orderStatus: string) =>
    alertView({
      kind: cancelledCard,
      orderCount: 1,
      detail: { orderStatus, outbound: 'OB-7', outboundStatus: 'cancelled' },
    });
  const page = { storm: alert('cancelled').id, merchant: alert('cancelled').merchantId, offset: 0 };
  const context = { publicUrl: 'https://desk.example.test', now: new Date() };
  const listed = (orderStatus: string) => JSON.stringify(stormCausesMessage(page, [alert(orderStatus)], 1, context));
  const taken = (orderStatus: string) => {
    const rest = { merchants: [], stores: [], counts: [], troubled: [], shippedToday: 0, maySync: false };
    return JSON.stringify(homeView({ assigned: [alert(orderStatus)], ...rest }, context.publicUrl));
  };

  it('names its amount and its ship-by only while it waits', () => {
    expect(listed('pending')).toMatch(/USD.*ship-by/);
    expect(listed('cancelled')).not.toMatch(/USD|ship-by/);
    expect(taken('pending')).toContain('ship by');
    expect(taken('cancelled')).not.toContain('ship by');
  });
});

describe('Shipped elsewhere', () => {
  it('recalled and complete: nothing waits', async () => {
    await dispatched();
    await sync({ platformState: 'shipped', platformStatus: 'FULFILLED' });
    const card = await cardNow('exception:platform_shipped_elsewhere');
    expect(card.words).toContain('was recalled.');
    expect(card.words).toContain(nothingLeft);
    expect(card.words).not.toContain('order waits');
  });

  it('shipped in part there: says that the goods are with the warehouse still, and recalled nothing', async () => {
    await dispatched();
    const lines = given.lines.map((line) => ({ ...line, quantityShipped: 1 }));
    await sync({ platformState: 'partially_shipped', platformStatus: 'PARTIAL', lines });
    const card = await cardNow('exception:platform_shipped_elsewhere');
    expect(await sql`select recall from outbound_orders where merchant_id = ${store.merchantId}`).toEqual([
      { recall: 'none' },
    ]);
    expect(card.words).toContain('is still with the warehouse: stop there what must not leave');
    expect(card.words).not.toContain('was recalled');
    expect(card.words).toContain('It must not be shipped twice');
  });
});

describe('Changed on the platform after dispatch', () => {
  it('waits for a decision while the warehouse has it, and says when it has left as it was', async () => {
    const { outboundOrderId } = await dispatched();
    await sync({ recipient: aRecipient({ city: 'Elsewhere' }) });
    const kind = 'exception:platform_changed_after_dispatch';
    expect((await cardNow(kind)).words).toContain('A person decides: tell the warehouse, or cancel the order.');
    const shipment = { merchantId: store.merchantId, outboundOrderId, expectedVersion: 1, trackingNumber: '1Z9' };
    must(await confirmShipment(desk.ports, { actor: person('Pia', 'warehouse'), ...shipment }));
    expect((await cardNow(kind)).words).toContain('It has left as it was');
  });

  it('open there again after it was cancelled here: nothing waits, a person decides', async () => {
    await dispatched();
    await sync(cancelledThere);
    given = { ...given, platformUpdatedAt: new Date(given.platformUpdatedAt.getTime() + 120_000), ...cancelledThere };
    await sync({ platformState: 'open', platformStatus: 'OPEN' });
    const { words } = await cardNow('exception:platform_changed_after_dispatch');
    expect(words).toContain('Nothing ships from here by itself: a person decides.');
    expect(words).not.toContain('order waits');
  });
});

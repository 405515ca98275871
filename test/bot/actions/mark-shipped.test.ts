import { beforeEach, describe, expect, it } from 'vitest';
import { confirmShipment } from '../../../core/commands/confirm-shipment.ts';
import { newId } from '../../../core/ids.ts';
import { testBot } from '../../support/bot.ts';
import { refusedWriteback, showAlerts } from '../../support/causes.ts';
import { dispatchNow, makeOrder, must, person, type World, world } from '../../support/outgoing.ts';
import { platformError } from '../../support/platform.ts';

const desk = await testBot();
const { slack, sql } = desk;

let store: World;
beforeEach(async () => {
  store = await world(sql);
  slack.calls.length = 0;
});

/** An order that left the warehouse, and whose tracking number the platform refused. */
async function refusedShipment(code: string, of: World = store): Promise<void> {
  const { orderId } = await makeOrder(sql, of);
  const { outboundOrderId } = must(await dispatchNow(desk.ports, of, orderId));
  desk.platform.fail('ship', platformError('rejected', { platformCode: code, platformMessage: 'No.' }));
  const shipment = { merchantId: of.merchantId, outboundOrderId, expectedVersion: 1, trackingNumber: '1Z9' };
  must(await confirmShipment(desk.ports, { actor: person('Pia', 'warehouse'), ...shipment }));
  await desk.work('writeback.send');
  await showAlerts(desk, of);
}

describe('Mark Shipped', () => {
  it('retries the whole cause of a refused tracking number, once for two presses', async () => {
    await refusedWriteback(desk, store);
    await refusedWriteback(desk, store);
    const card = await desk.card(store.merchantId, 'exception:writeback_failed');
    await desk.press('mark_shipped', card.valueOf('mark_shipped'));
    expect(desk.told().at(-1)).toContain('Retrying 2 tracking numbers');
    await desk.press('mark_shipped', card.valueOf('mark_shipped'));
    expect(await sql`select state from writebacks where merchant_id = ${store.merchantId}`).toMatchObject([
      { state: 'pending' },
      { state: 'pending' },
    ]);
  });

  it('is named on the settled card: who pressed it, and from where', async () => {
    await refusedShipment('bad_carrier');
    const card = await desk.card(store.merchantId, 'exception:writeback_failed');
    desk.clock.pass(60_000);
    await desk.press('mark_shipped', card.valueOf('mark_shipped'));
    await desk.work('writeback.send');
    await showAlerts(desk, store);
    const settled = await desk.card(store.merchantId, 'exception:writeback_failed');
    expect(settled.text).toContain('✔ Tracking not accepted · Northwind US · the platform took it');
    expect(settled.words).toContain('Mei · from Slack');
  });

  it('leaves a card that the desk’s own repetition settled to the desk', async () => {
    await refusedShipment('later');
    const other = await world(sql);
    await refusedShipment('bad_carrier', other);
    const card = await desk.card(other.merchantId, 'exception:writeback_failed');
    await desk.press('mark_shipped', card.valueOf('mark_shipped'));
    await sql`update order_exceptions set closed_at = now(), closed_by = 'Holdfast', closed_via = 'system',
      resolution = 'accepted' where merchant_id = ${store.merchantId}`;
    await showAlerts(desk, store);
    const settled = await desk.card(store.merchantId, 'exception:writeback_failed');
    expect(settled.words).toContain('Holdfast');
    expect(settled.words).not.toContain('Mei');
  });

  it('asks the platform again to accept an order that it did not accept', async () => {
    const { orderId } = await makeOrder(sql, store, { number: '#1042' });
    await sql`insert into writebacks (id, merchant_id, store_id, authorization_id, order_id, kind, state, error_code)
      values (${newId()}, ${store.merchantId}, ${store.storeId}, ${store.authorizationId}, ${orderId}, 'acceptance', 'failed', 'busy')`;
    await sql`insert into order_exceptions (id, merchant_id, store_id, order_id, code, subject, message, opened_at)
      values (${newId()}, ${store.merchantId}, ${store.storeId}, ${orderId}, 'acceptance_failed', '', 'It said no.', now())`;
    await showAlerts(desk, store);
    const card = await desk.card(store.merchantId, 'exception:acceptance_failed');
    await desk.press('mark_shipped', card.valueOf('mark_shipped'));
    expect(desk.told().at(-1)).toContain('#1042');
    expect(desk.told().at(-1)).toMatch(/being told again/);
  });
});

import { settleMerchantAlerts } from '../../core/commands/settle-alerts.ts';
import type { TestBot } from './bot.ts';
import { makeOrder } from './outgoing.ts';
import { insertFailedWriteback, insertHold, type TestStore } from './rows.ts';

/** An order held for one reason, and its cause's card in the channel. */
export async function heldOrder(
  desk: TestBot,
  store: TestStore,
  hold: { readonly code: string; readonly subject?: string; readonly detail?: Record<string, string> },
  order: Parameters<typeof makeOrder>[2] = {},
): Promise<string> {
  const { orderId } = await makeOrder(desk.sql, store, order);
  await insertHold(desk.sql, store, orderId, hold);
  await showAlerts(desk, store);
  return orderId;
}

/** A tracking number that the platform refused, and the card that says so. */
export async function refusedWriteback(desk: TestBot, store: TestStore, code = 'bad_carrier'): Promise<string> {
  const { orderId } = await makeOrder(desk.sql, store, { status: 'shipped' });
  await insertFailedWriteback(desk.sql, store, orderId, code);
  await showAlerts(desk, store);
  return orderId;
}

/** Brings the merchant's alerts and their messages in line with what is open now. */
export async function showAlerts(desk: TestBot, { merchantId }: Pick<TestStore, 'merchantId'>): Promise<void> {
  await settleMerchantAlerts(desk.ports, { merchantId });
  await desk.work('alert.settle', 'alert.deliver', 'alert.outbox');
}

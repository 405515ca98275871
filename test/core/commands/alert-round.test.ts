import { expect, test } from 'vitest';
import { testBot } from '../../support/bot.ts';
import { makeOrder, world } from '../../support/outgoing.ts';

const desk = await testBot();

/** What the schedule enqueues every minute. */
async function minute(): Promise<void> {
  desk.jobs.push({ task: 'housekeeping.minute', payload: { slot: desk.clock.now().toISOString() } });
  await desk.work();
}

const hourMs = 3_600_000;

test('an order whose ship-by comes near gets its card from the minute’s round alone', async () => {
  const w = await world(desk.sql);
  const { orderId } = await makeOrder(desk.sql, w);
  const shipBy = new Date(desk.clock.now().getTime() + 5 * hourMs).toISOString();
  await desk.sql`update orders set ship_by = ${shipBy}::timestamptz where id = ${orderId}`;
  await minute();
  expect(await desk.sql`select 1 from alerts where merchant_id = ${w.merchantId}`).toHaveLength(0);
  desk.clock.pass(1.5 * hourMs);
  await minute();
  expect((await desk.card(w.merchantId, 'ship_by_near')).text).toContain('Ship-by is near');
});

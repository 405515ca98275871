import { beforeEach, describe, expect, it } from 'vitest';
import { confirmShipment } from '../../core/commands/confirm-shipment.ts';
import type { ConnectorErrorFields } from '../../core/errors.ts';
import { testBot } from '../support/bot.ts';
import { showAlerts } from '../support/causes.ts';
import { orderValue } from '../support/order-deeds.ts';
import { dispatchNow, makeOrder, must, person, type World, world } from '../support/outgoing.ts';
import { platformError } from '../support/platform.ts';

const desk = await testBot();
const { sql, clock, platform } = desk;

let store: World;
beforeEach(async () => {
  store = await world(sql);
  desk.jobs.length = 0;
  desk.slack.calls.length = 0;
});

type Kind = ConnectorErrorFields['kind'];
const failing = (kind: Kind, times: number, platformCode = 'HTTP_422') => {
  for (let n = 0; n < times; n += 1) {
    platform.fail('ship', platformError(kind, { platformCode, platformMessage: 'Not like this' }));
  }
};
async function shipped(): Promise<string> {
  const { orderId } = await makeOrder(sql, store);
  const { outboundOrderId } = must(await dispatchNow(desk.ports, store, orderId));
  const shipment = { merchantId: store.merchantId, outboundOrderId, expectedVersion: 1, trackingNumber: orderId };
  must(await confirmShipment(desk.ports, { actor: person('Pia', 'warehouse'), ...shipment }));
  return orderId;
}
const writebacks = () => sql<{ state: string; attempts: number }[]>`
  select state, attempts from writebacks where merchant_id = ${store.merchantId} order by id`;
/** The desk sends what is due until every writeback has been tried so often. */
async function sentTimes(times: number): Promise<void> {
  for (let round = 0; round < 20; round += 1) {
    await desk.work('writeback.send');
    if ((await writebacks()).every(({ attempts }) => attempts >= times)) return;
    clock.pass(600_000);
  }
  throw new Error(`The desk has not tried ${times} times.`);
}
async function card() {
  await showAlerts(desk, store);
  return desk.card(store.merchantId, 'exception:writeback_failed');
}
const versionNow = async () =>
  (
    await sql`select version from alerts where merchant_id = ${store.merchantId} and kind = 'exception:writeback_failed'`
  )[0];

describe('Mark Shipped that is refused again', () => {
  it('is told on the card: who asked, while there is no answer, then the try and that it is refused', async () => {
    failing('rejected', 2);
    await shipped();
    await shipped();
    await sentTimes(1);
    const first = await card();
    expect(first.words).not.toMatch(/ried again|tries again/);
    clock.pass(300_000);
    await desk.press('mark_shipped', first.valueOf('mark_shipped'));
    expect(desk.told().at(-1)).toContain(
      'Retrying 2 tracking numbers; the card changes when the platform has answered',
    );
    const asked = await card();
    expect(asked.ts).toBe(first.ts);
    expect(asked.words).toMatch(/Mei tries again since <!date.*: the platform has not answered yet\./);
    failing('rejected', 2);
    await sentTimes(2);
    const refused = await card();
    expect(refused.words).toMatch(/Tried again by Mei <!date.*> \(try 2\), and refused\./);
    expect(refused.words).not.toContain('has not answered yet');
    expect(refused.actions).toContain('mark_shipped');
    await desk.press('mark_shipped', refused.valueOf('mark_shipped'), { user: 'ana' });
    failing('rejected', 2);
    await sentTimes(3);
    expect((await card()).words).toMatch(/Tried again by Ana .*\(try 3\), and refused\./);
  });

  it('is told as well where one order of the cause was repeated from its Details', async () => {
    failing('rejected', 2);
    const orderId = await shipped();
    await shipped();
    await sentTimes(1);
    await card();
    await desk.press('mark_shipped', await orderValue(desk, store, orderId));
    failing('rejected', 1);
    await desk.work('writeback.send');
    expect((await card()).words).toMatch(/Tried again by Mei .*\(try 2\), and refused\./);
  });

  it('says of a platform that does not answer that it did not either, and stays put for the tries of the desk', async () => {
    failing('retryable', 5, 'HTTP_503');
    await shipped();
    await sentTimes(5);
    const open = await card();
    expect(open.words).not.toContain('ried again');
    await desk.press('mark_shipped', open.valueOf('mark_shipped'));
    failing('retryable', 1, 'HTTP_503');
    await sentTimes(6);
    expect((await card()).words).toMatch(/Tried again by Mei <!date.*>: no answer either\./);
    const version = await versionNow();
    failing('retryable', 2, 'HTTP_503');
    await sentTimes(8);
    await card();
    expect(await versionNow()).toEqual(version);
  });

  it('does not call another refusal the same answer', async () => {
    failing('rejected', 1);
    await shipped();
    await sentTimes(1);
    const open = await card();
    await desk.press('mark_shipped', open.valueOf('mark_shipped'));
    failing('rejected', 1, 'too_late');
    await sentTimes(2);
    clock.pass(1_000);
    const other = await card();
    expect(other.ts).not.toBe(open.ts);
    expect(other.words).toMatch(/too.*late: Not like this/);
    expect(other.words).toMatch(/Tried again by Mei .*\(try 2\), and refused\./);
  });

  it('ends when the platform takes it', async () => {
    failing('rejected', 1);
    await shipped();
    await sentTimes(1);
    const open = await card();
    await desk.press('mark_shipped', open.valueOf('mark_shipped'));
    await sentTimes(2);
    expect((await card()).text).toMatch(/^✔ .*the platform took it/);
  });
});

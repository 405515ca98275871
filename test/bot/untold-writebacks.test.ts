import { beforeEach, describe, expect, it } from 'vitest';
import { confirmShipment } from '../../core/commands/confirm-shipment.ts';
import { sendWriteback } from '../../core/commands/send-writeback.ts';
import type { ConnectorErrorFields } from '../../core/errors.ts';
import { testBot } from '../support/bot.ts';
import { showAlerts } from '../support/causes.ts';
import { dispatchNow, makeOrder, must, person, type World, world } from '../support/outgoing.ts';
import { platformError } from '../support/platform.ts';

const desk = await testBot();
const { sql, clock, platform } = desk;

let store: World;
beforeEach(async () => {
  store = await world(sql);
  platform.calls.length = 0;
  desk.slack.calls.length = 0;
});

type Failure = readonly [kind: ConnectorErrorFields['kind'], code: string, words: string];
const busy: Failure = ['retryable', 'HTTP_503', 'Unavailable'];

const failing = (operation: 'ship' | 'cancel', failures: readonly Failure[]) => {
  for (const [kind, platformCode, platformMessage] of failures)
    platform.fail(operation, platformError(kind, { platformCode, platformMessage }));
};

const writebacks = () => sql<{ id: string; state: string; attempts: number; error_code: string | null }[]>`
  select id, state, attempts, error_code from writebacks where merchant_id = ${store.merchantId} order by id`;

/** Until the desk has tried the only writeback so often; its waits pass. */
async function tried(times: number): Promise<void> {
  for (let round = 0; round < 20; round += 1) {
    if (((await writebacks())[0]?.attempts ?? 0) >= times) return;
    await desk.work('writeback.send');
    clock.pass(600_000);
  }
  throw new Error(`The desk has not tried ${times} times.`);
}

/** A parcel that left, and whose tracking number the platform failed to take in these ways, one try after the other. */
async function untold(...failures: readonly Failure[]): Promise<string> {
  const { orderId } = await makeOrder(sql, store);
  const { outboundOrderId } = must(await dispatchNow(desk.ports, store, orderId));
  failing('ship', failures);
  const shipment = { merchantId: store.merchantId, outboundOrderId, expectedVersion: 1, trackingNumber: '1Z9' };
  must(await confirmShipment(desk.ports, { actor: person('Pia', 'warehouse'), ...shipment }));
  await tried(failures.length);
  await showAlerts(desk, store);
  return orderId;
}

const card = () => desk.card(store.merchantId, 'exception:writeback_failed');
const ships = () => platform.calls.filter((call) => call.startsWith('ship'));

describe('A platform that does not answer', () => {
  it('is asked at once by Mark Shipped, though the desk would wait', async () => {
    const orderId = await untold(busy, busy, busy, busy, busy);
    const open = await card();
    platform.calls.length = 0;
    await desk.press('mark_shipped', open.valueOf('mark_shipped'));
    expect(desk.told().at(-1)).toContain('Retrying 1 tracking number');
    await desk.work('writeback.send');
    expect(ships()).toEqual(['ship!']);
    expect(await writebacks()).toMatchObject([{ state: 'accepted', attempts: 6 }]);
    expect(platform.fulfilments.get(`p-${orderId}`)).toHaveLength(1);
    await showAlerts(desk, store);
    expect((await card()).text).toMatch(/^✔ .*the platform took it/);
  });

  it('is asked once for two presses and a try that begins at the same moment', async () => {
    const orderId = await untold(busy, busy, busy, busy, busy);
    const open = await card();
    clock.pass(3_600_000);
    platform.calls.length = 0;
    const [{ id: writebackId } = { id: '' }] = await writebacks();
    const signal = new AbortController().signal;
    const press = () => desk.press('mark_shipped', open.valueOf('mark_shipped'));
    await Promise.all([
      press(),
      press(),
      sendWriteback(desk.ports, { merchantId: store.merchantId, writebackId, signal }),
    ]);
    await desk.work('writeback.send');
    expect(ships()).toEqual(['ship!']);
    expect(platform.fulfilments.get(`p-${orderId}`)).toHaveLength(1);
    await press();
    expect(desk.told().at(-1)).toContain('it is being sent, or the platform has answered');
  });
});

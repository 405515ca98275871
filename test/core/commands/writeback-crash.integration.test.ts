import type { ChildProcess } from 'node:child_process';
import { afterAll, afterEach, expect, test } from 'vitest';
import type { FaultKind } from '../../../connectors/sandbox/marketplace/faults.ts';
import { confirmShipment } from '../../../core/commands/confirm-shipment.ts';
import { sendingTimeoutMs } from '../../../core/writeback/policy.ts';
import { createJobs } from '../../../db/jobs.ts';
import { openSandbox } from '../../connectors/sandbox/support.ts';
import { testDatabase } from '../../support/database.ts';
import { eventually, killed, startScript } from '../../support/jobs.ts';
import { dispatchNow, makeOrder, must, outgoingPorts, person, readOrder, world } from '../../support/outgoing.ts';

const database = await testDatabase();
const { sql } = database;
const bench = await openSandbox(() => new Date());
const { market, faults, baseUrl } = bench.marketplace;
const children: ChildProcess[] = [];

afterEach(async () => {
  faults.clear();
  for (const child of children.splice(0))
    if (child.exitCode === null && child.signalCode === null) await killed(child, 'SIGKILL');
});
afterAll(() => bench.marketplace.close());

let shopCount = 0;

/** An order of the marketplace that has left our warehouse: its writeback and its job wait, nobody works yet. */
async function aShipment() {
  shopCount += 1;
  const shop = market.openShop(`crash-${shopCount}`);
  const [order] = market.place(shop, { count: 1, kind: 'plain' });
  if (order === undefined) throw new Error('The marketplace placed no order.');
  const { ports } = outgoingPorts(database);
  const live = { ...ports, jobs: createJobs() };
  const w = await world(sql);
  const { orderId } = await makeOrder(sql, w, { quantities: order.lines.map((line) => line.quantity) });
  await sql`update orders set platform_order_id = ${order.id} where id = ${orderId}`;
  for (const [position, line] of order.lines.entries()) {
    await sql`update order_lines set platform_line_id = ${line.id} where order_id = ${orderId} and position = ${position}`;
  }
  const { outboundOrderId } = must(await dispatchNow(live, w, orderId));
  const parcel = { actor: person('Pia', 'warehouse'), merchantId: w.merchantId, outboundOrderId, expectedVersion: 1 };
  must(await confirmShipment(live, { ...parcel, trackingNumber: `1Z${shopCount}` }));
  const token = bench.grant(shop.handle).access_token ?? '';
  const fulfilments = () => shop.fulfilments.filter((fulfilment) => fulfilment.orderId === order.id);
  return { w, orderId, token, ports, fulfilments };
}

type Shipment = Awaited<ReturnType<typeof aShipment>>;

async function worker({ token }: Shipment, aheadMs: number, stop: 'never' | 'claimed' | 'told' = 'never') {
  const args = [database.url, baseUrl, token, String(aheadMs), stop];
  const child = await startScript('writeback-process.ts', args);
  children.push(child);
  return child;
}

const standing = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      if (chunk.toString('utf8').includes('stands still')) resolve();
    });
  });

const writebackOf = async ({ orderId }: Shipment) => {
  const [row] = await sql<{ state: string; attempts: number; may_have_arrived: boolean }[]>`
    select state, attempts, may_have_arrived from writebacks where order_id = ${orderId}`;
  return row;
};

const isDone = (made: Shipment) => async () => {
  const { status } = await readOrder(made.ports, made.w.merchantId, made.orderId);
  return status === 'completed';
};

/** The next worker lives after the time in which the first one could still have been at it. */
const laterMs = sendingTimeoutMs + 5_000;

test.each([
  'claimed',
  'told',
] as const)('a worker killed when it had %s leaves exactly one fulfilment', async (stop) => {
  const made = await aShipment();
  const first = await worker(made, 0, stop);
  // The job may have been taken before we listen: the row says so too.
  await Promise.race([
    standing(first),
    eventually(
      async () =>
        (await writebackOf(made))?.state === 'sending' && (stop === 'claimed' || made.fulfilments().length === 1),
    ),
  ]);
  await killed(first, 'SIGKILL');
  expect(made.fulfilments()).toHaveLength(stop === 'told' ? 1 : 0);
  expect(await writebackOf(made)).toMatchObject({ state: 'sending', attempts: 1 });
  await worker(made, laterMs);
  await eventually(isDone(made), 30_000);
  expect(made.fulfilments()).toHaveLength(1);
  expect(made.fulfilments()[0]).toMatchObject({ trackingNumber: `1Z${shopCount}`, carrier: 'ups' });
  expect(await writebackOf(made)).toMatchObject({ state: 'accepted', attempts: 2, may_have_arrived: true });
}, 60_000);

test.each([
  'torn_json',
  'cut_off',
  'reset_after_effect',
  'reset',
  'hang',
] as const satisfies readonly FaultKind[])('an answer lost by %s ends in exactly one fulfilment', async (kind) => {
  const made = await aShipment();
  faults.add({ kind, operation: 'createFulfilment', times: 1 });
  await worker(made, 0);
  await eventually(async () => (await writebackOf(made))?.state === 'retry');
  expect(await writebackOf(made)).toMatchObject({ may_have_arrived: true });
  await worker(made, laterMs);
  // The job of the retry waits for its time; a duplicate of it, by now due, must not be sent twice either.
  await sql`update graphile_worker._private_jobs set run_at = now() where locked_at is null`;
  await eventually(isDone(made), 30_000);
  expect(made.fulfilments()).toHaveLength(1);
}, 60_000);

test('two processes with the same job twice make one fulfilment', async () => {
  const made = await aShipment();
  const [row] = await sql<{ id: string }[]>`select id from writebacks where order_id = ${made.orderId}`;
  const payload = { merchantId: made.w.merchantId, writebackId: row?.id ?? '' };
  // Without queue and key: what a redelivery or an operator's second click could lead to at worst.
  await made.ports.database.transaction((tx) =>
    createJobs().enqueue(tx, [
      { task: 'writeback.send', payload },
      { task: 'writeback.send', payload },
      { task: 'writeback.send', payload },
    ]),
  );
  faults.add({ kind: 'slow', operation: 'createFulfilment', delayMs: 300, times: 1 });
  await Promise.all([worker(made, 0), worker(made, 0)]);
  await eventually(isDone(made), 30_000);
  expect(made.fulfilments()).toHaveLength(1);
}, 60_000);

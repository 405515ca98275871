import { ingestPage } from '../../../core/commands/ingest-page.ts';
import { newId } from '../../../core/ids.ts';
import type { FetchedOrder, OrderPage } from '../../../core/ports/connector.ts';
import type { Bench } from '../stages.ts';
import { owner } from '../support/desk-ports.ts';
import { commonSku } from '../support/world.ts';
import type { Ingested } from './ingest.ts';

export interface HeldOrders {
  /** Orders of the pages. */
  readonly orders: number;
  /** Of those: held by `commonSku`, and by nothing else. */
  readonly held: number;
  /** Sum over the pages, from the parsed page to the committed transaction. */
  readonly firstMs: number;
  /** The same pages once more, nothing changed. */
  readonly againMs: number;
}

/** Pages kept in memory at once. */
const batchPages = 50;

/** Fetches pages of the last store until one SKU holds enough orders; each page is taken twice, with its run's log. */
export async function holdOrders(bench: Bench): Promise<HeldOrders> {
  const stage = await bench.ingested();
  const { heldOrders } = bench.scale;
  bench.say(`taking and retaking pages until ${heldOrders.toLocaleString('en')} orders are held`);
  const runId = await beginRun(stage);
  const { ports } = stage.desk;
  const { merchantId } = stage.world;
  const storeId = stage.heldStore.id;
  const totals = { orders: 0, held: 0, firstMs: 0, againMs: 0 };
  let batch: OrderPage[] = [];

  const take = async (page: OrderPage): Promise<number> => {
    const beganAt = performance.now();
    const taken = await ingestPage(ports, { merchantId, storeId, runId, page });
    const tookMs = performance.now() - beganAt;
    if (taken.outcome !== 'taken') throw new Error(`A page was not taken: ${taken.outcome}.`);
    return tookMs;
  };
  const takeBatch = async (): Promise<void> => {
    for (const page of batch) totals.firstMs += await take(page);
    for (const page of batch) totals.againMs += await take(page);
    batch = [];
  };

  await ports.platforms.withStore({ merchantId, storeId }, async ({ connector, session }) => {
    const window = { since: stage.since, until: stage.until, kind: 'b2c' } as const;
    for await (const page of connector.fetchOrders(session, window)) {
      const orders = upTo(page.orders, heldOrders - totals.held);
      totals.held += orders.filter(isHeld).length;
      totals.orders += orders.length;
      batch.push({ ...page, orders });
      if (batch.length === batchPages) await takeBatch();
      if (totals.held === heldOrders) break;
    }
  });
  await takeBatch();
  if (totals.held < heldOrders) throw new Error(`Only ${totals.held} orders of the shop have ${commonSku}.`);
  return totals;
}

/** Running, so that its log is written as in a sync; no job of it exists, so nobody else works on it. */
async function beginRun({ desk: { ports }, world, heldStore }: Ingested): Promise<string> {
  const id = newId();
  const run = {
    id,
    merchantId: world.merchantId,
    storeId: heldStore.id,
    authorizationId: heldStore.authorizationId,
    kind: 'sync',
    mode: 'immediate',
    orderKind: 'b2c',
    since: null,
    until: null,
    numbers: [],
    personId: null,
    actorName: owner.name,
    via: owner.via,
  } as const;
  return ports.database.transaction(async (tx) => {
    const at = ports.clock.now();
    await ports.intake.runs.insertMany(tx, [run], at);
    if ((await ports.intake.runs.claim(tx, world.merchantId, id, at)) === null) throw new Error('No run began.');
    return id;
  });
}

const isHeld = (item: FetchedOrder): boolean => item.ok && item.order.lines.some((line) => line.sku === commonSku);

/** The page up to and with its `count`th order that will be held. */
function upTo(orders: readonly FetchedOrder[], count: number): readonly FetchedOrder[] {
  let held = 0;
  const end = orders.findIndex((item) => {
    if (isHeld(item)) held += 1;
    return held === count;
  });
  return end < 0 ? orders : orders.slice(0, end + 1);
}

import { setTimeout as sleep } from 'node:timers/promises';
import { ingestPage } from '../../../core/commands/ingest-page.ts';
import { newId } from '../../../core/ids.ts';
import type { DeskProcess } from '../../support/desk-process.ts';
import { silentLog } from '../../support/log.ts';
import { anOrder } from '../../support/orders.ts';
import { insertStore } from '../../support/rows.ts';
import type { Bench } from '../stages.ts';
import { startBenchDesk } from '../support/desk.ts';
import { type BenchDesk, openDesk } from '../support/desk-ports.ts';
import { startMarketplace } from '../support/marketplace.ts';
import { type BenchSlack, type SlackCall, startBenchSlack } from '../support/slack.ts';
import { createWorld, unboundSku, type World } from '../support/world.ts';

export interface AlertStore {
  readonly merchantId: string;
  readonly storeId: string;
}

/** A desk of all roles that shows its alerts in a Slack of the bench. */
export interface AlertDesk {
  readonly desk: BenchDesk;
  readonly running: DeskProcess;
  readonly slack: BenchSlack;
  /** One store with orders at a marketplace, to keep the desk busy. */
  readonly world: World;
  readonly since: Date;
  readonly until: Date;
  readonly syncOrders: number;
  /** A merchant of its own with one store: what it is held by concerns nobody else. */
  addStore(): Promise<AlertStore>;
  /** Takes orders as a sync would, one for each SKU that nobody has mapped. */
  take(store: AlertStore, skus: readonly string[]): Promise<void>;
  /** The first call from number `from` on that fits. Throws after `withinMs`. */
  callThat(fits: (call: SlackCall) => boolean, from: number, withinMs: number): Promise<SlackCall>;
}

const stepMs = 1_000;
const placedDaysAgo = 60;
const lookMs = 2;

export async function openAlertDesk(bench: Bench): Promise<AlertDesk> {
  const server = await bench.server();
  const url = await server.createDatabase('alerts');
  const slack = await startBenchSlack();
  bench.atEnd(() => slack.close());
  const since = new Date(Math.floor(Date.now() / stepMs) * stepMs - placedDaysAgo * 86_400_000);
  const syncOrders = bench.scale.busyOrders;
  const marketplace = await startMarketplace([{ handle: 'busy', count: syncOrders, from: since, stepMs }]);
  bench.atEnd(() => marketplace.end());
  const desk = openDesk(url, marketplace.baseUrl, silentLog);
  bench.atEnd(() => desk.close());
  const world = await createWorld(
    desk.client.sql,
    marketplace.shops.map((shop) => ({ ...shop, unboundSku })),
  );
  bench.say('starting a desk that shows its alerts in a Slack of the bench');
  const running = await startBenchDesk(bench, {
    DATABASE_URL: url,
    DEMO: '1',
    SANDBOX_URL: marketplace.baseUrl,
    SLACK_BOT_TOKEN: 'xoxb-bench',
    SLACK_SIGNING_SECRET: slack.signingSecret,
    SLACK_CHANNEL: slack.channelId,
    SLACK_API_URL: slack.apiUrl,
  });
  return {
    desk,
    running,
    slack,
    world,
    since,
    until: new Date(since.getTime() + syncOrders * stepMs),
    syncOrders,
    addStore: () => insertStore(desk.client.sql),
    take: (store, skus) => take(desk, store, skus),
    async callThat(fits, from, withinMs) {
      const endsAt = performance.now() + withinMs;
      let looked = from;
      for (;;) {
        for (; looked < slack.calls.length; looked += 1) {
          const call = slack.calls[looked];
          if (call !== undefined && fits(call)) return call;
        }
        if (performance.now() > endsAt) throw new Error(`Slack was not called within ${withinMs} ms.`);
        await sleep(lookMs);
      }
    },
  };
}

async function take({ ports }: BenchDesk, store: AlertStore, skus: readonly string[]): Promise<void> {
  const orders = skus.map((sku) => {
    const id = newId();
    const order = anOrder({ platformOrderId: id, shipBy: null });
    const [line] = order.lines;
    if (line === undefined) throw new Error('The order has no line.');
    const [platformPackage] = order.packages;
    const packages =
      platformPackage === undefined ? [] : [{ ...platformPackage, lines: platformPackage.lines.slice(0, 1) }];
    return { ok: true as const, order: { ...order, lines: [{ ...line, sku }], packages }, raw: '{}' };
  });
  const taken = await ingestPage(ports, { ...store, runId: null, page: { orders } });
  if (taken.outcome !== 'taken') throw new Error(`The page was not taken: ${taken.outcome}.`);
}

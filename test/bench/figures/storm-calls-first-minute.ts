import { setTimeout as sleep } from 'node:timers/promises';
import type { Figure } from '../figure.ts';
import type { AlertDesk } from '../stages/alert-desk.ts';
import { fullScale } from '../stages.ts';

const ordersAPage = 100;
const ordersACause = 20;
/** Then the messages must say what is. */
const settledWithinMs = 30_000;

export const stormCallsFirstMinute: Figure = {
  name: 'storm_calls_first_minute',
  unit: 'calls',
  budget: {
    text: '≤ 60 Slack calls in the first minute of 10,000 held orders of 500 causes, then the truth',
    limit: 60,
    direction: 'at most',
    fromRows: fullScale.stormOrders,
  },
  async measure(bench) {
    const stage = await bench.alertDesk();
    const { stormOrders: orders, stormWatchMs } = bench.scale;
    const causes = orders / ordersACause;
    bench.say(`${orders.toLocaleString('en')} orders held by ${causes} SKUs at once`);
    const store = await stage.addStore();
    const beganAt = performance.now();
    const from = stage.slack.calls.length;
    for (let first = 0; first < orders; first += ordersAPage) {
      await stage.take(
        store,
        Array.from({ length: ordersAPage }, (_, no) => `STORM-${(first + no) % causes}`),
      );
    }
    await sleep(Math.max(0, stormWatchMs - (performance.now() - beganAt)));
    const calls = stage.slack.calls.slice(from);
    const refused = calls.filter((call) => call.refused !== null).length;
    await untilTrue(stage, store.merchantId, { orders, causes });
    return {
      value: calls.length,
      floor: null,
      rows: orders,
      note: `in ${stormWatchMs / 1_000} s; ${refused} refused by Slack; then every message said what is; no floor: one summary could say it all`,
    };
  },
};

/** Every alert is shown as it is, alone or in the summary, and the summary counts all that it folds. */
async function untilTrue(
  { desk, slack }: AlertDesk,
  merchantId: string,
  expected: { readonly orders: number; readonly causes: number },
): Promise<void> {
  const endsAt = performance.now() + settledWithinMs;
  for (;;) {
    const [row] = await desk.client.sql<
      { lagging: number; causes: number; orders: number; ts: string | null; folded: number }[]
    >`
      select count(*) filter (where delivered_version < version and folded_into is null)::int as lagging,
        count(*) filter (where storm is null)::int as causes,
        coalesce(sum(order_count) filter (where storm is null), 0)::int as orders,
        max(message_ts) filter (where storm is not null) as ts,
        coalesce(max((storm->>'causeCount')::int), 0)::int as folded
      from alerts where merchant_id = ${merchantId} and state = 'open'`;
    const words = slack.messages.get(row?.ts ?? '')?.text ?? '';
    const isTrue =
      row !== undefined &&
      row.lagging === 0 &&
      row.causes === expected.causes &&
      row.orders === expected.orders &&
      words.includes(`${row.folded.toLocaleString('en-US')} causes`);
    if (isTrue) return;
    if (performance.now() > endsAt) throw new Error(`Slack still says “${words}”: ${JSON.stringify(row)}`);
    await sleep(200);
  }
}

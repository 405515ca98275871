import { setTimeout as sleep } from 'node:timers/promises';
import type { Figure } from '../figure.ts';
import type { AlertDesk } from '../stages/alert-desk.ts';
import { fullScale } from '../stages.ts';
import { percentile } from '../support/percentile.ts';

const everyMs = 1_000;
const givenUpMs = 20_000;

export const holdToSlackP95: Figure = {
  name: 'hold_to_slack_p95_ms',
  unit: 'ms',
  budget: {
    text: '≤ 1,000 ms from an order taken to Slack called, one new cause a second',
    limit: 1_000,
    direction: 'at most',
    fromRows: fullScale.newCauses,
  },
  async measure(bench) {
    const stage = await bench.alertDesk();
    const count = bench.scale.newCauses;
    const floor = await bareCalls(stage);
    bench.say(`${count} new causes, one a second`);
    const delays: Promise<number>[] = [];
    for (let no = 0; no < count; no += 1) {
      const beganAt = performance.now();
      // Of different merchants: many of one are a storm, which is another figure.
      const store = await stage.addStore();
      delays.push(delayOf(stage, store, `NEW-${no}`));
      await sleep(Math.max(0, everyMs - (performance.now() - beganAt)));
    }
    return { value: percentile(await Promise.all(delays), 0.95), floor, rows: count };
  },
};

/** From before the page is taken until its alert's message reaches Slack. */
async function delayOf(
  stage: AlertDesk,
  store: { readonly merchantId: string; readonly storeId: string },
  sku: string,
): Promise<number> {
  const from = stage.slack.calls.length;
  const beganAt = performance.now();
  await stage.take(store, [sku]);
  const isIt = (text: string | undefined) => text?.includes(`${sku} `) ?? false;
  const call = await stage.callThat(
    ({ method, message }) => method === 'chat.postMessage' && isIt(message?.text),
    from,
    givenUpMs,
  );
  return call.atMs - beganAt;
}

const floorCalls = 20;

/** A commit and a call over HTTP, which no way of doing it can spare. */
async function bareCalls({ desk, slack }: AlertDesk): Promise<number> {
  const took: number[] = [];
  for (let no = 0; no < floorCalls; no += 1) {
    const beganAt = performance.now();
    await desk.client.sql`update merchants set name = name where id = (select id from merchants order by id limit 1)`;
    await (await fetch(`${slack.apiUrl}auth.test`, { method: 'POST' })).arrayBuffer();
    took.push(performance.now() - beganAt);
  }
  return percentile(took, 0.95);
}

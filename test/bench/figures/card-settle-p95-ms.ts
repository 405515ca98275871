import { setTimeout as sleep } from 'node:timers/promises';
import { editBucket, rateOf } from '../../../core/alert/slack-rate.ts';
import { bindSku } from '../../../core/commands/bind-sku.ts';
import { newId } from '../../../core/ids.ts';
import type { Figure } from '../figure.ts';
import type { AlertDesk } from '../stages/alert-desk.ts';
import { fullScale } from '../stages.ts';
import { owner } from '../support/desk-ports.ts';
import { percentile } from '../support/percentile.ts';

/** Slack's rate: what may change in ten seconds. */
const cardsARound = 8;
const roundMs = 10_000;
const givenUpMs = 40_000;

interface Card {
  readonly merchantId: string;
  readonly storeId: string;
  readonly sku: string;
  readonly ts: string;
}

export const cardSettleP95: Figure = {
  name: 'card_settle_p95_ms',
  unit: 'ms',
  budget: {
    text: '≤ 10,000 ms from a change made elsewhere to the card that says so, 8 cards at once every 10 s',
    limit: 10_000,
    direction: 'at most',
    fromRows: fullScale.changedCards,
  },
  async measure(bench) {
    const stage = await bench.alertDesk();
    const count = bench.scale.changedCards;
    const cards = await openCards(stage, count);
    bench.say(`mapping the SKUs of ${count} cards in the dashboard, up to ${cardsARound} every 10 s`);
    const delays: Promise<number>[] = [];
    for (let first = 0; first < cards.length; first += cardsARound) {
      if (first > 0) await sleep(roundMs);
      for (const card of cards.slice(first, first + cardsARound)) delays.push(settleOf(stage, card));
    }
    const value = percentile(await Promise.all(delays), 0.95);
    return {
      value,
      floor: percentile(delays.map(paceOf), 0.95),
      rows: count,
      note: 'floor: Slack’s pace of edits alone',
    };
  },
};

/** How long the nth card waits when nothing but the pace of edits holds it up. */
function paceOf(_: unknown, no: number): number {
  const { perCallMs, burst } = rateOf(editBucket);
  return Math.max(0, (no % cardsARound) - burst + 1) * perCallMs;
}

/** Cards that have been open for a while, each of a merchant of its own. */
async function openCards(stage: AlertDesk, count: number): Promise<Card[]> {
  const cards: Card[] = [];
  for (let no = 0; no < count; no += 1) {
    const store = await stage.addStore();
    const sku = `CARD-${no}`;
    const from = stage.slack.calls.length;
    await stage.take(store, [sku]);
    const { message } = await stage.callThat(
      (call) => call.method === 'chat.postMessage' && (call.message?.text.includes(`${sku} `) ?? false),
      from,
      givenUpMs,
    );
    cards.push({ ...store, sku, ts: message?.ts ?? '' });
  }
  // The pause between two edits of one message is over for all of them.
  await sleep(3_000);
  return cards;
}

async function settleOf(stage: AlertDesk, { merchantId, storeId, sku, ts }: Card): Promise<number> {
  const productId = newId();
  await stage.desk.client.sql`
    insert into products (merchant_id, id, sku, name) values (${merchantId}, ${productId}, ${sku}, ${sku})`;
  const from = stage.slack.calls.length;
  const beganAt = performance.now();
  const bound = await bindSku(stage.desk.ports, {
    actor: owner,
    merchantId,
    storeId,
    keyKind: 'sku',
    key: sku,
    components: [{ productId, quantity: 1 }],
  });
  if (!bound.ok) throw new Error(`Binding was refused: ${bound.error.message}`);
  const call = await stage.callThat(
    ({ message }) => message?.ts === ts && message.text.startsWith('✔'),
    from,
    givenUpMs,
  );
  return call.atMs - beganAt;
}

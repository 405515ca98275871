import { setTimeout as sleep } from 'node:timers/promises';
import { causeButtonValue } from '../../../bot/values.ts';
import { newId } from '../../../core/ids.ts';
import type { Figure } from '../figure.ts';
import type { AlertDesk } from '../stages/alert-desk.ts';
import { fullScale } from '../stages.ts';
import { percentile } from '../support/percentile.ts';
import { runSyncs } from '../support/run-syncs.ts';
import { pressSigned } from '../support/slack.ts';

const atOnce = 50;
const userId = 'U000000001';
const givenUpMs = 20_000;
const lookMs = 50;
/** Between two volleys. */
const breathMs = 2_000;

export const slackAckP99: Figure = {
  name: 'slack_ack_p99_ms',
  unit: 'ms',
  budget: {
    text: '≤ 300 ms, 50 presses at once during a sync of 100,000 orders',
    limit: 300,
    direction: 'at most',
    fromRows: fullScale.busyOrders,
  },
  async measure(bench) {
    const stage = await bench.alertDesk();
    const values = await fiftyButtons(stage);
    const volley = () =>
      Promise.all(
        values.map((value) =>
          pressSigned(stage.slack, stage.running.origin, { userId, actionId: 'assign_to_me', value }),
        ),
      );
    // A first volley opens connections, as an hour of a desk's life has.
    await volley();
    const floor = percentile(await volley(), 0.99);
    bench.say(
      `${atOnce} presses at once, again and again while ${stage.syncOrders.toLocaleString('en')} orders are synced`,
    );
    const took: number[] = [];
    let isSyncing = true;
    const { world, since, until } = stage;
    const synced = runSyncs(stage.desk, {
      merchantId: world.merchantId,
      storeIds: world.stores.map((store) => store.id),
      since,
      until,
    }).finally(() => {
      isSyncing = false;
    });
    do {
      took.push(...(await volley()));
      await Promise.race([sleep(breathMs), synced]);
    } while (isSyncing);
    await synced;
    const note = `${took.length} presses; the floor is the same desk with nothing else to do`;
    return { value: percentile(took, 0.99), floor, rows: stage.syncOrders, note };
  },
};

/** The buttons of as many causes, and somebody who may press them. */
async function fiftyButtons({ desk, slack, addStore, take }: AlertDesk): Promise<readonly string[]> {
  const { sql } = desk.client;
  const personId = newId();
  await sql`insert into people (id, name) values (${personId}, 'Mei')`;
  await sql`insert into grants (id, person_id, role) values (${newId()}, ${personId}, 'operator')`;
  await sql`
    insert into slack_people (id, team_id, slack_user_id, person_id, display_name, confirmed_at)
    values (${newId()}, ${slack.teamId}, ${userId}, ${personId}, 'mei', now())`;
  const { merchantId, storeId } = await addStore();
  await take(
    { merchantId, storeId },
    Array.from({ length: atOnce }, (_, no) => `PRESSED-${no}`),
  );
  const endsAt = performance.now() + givenUpMs;
  for (;;) {
    const rows = await sql<{ id: string }[]>`
      select id from alerts where merchant_id = ${merchantId} and state = 'open' and storm is null`;
    if (rows.length === atOnce) return rows.map(({ id }) => causeButtonValue({ id, merchantId, version: 1 }));
    if (performance.now() > endsAt) throw new Error(`Only ${rows.length} causes were found in ${givenUpMs} ms.`);
    await sleep(lookMs);
  }
}

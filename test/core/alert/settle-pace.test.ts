import { afterEach, describe, expect, it } from 'vitest';
import { createSettlePace } from '../../../core/alert/settle-pace.ts';
import { settleInTurn } from '../../../core/commands/settle-in-turn.ts';
import type { AnyJob } from '../../../core/ports/jobs.ts';
import { createAlertRepository } from '../../../db/repositories/alerts.ts';
import { createAuditRepository } from '../../../db/repositories/audit.ts';
import { createInteractionRepository } from '../../../db/repositories/interactions.ts';
import { createSlackChannelRepository } from '../../../db/repositories/slack-channels.ts';
import { createSlackPeopleRepository } from '../../../db/repositories/slack-people.ts';
import { testDatabase } from '../../support/database.ts';
import { silentLog } from '../../support/log.ts';
import { insertHold, insertOrder, insertStore } from '../../support/rows.ts';

const { database, sql } = await testDatabase();
const noon = new Date('2026-11-20T12:00:00Z').getTime();
let now = noon;
const jobs: AnyJob[] = [];
const ports = {
  database,
  clock: { now: () => new Date(now) },
  log: silentLog,
  jobs: { enqueue: async (_tx: unknown, list: readonly AnyJob[]) => void jobs.push(...list) },
  audit: createAuditRepository(),
  alerts: createAlertRepository({ renewablePlatforms: [] }),
  interactions: createInteractionRepository(),
  slackPeople: createSlackPeopleRepository(),
  slackChannels: createSlackChannelRepository(),
  notifier: null,
  defaultChannelId: null,
};
afterEach(() => {
  now = noon;
  jobs.length = 0;
});

describe('the pages of a long sync', () => {
  it('wait for their alerts thirty times as long as the last look took, each merchant for itself', () => {
    const pace = createSettlePace();
    expect(pace.waitUntil('a', new Date(noon))).toBeNull();
    pace.note('a', 600, new Date(noon));
    expect(pace.waitUntil('a', new Date(noon + 17_000))).toEqual(new Date(noon + 18_000));
    expect(pace.waitUntil('a', new Date(noon + 18_000))).toBeNull();
    expect(pace.waitUntil('b', new Date(noon))).toBeNull();
  });

  it('lose no alert by waiting: the job comes back when it is its turn', async () => {
    const store = await insertStore(sql);
    const { merchantId } = store;
    const pace = createSettlePace();
    pace.note(merchantId, 1_000, new Date(noon));
    await insertHold(sql, store, await insertOrder(sql, store), { code: 'sku_unmapped', subject: 'TEA' });
    await settleInTurn(ports, pace, { merchantId, scope: 'page' });
    expect(jobs).toEqual([
      {
        task: 'alert.settle',
        payload: { merchantId, scope: 'page' },
        key: `alert.settle:${merchantId}:page`,
        runAt: new Date(noon + 30_000),
      },
    ]);
    expect(await sql`select 1 from alerts where merchant_id = ${merchantId}`).toHaveLength(0);
    now = noon + 30_000;
    await settleInTurn(ports, pace, { merchantId, scope: 'page' });
    expect(await sql`select 1 from alerts where merchant_id = ${merchantId}`).toHaveLength(1);
  });

  it('keep nobody else waiting: what a person did is settled at once', async () => {
    const store = await insertStore(sql);
    const { merchantId } = store;
    const pace = createSettlePace();
    pace.note(merchantId, 1_000, new Date(noon));
    await insertHold(sql, store, await insertOrder(sql, store), { code: 'sku_unmapped', subject: 'TEA' });
    await settleInTurn(ports, pace, { merchantId });
    expect(await sql`select 1 from alerts where merchant_id = ${merchantId}`).toHaveLength(1);
  });
});

import { sql as query } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { type Tick, ticks } from '../../core/schedule/ticks.ts';
import { createJobs } from '../../db/jobs.ts';
import { fireTicks, latestSlot, startSchedule } from '../../db/schedule.ts';
import { testDatabase } from '../support/database.ts';
import { eventually } from '../support/jobs.ts';
import { silentLog } from '../support/log.ts';

const { database, db } = await testDatabase();
const jobs = createJobs();
const at = (text: string): Date => new Date(text);

beforeEach(async () => {
  await db.execute(query`delete from schedule_ticks`);
  await db.execute(query`delete from graphile_worker._private_jobs`);
});

const tasks = async (): Promise<string[]> => {
  const rows = await db.execute<{ task: string }>(
    query`select task_identifier as task from graphile_worker.jobs order by 1`,
  );
  return rows.map(({ task }) => task);
};
const everyTask = ['housekeeping.daily', 'housekeeping.minute', 'sync.tick'];

test('ten schedulers that fire the same minute make one job of each tick', async () => {
  const now = at('2026-11-21T09:30:00.003Z');
  const fired = await Promise.all(Array.from({ length: 10 }, () => fireTicks({ database, jobs }, now)));
  expect(fired.flat().sort()).toEqual(ticks.map(({ name }) => name).sort());
  expect(await tasks()).toEqual(everyTask);
});

test('a slot that was fired is not fired again when its job is done', async () => {
  await fireTicks({ database, jobs }, at('2026-11-21T09:30:00Z'));
  await db.execute(query`delete from graphile_worker._private_jobs`);
  expect(await fireTicks({ database, jobs }, at('2026-11-21T09:30:59Z'))).toEqual([]);
  expect(await tasks()).toEqual([]);
});

test('the next minute fires the minute ticks and not the daily one', async () => {
  await fireTicks({ database, jobs }, at('2026-11-21T09:30:00Z'));
  const fired = await fireTicks({ database, jobs }, at('2026-11-21T09:31:00Z'));
  expect([...fired].sort()).toEqual(['minute', 'sync']);
});

test('jobs that nobody works on do not pile up: the newest slot replaces the one that waits', async () => {
  for (const minute of ['30', '31', '32']) await fireTicks({ database, jobs }, at(`2026-11-21T09:${minute}:00Z`));
  expect(await tasks()).toEqual(everyTask);
  const [row] = await db.execute(query`
    select payload from graphile_worker._private_jobs where key = 'tick:sync'`);
  expect(row?.payload).toEqual({ slot: '2026-11-21T09:32:00.000Z' });
});

test('a day that was missed because nothing ran is made up for at the next start, once', async () => {
  await fireTicks({ database, jobs }, at('2026-11-20T12:00:00Z'));
  expect(await fireTicks({ database, jobs }, at('2026-11-21T12:00:00Z'))).toContain('daily');
  expect(await fireTicks({ database, jobs }, at('2026-11-21T12:01:00Z'))).not.toContain('daily');
});

test('the slot and its job are kept or lost together', async () => {
  const failing = { enqueue: () => Promise.reject(new Error('no')) };
  await expect(fireTicks({ database, jobs: failing }, at('2026-11-21T09:30:00Z'))).rejects.toThrow('no');
  expect(await fireTicks({ database, jobs }, at('2026-11-21T09:30:00Z'))).toHaveLength(ticks.length);
});

test.each([
  ['* * * * *', '2026-11-21T09:30:00.000Z', '2026-11-21T09:30:00.000Z'],
  ['* * * * *', '2026-11-21T09:30:59.400Z', '2026-11-21T09:30:00.000Z'],
  // A timer that rings some milliseconds early means the minute that is about to begin.
  ['* * * * *', '2026-11-21T09:29:59.990Z', '2026-11-21T09:30:00.000Z'],
  ['17 3 * * *', '2026-11-21T03:16:59.000Z', '2026-11-20T03:17:00.000Z'],
  ['17 3 * * *', '2026-11-21T03:17:00.000Z', '2026-11-21T03:17:00.000Z'],
  ['17 3 * * *', '2027-01-01T00:00:00.000Z', '2026-12-31T03:17:00.000Z'],
])('the slot of %s at %s is %s', (cron, now, slot) => {
  const tick: Tick = { name: 'x', cron, task: 'sync.tick' };
  expect(latestSlot(tick, at(now)).toISOString()).toBe(slot);
});

test('a schedule fires when it starts', async () => {
  const schedule = startSchedule({ database, jobs, log: silentLog });
  await eventually(async () => (await tasks()).length === ticks.length);
  await schedule.stop();
});

test('slots older than two weeks are forgotten', async () => {
  await fireTicks({ database, jobs }, at('2026-11-01T09:30:00Z'));
  await fireTicks({ database, jobs }, at('2026-11-21T09:30:00Z'));
  const rows = await db.execute(query`select name from schedule_ticks`);
  expect(rows).toHaveLength(ticks.length);
});

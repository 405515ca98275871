import { Cron } from 'croner';
import { inArray, lt, sql } from 'drizzle-orm';
import { describeError } from '../core/describe-error.ts';
import { newId } from '../core/ids.ts';
import type { Database } from '../core/ports/database.ts';
import type { AnyJob, Jobs } from '../core/ports/jobs.ts';
import type { Log } from '../core/ports/log.ts';
import { ticks as allTicks, type Tick } from '../core/schedule/ticks.ts';
import { unwrap } from './database.ts';
import { scheduleTicks } from './schema/jobs.ts';

/** Timers may ring a little early by the wall clock; the slot meant is the one about to begin. */
const earlyMs = 500;
/** Slots are kept only to know that they were fired, and none is ever fired this late. */
const keepDays = 14;

export interface ScheduleOptions {
  readonly database: Database;
  readonly jobs: Jobs;
  readonly log: Log;
  readonly ticks?: readonly Tick[];
}

export interface Schedule {
  /** No firing begins afterwards; waits for the one that runs. */
  stop(): Promise<void>;
}

/**
 * Fires the ticks. Any number of schedulers may run: a slot belongs to the one that inserts its row, in the transaction
 * that enqueues the job. Every minute (and at start) each tick's latest slot is tried, so that one missed while no
 * scheduler ran, or while the database was away, is made up for.
 */
export function startSchedule(options: ScheduleOptions): Schedule {
  const { log } = options;
  let firing: Promise<void> = Promise.resolve();
  const fire = (): void => {
    firing = firing.then(async () => {
      try {
        await fireTicks(options, new Date());
      } catch (error) {
        log.error({ error: describeError(error) }, 'the schedule could not fire; it tries again in a minute');
      }
    });
  };
  const cron = new Cron('* * * * *', { timezone: 'UTC', unref: true }, fire);
  fire();
  return {
    async stop() {
      cron.stop();
      await firing;
    },
  };
}

/** Enqueues the job of every tick whose latest slot at `now` nobody fired yet. Returns the names of those. */
export async function fireTicks(
  { database, jobs, ticks = allTicks }: Omit<ScheduleOptions, 'log'>,
  now: Date,
): Promise<readonly string[]> {
  const due = ticks.map((tick) => ({ tick, slot: latestSlot(tick, now) }));
  return database.transaction(async (tx) => {
    const db = unwrap(tx);
    const inserted = await db
      .insert(scheduleTicks)
      // By name, so that two schedulers insert in the same order.
      .values(
        due
          .map(({ tick, slot }) => ({ id: newId(), name: tick.name, slot }))
          .sort((a, b) => (a.name < b.name ? -1 : 1)),
      )
      .onConflictDoNothing()
      .returning({ name: scheduleTicks.name });
    const fired = new Set(inserted.map(({ name }) => name));
    await jobs.enqueue(
      tx,
      due.filter(({ tick }) => fired.has(tick.name)).map(({ tick, slot }) => jobOf(tick, slot)),
    );
    if (fired.size > 0) {
      const old = db
        .select({ id: scheduleTicks.id })
        .from(scheduleTicks)
        .where(lt(scheduleTicks.slot, sql`${now.toISOString()}::timestamptz - make_interval(days => ${keepDays})`))
        .orderBy(scheduleTicks.id)
        .limit(100)
        .for('update', { skipLocked: true });
      await db.delete(scheduleTicks).where(inArray(scheduleTicks.id, old));
    }
    return [...fired];
  });
}

/** The last moment at or before `now` that the tick's pattern names. */
export function latestSlot(tick: Tick, now: Date): Date {
  const pattern = new Cron(tick.cron, { timezone: 'UTC', paused: true });
  // Croner looks strictly before the moment it is given.
  const [slot] = pattern.previousRuns(1, new Date(now.getTime() + earlyMs + 1));
  if (slot === undefined) throw new Error(`The tick ${tick.name} never fires.`);
  return slot;
}

function jobOf(tick: Tick, slot: Date): AnyJob {
  // The key keeps slots from piling up while no worker runs: the newest replaces the one that waits.
  return { task: tick.task, payload: { slot: slot.toISOString() }, key: `tick:${tick.name}` };
}

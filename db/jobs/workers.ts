import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { runTaskList, type TaskList, type WorkerEvents, type WorkerPool } from 'graphile-worker';
import pg from 'pg';
import { describeError, Fault, safeMessage } from '../../core/describe-error.ts';
import { type Lane, laneOf, lanes, type TaskHandlers, type TaskName, type Tasks } from '../../core/ports/jobs.ts';
import type { Log } from '../../core/ports/log.ts';
import { engineLogger } from './logger.ts';
import { findDeadPools, forgetDeadProcesses, freePools, type ProcessLock, takeProcessLock } from './processes.ts';
import { createTurnstile, type Turnstile } from './turnstile.ts';

/**
 * Jobs of a lane at once in one process. A person or a buyer waits for the first two. Of the alerts one job may wait for
 * its turn at Slack and one for Slack's answer while a third finds out what is wrong.
 */
export const laneCapacity: Readonly<Record<Lane, number>> = {
  interactive: 2,
  writeback: 2,
  alert: 3,
  sync: 4,
  background: 1,
};

/** Each lane listens on one connection; the rest is shared for taking and ending jobs, which holds one for about 1 ms. */
const sharedConnections = 5;
/** New jobs announce themselves; this is for those whose time comes, and for queues that were busy when looked at. */
const defaultPollMs = 1_000;
const lookAgainMs = [10, 40, 160];
/** A look takes a millisecond; this is for a database that does not answer. */
const lookLimitMs = 5_000;
const defaultReapMs = 4_000;
const restartPauseMs = 1_000;

export interface JobEvent {
  readonly task: TaskName;
  readonly lane: Lane;
  /** retried: failed, and will be tried again · failed: given up for good · released: cut short by a shutdown. */
  readonly outcome: 'done' | 'retried' | 'failed' | 'released';
  readonly seconds: number;
}

export interface WorkersOptions {
  readonly url: string;
  readonly handlers: TaskHandlers;
  readonly log: Log;
  readonly lanes?: readonly Lane[];
  /** For pg_stat_activity and the process's row. */
  readonly name?: string;
  readonly onEvent?: (event: JobEvent) => void;
  /** How often to look for jobs of dead processes; they are freed when seen dead twice. */
  readonly reapMs?: number;
  /** How often to look for jobs that nobody announced; default a second. */
  readonly pollMs?: number;
}

export interface Workers {
  /** True while every lane takes jobs and the process's sign of life is up. */
  readonly isHealthy: boolean;
  /**
   * Takes no more jobs, tells the running ones (their `signal`), waits at most `graceMs`, gives back the rest so that
   * another process has them at once. Never throws.
   */
  stop(graceMs: number): Promise<void>;
}

/** Runs the lanes of this process. Throws when the database cannot be reached at first; afterwards it recovers itself. */
export async function startWorkers(options: WorkersOptions): Promise<Workers> {
  const { url, handlers, log, reapMs = defaultReapMs } = options;
  const ownLanes = options.lanes ?? lanes;
  const pool = new pg.Pool({
    connectionString: url,
    max: ownLanes.length + sharedConnections,
    application_name: 'holdfast jobs',
    keepAlive: true,
  });
  // Broken connections show in the next query; without handlers they would end the process.
  pool.on('error', (error) => log.warn({ error: describeError(error) }, 'an idle job connection broke'));
  pool.on('connect', (client) => client.on('error', () => {}));

  let lock: ProcessLock;
  try {
    lock = await takeProcessLock(url, options.name ?? 'holdfast', log);
  } catch (error) {
    await pool.end();
    throw error;
  }

  const stopping = new AbortController();
  const looking = createTurnstile(lookLimitMs);
  const run: LaneRun = {
    looking,
    pool,
    lock,
    handlers,
    log,
    stopping: stopping.signal,
    released: [],
    onEvent: options.onEvent,
    pollMs: options.pollMs ?? defaultPollMs,
  };
  const running = ownLanes.map((lane) => keepLane(run, lane));
  const reaper = keepReaping(pool, reapMs, stopping.signal, log);

  return {
    get isHealthy() {
      return lock.isHeld && running.every((lane) => lane.isActive());
    },
    async stop(graceMs) {
      if (stopping.signal.aborted) return;
      stopping.abort(new Fault('Holdfast is shutting down'));
      const ended = Promise.allSettled(running.map((lane) => lane.end()));
      const inTime = await Promise.race([ended.then(() => true), sleep(graceMs, false, { ref: false })]);
      try {
        if (!inTime) {
          const count = await freePools(
            pool,
            running.map((lane) => lane.poolId()),
          );
          log.warn({ jobs: count }, 'jobs that did not end in time were given back');
        }
        await reschedule(pool, run.released);
      } catch (error) {
        // The reaper of another process, or of our next start, will do it.
        log.warn({ error: describeError(error) }, 'jobs could not be given back');
      }
      await reaper;
      await lock.release();
      // Not waited for when a job still holds a connection: the process is about to end.
      const closed = pool.end().catch(() => {});
      if (inTime) await closed;
    },
  };
}

interface LaneRun {
  readonly pool: pg.Pool;
  readonly lock: ProcessLock;
  readonly handlers: TaskHandlers;
  readonly log: Log;
  readonly stopping: AbortSignal;
  /** Jobs that ended with an error because we asked them to stop: given back without counting the attempt. */
  readonly released: { id: string; attempts: number }[];
  readonly onEvent: ((event: JobEvent) => void) | undefined;
  readonly pollMs: number;
  /** Through which the workers of all lanes look for jobs. */
  readonly looking: Turnstile;
}

interface RunningLane {
  isActive(): boolean;
  poolId(): string;
  end(): Promise<void>;
}

/** Runs one lane, and starts it again when the engine gives it up (it does when the database goes away at a bad moment). */
function keepLane(run: LaneRun, lane: Lane): RunningLane {
  let isActive = true;
  let current = startLane(run, lane);
  const watch = async (): Promise<void> => {
    for (;;) {
      await current.promise.catch(() => {});
      if (run.stopping.aborted) return;
      isActive = false;
      run.log.error({ lane }, 'the job engine stopped a lane; starting it again');
      await recover(run, current.id);
      if (run.stopping.aborted) return;
      current = startLane(run, lane);
      isActive = true;
    }
  };
  const watched = watch();
  return {
    isActive: () => isActive,
    poolId: () => current.id,
    async end() {
      if (isActive) await Promise.resolve(current.gracefulShutdown()).catch(() => {});
      await watched;
    },
  };
}

/** Frees what a pool of our own left locked, as soon as the database answers. */
async function recover(run: LaneRun, poolId: string): Promise<void> {
  while (!run.stopping.aborted) {
    try {
      await freePools(run.pool, [poolId]);
      return;
    } catch {
      // Still away. The reaper also knows this pool only while its lock is held, so trying goes on here.
      await sleep(restartPauseMs, undefined, { ref: false });
    }
  }
}

function startLane(run: LaneRun, lane: Lane): WorkerPool {
  const events: WorkerEvents = new EventEmitter();
  const pool = runTaskList(
    {
      logger: engineLogger(run.log),
      events,
      // Asked and awaited before each look for a job; no flags are used here.
      forbiddenFlags: async () => {
        await run.looking.enter();
        return null;
      },
      concurrency: laneCapacity[lane],
      pollInterval: run.pollMs,
      noHandleSignals: true,
      preset: {
        // Unbatched, the engine leaves the failure of these two writes unhandled, which ends the process.
        worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 },
        plugins: [registration(run, lane)],
      },
    },
    taskList(run, lane),
    run.pool,
  );
  lookAgain(run, lane, pool, events);
  return pool;
}

/**
 * While one worker looks for a job it locks, for about a millisecond, every queue that is free; others that look at the
 * same moment, called by the same announcement, pass those queues over and would wait for their poll. Within the process
 * they look in turn. For those of other processes each announcement is followed by a few more looks.
 */
function lookAgain(run: LaneRun, lane: Lane, pool: WorkerPool, events: WorkerEvents): void {
  for (const end of ['job:start', 'worker:getJob:empty', 'worker:getJob:error'] as const) {
    events.on(end, () => run.looking.leave());
  }
  let isLooking = false;
  let wasAnnounced = false;
  const look = async (): Promise<void> => {
    isLooking = true;
    do {
      wasAnnounced = false;
      for (const delayMs of lookAgainMs) {
        await sleep(delayMs * (0.5 + Math.random()), undefined, { ref: false });
        if (run.stopping.aborted) return;
        pool.nudge(laneCapacity[lane]);
      }
    } while (wasAnnounced);
    isLooking = false;
  };
  events.on('pool:listen:notification', () => {
    wasAnnounced = true;
    // A pool that is being given up refuses to be nudged; its successor looks by itself.
    if (!isLooking) look().catch(() => {});
  });
}

/** Awaited by the engine before a worker's first job; a failure here would not be repeated, so it repeats itself. */
function registration(run: LaneRun, lane: Lane): GraphileConfig.Plugin {
  return {
    name: 'holdfast-registration',
    version: '1.0.0',
    worker: {
      hooks: {
        async startWorker(_context, event) {
          while (!run.stopping.aborted) {
            try {
              await run.lock.register(event.worker.workerPool.id, lane);
              return;
            } catch {
              await sleep(restartPauseMs, undefined, { ref: false });
            }
          }
        },
      },
    },
  };
}

function taskList(run: LaneRun, lane: Lane): TaskList {
  const names = (Object.keys(laneOf) as TaskName[]).filter((name) => laneOf[name] === lane);
  return Object.fromEntries(names.map((name) => [name, task(run, lane, name)]));
}

function task<N extends TaskName>(run: LaneRun, lane: Lane, name: N): TaskList[string] {
  return async (payload, { job }) => {
    const startedAt = performance.now();
    const report = (outcome: JobEvent['outcome']): void => {
      run.onEvent?.({ task: name, lane, outcome, seconds: (performance.now() - startedAt) / 1_000 });
    };
    const context = { signal: run.stopping, attempt: job.attempts, maxAttempts: job.max_attempts };
    try {
      assertPayload(name, payload);
      await run.handlers[name](payload, context);
      report('done');
    } catch (error) {
      const fields = { task: name, lane, jobId: job.id, attempt: job.attempts, error: describeError(error) };
      if (run.stopping.aborted) {
        run.released.push({ id: job.id, attempts: Math.max(job.attempts - 1, 0) });
        run.log.info(fields, 'a job was cut short by the shutdown and given back');
        report('released');
      } else if (job.attempts >= job.max_attempts) {
        run.log.error(fields, 'a job failed for good');
        report('failed');
      } else {
        run.log.warn(fields, 'a job failed and will be tried again');
        report('retried');
      }
      // What is thrown here is kept in the job's row as `last_error`, and logged by the engine: no cause, no data.
      throw new Fault(safeMessage(error));
    }
  };
}

/** Payloads are objects of ids and times. Anything else was not made by our own code, and no handler could say why. */
function assertPayload<N extends TaskName>(task: N, payload: unknown): asserts payload is Tasks[N] {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) {
    throw new Fault(`The payload of ${task} is not an object.`);
  }
  const wrong = Object.entries(payload).find(([, value]) => typeof value !== 'string');
  if (wrong !== undefined) throw new Fault(`The payload of ${task} holds something else than text in ${wrong[0]}.`);
}

async function reschedule(pool: pg.Pool, jobs: readonly { id: string; attempts: number }[]): Promise<void> {
  for (const { id, attempts } of jobs) {
    await pool.query(
      'select graphile_worker.reschedule_jobs(array[$1::bigint], run_at => now(), attempts => $2::integer)',
      [id, attempts],
    );
  }
}

/** A pool is believed dead when it is seen so twice: a lost connection is taken again well within that time. */
async function keepReaping(pool: pg.Pool, everyMs: number, stopping: AbortSignal, log: Log): Promise<void> {
  let suspected: ReadonlySet<string> = new Set();
  while (!stopping.aborted) {
    try {
      const dead = await findDeadPools(pool);
      const confirmed = dead.filter((poolId) => suspected.has(poolId));
      suspected = new Set(dead);
      if (confirmed.length > 0) {
        const count = await freePools(pool, confirmed);
        log.warn({ jobs: count, pools: confirmed.length }, 'jobs of a process that died were freed');
      }
      await forgetDeadProcesses(pool);
    } catch (error) {
      if (!stopping.aborted) log.warn({ error: describeError(error) }, 'looking for jobs of dead processes failed');
    }
    await sleep(everyMs, undefined, { signal: stopping, ref: false }).catch(() => {});
  }
}

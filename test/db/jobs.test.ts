import { setTimeout as sleep } from 'node:timers/promises';
import { sql as query } from 'drizzle-orm';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type AnyJob, authorizationQueue, type Lane, lanes } from '../../core/ports/jobs.ts';
import { unwrap } from '../../db/database.ts';
import { type JobEvent, laneCapacity, startWorkers, type Workers } from '../../db/jobs/workers.ts';
import { createJobs } from '../../db/jobs.ts';
import { testDatabase } from '../support/database.ts';
import { eventually, handlersFor, killed, startScript } from '../support/jobs.ts';
import { recordingLog, silentLog } from '../support/log.ts';

const { url, database, db } = await testDatabase();
const jobs = createJobs();

beforeAll(async () => {
  await db.execute(query`
    create table work (n int generated always as identity, run_id text, pid int, what text, at timestamptz default clock_timestamp())`);
});

let workers: Workers | null = null;
const children: { kill(signal: NodeJS.Signals): boolean }[] = [];
beforeEach(async () => {
  await db.execute(query`truncate work`);
  await db.execute(query`delete from graphile_worker._private_jobs`);
});
afterEach(async () => {
  await workers?.stop(1_000);
  workers = null;
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

const enqueue = (list: readonly AnyJob[]): Promise<void> => database.transaction((tx) => jobs.enqueue(tx, list));
const waiting = async (): Promise<Record<string, unknown>[]> => [
  ...(await db.execute(query`select * from graphile_worker.jobs order by id`)),
];
const work = async (what: string): Promise<{ run_id: string; pid: number }[]> => [
  ...(await db.execute<{ run_id: string; pid: number }>(
    query`select run_id, pid from work where what = ${what} order by n`,
  )),
];
const run = (runId: string, queue?: string): AnyJob => ({
  task: 'sync.run',
  payload: { merchantId: 'm', runId },
  queue,
});

/** Longer than any test: what starts was announced. */
const neverMs = 600_000;
/** Until every lane hears announcements. */
const listening = () =>
  eventually(async () => {
    const [row] = await db.execute<{ count: number }>(query`
      select count(*)::int as count from pg_stat_activity
      where datname = current_database() and application_name = 'holdfast jobs' and query ilike 'listen%'`);
    return (row?.count ?? 0) >= lanes.length;
  });

test('a job exists when its transaction commits', async () => {
  await enqueue([{ ...run('a', authorizationQueue('x')), key: 'k', priority: 3, maxAttempts: 4 }]);
  expect(await waiting()).toMatchObject([
    { task_identifier: 'sync.run', queue_name: 'authorization:x', key: 'k', priority: 3, max_attempts: 4 },
  ]);
});

test('a job does not exist when its transaction rolls back', async () => {
  const failure = database.transaction(async (tx) => {
    await jobs.enqueue(tx, [run('a')]);
    throw new Error('changed my mind');
  });
  await expect(failure).rejects.toThrow('changed my mind');
  expect(await waiting()).toEqual([]);
});

test('nothing is written for an empty list', async () => {
  await enqueue([]);
  expect(await waiting()).toEqual([]);
});

test('of two jobs with the same key the later one stays, in one call and over calls', async () => {
  await enqueue([
    { ...run('first'), key: 'same' },
    { ...run('second'), key: 'same' },
  ]);
  await enqueue([{ ...run('third'), key: 'same' }]);
  const [job, ...others] = await db.execute(query`select payload from graphile_worker._private_jobs`);
  expect(others).toEqual([]);
  expect(job?.payload).toMatchObject({ runId: 'third' });
});

test('a thousand jobs are one statement', async () => {
  await enqueue(Array.from({ length: 1_000 }, (_, n) => run(`${n}`)));
  const [found] = await db.execute(query`
    select count(*)::int as jobs, count(distinct (xmin::text, cmin::text))::int as statements from graphile_worker._private_jobs`);
  expect(found).toEqual({ jobs: 1_000, statements: 1 });
});

test('two transactions that replace the same jobs in another order both succeed', async () => {
  const keys = Array.from({ length: 50 }, (_, n) => ({ ...run(`${n}`), key: `key-${n}` }));
  await enqueue(keys);
  await Promise.all(Array.from({ length: 10 }, (_, n) => enqueue(n % 2 === 0 ? keys : [...keys].reverse())));
  expect(await waiting()).toHaveLength(50);
});

test('a job that is enqueued starts at once', async () => {
  const began = Promise.withResolvers<string>();
  workers = await startWorkers({
    url,
    log: silentLog,
    handlers: handlersFor({ 'slack.interaction': async ({ interactionId }) => began.resolve(interactionId) }),
    pollMs: neverMs,
  });
  await listening();
  await enqueue([{ task: 'slack.interaction', payload: { interactionId: 'i' } }]);
  // Nobody polls: it can only have been the announcement.
  expect(await began.promise).toBe('i');
});

test('jobs of a queue start at once too, whatever the other lanes look for', async () => {
  const done: string[] = [];
  workers = await startWorkers({
    url,
    log: silentLog,
    handlers: handlersFor({
      'sync.run': async ({ runId }) => {
        done.push(runId);
      },
    }),
    pollMs: neverMs,
  });
  await listening();
  for (let n = 0; n < 20; n += 1) {
    await enqueue([run(`${n}`, authorizationQueue(`${n % 3}`))]);
    await sleep(30);
  }
  // Nobody polls: not one of them waited for it.
  await eventually(async () => done.length === 20);
});

/** One job of each lane, of an authorization that has nothing else to do. */
const workOf: Readonly<Record<Lane, AnyJob>> = {
  interactive: { task: 'slack.interaction', payload: { interactionId: 'i' } },
  writeback: {
    task: 'writeback.send',
    payload: { merchantId: 'm', writebackId: 'w' },
    queue: authorizationQueue('idle'),
  },
  alert: { task: 'alert.settle', payload: { merchantId: 'm' } },
  sync: run('sync', authorizationQueue('idle')),
  background: { task: 'sync.reconcile', payload: { merchantId: 'm', storeId: 's' }, queue: authorizationQueue('idle') },
};

test.each(lanes)('full lanes keep no other lane waiting: %s', async (lane) => {
  const release = Promise.withResolvers<void>();
  const answered = Promise.withResolvers<void>();
  const busy = lanes.filter((one) => one !== lane);
  let running = 0;
  const hang = Object.fromEntries(
    busy.map((one) => [
      workOf[one].task,
      () => {
        running += 1;
        return release.promise;
      },
    ]),
  );
  workers = await startWorkers({
    url,
    log: silentLog,
    handlers: handlersFor({ ...hang, [workOf[lane].task]: async () => answered.resolve() }),
  });
  await enqueue(busy.flatMap((one) => Array.from({ length: 20 }, () => ({ ...workOf[one], queue: undefined }))));
  await eventually(async () => running === busy.reduce((sum, one) => sum + laneCapacity[one], 0));
  await enqueue([workOf[lane]]);
  await answered.promise;
  release.resolve();
});

test('jobs of one queue run one after the other over two processes, other queues beside them', async () => {
  children.push(await startScript('worker-process.ts', [url, '80']));
  children.push(await startScript('worker-process.ts', [url, '80']));
  await enqueue([
    ...Array.from({ length: 12 }, (_, n) => run(`${n}`, authorizationQueue('one'))),
    ...Array.from({ length: 4 }, (_, n) => run(`other ${n}`, authorizationQueue(`other ${n}`))),
  ]);
  const startedAt = Date.now();
  await eventually(async () => (await work('ended')).length === 16);
  // Twelve jobs of 80 ms one after the other: a queue that becomes free is noticed at once, not at the next poll.
  expect(Date.now() - startedAt).toBeLessThan(8_000);
  const rows = await db.execute<{ run_id: string; what: string; pid: number }>(
    query`select run_id, what, pid from work where run_id not like 'other%' order by n`,
  );
  for (let at = 0; at < rows.length; at += 2) {
    expect(rows[at]?.what).toBe('began');
    expect(rows[at + 1]).toMatchObject({ run_id: rows[at]?.run_id, what: 'ended' });
  }
});

test('a process killed with kill -9 frees its queue within seconds, and every job is done', async () => {
  const victim = await startScript('worker-process.ts', [url, '600000']);
  await enqueue([run('held', authorizationQueue('q')), run('behind', authorizationQueue('q'))]);
  await eventually(async () => (await work('began')).length === 1);
  const survivor = await startScript('worker-process.ts', [url, '10']);
  children.push(survivor);
  await killed(victim, 'SIGKILL');
  const killedAt = Date.now();
  await eventually(async () => (await work('ended')).length === 2);
  expect(Date.now() - killedAt).toBeLessThan(10_000);
  expect(new Set((await work('ended')).map(({ run_id }) => run_id))).toEqual(new Set(['held', 'behind']));
  expect(await waiting()).toEqual([]);
});

test('a job whose only attempt was cut short by kill -9 is tried again', async () => {
  const victim = await startScript('worker-process.ts', [url, '600000']);
  await enqueue([{ ...run('only'), maxAttempts: 1 }]);
  await eventually(async () => (await work('began')).length === 1);
  await killed(victim, 'SIGKILL');
  workers = await startWorkers({
    url,
    log: silentLog,
    reapMs: 300,
    handlers: handlersFor({ 'sync.run': async () => {} }),
  });
  const job = await eventually(async () => {
    const [found] = await waiting();
    return found !== undefined && found.locked_by === null && found.attempts === 0 ? found : null;
  });
  expect(job.max_attempts).toBe(1);
});

test('jobs of a process that lives are never taken from it', async () => {
  children.push(await startScript('worker-process.ts', [url, '4000']));
  await enqueue([run('slow', authorizationQueue('q'))]);
  await eventually(async () => (await work('began')).length === 1);
  children.push(await startScript('worker-process.ts', [url, '4000']));
  await eventually(async () => (await work('ended')).length === 1);
  expect(await work('began')).toHaveLength(1);
});

test('a stopped process tells its jobs, and gives them back without counting the attempt', async () => {
  const child = await startScript('worker-process.ts', [url, '600000']);
  await enqueue([run('a', authorizationQueue('q'))]);
  await eventually(async () => (await work('began')).length === 1);
  const askedAt = Date.now();
  expect(await killed(child, 'SIGTERM')).toBe(0);
  expect(Date.now() - askedAt).toBeLessThan(5_000);
  expect(await waiting()).toMatchObject([{ attempts: 0, locked_by: null }]);
  const runAt = (await db.execute<{ due: boolean }>(query`select run_at <= now() as due from graphile_worker.jobs`))[0];
  expect(runAt?.due).toBe(true);
});

test('a stopped process waits only so long for a job that does not listen, then gives it back', async () => {
  const child = await startScript('worker-process.ts', [url, '600000', '--deaf']);
  await enqueue([run('a', authorizationQueue('q'))]);
  await eventually(async () => (await work('began')).length === 1);
  expect(await killed(child, 'SIGTERM')).toBe(0);
  expect(await waiting()).toMatchObject([{ locked_by: null }]);
  const [queue] = await db.execute(
    query`select locked_by from graphile_worker._private_job_queues where queue_name = 'authorization:q'`,
  );
  expect(queue?.locked_by).toBeNull();
});

test('a failed job keeps no names or tokens of its error, in its row or in the log', async () => {
  const canary = 'canary 王小明 +886912345678';
  const { log, lines } = recordingLog();
  const events: JobEvent[] = [];
  workers = await startWorkers({
    url,
    log,
    onEvent: (event) => events.push(event),
    handlers: handlersFor({
      'sync.run': async () => {
        await database.transaction(async (tx) => unwrap(tx).execute(query`select ${canary}::uuid`));
      },
      'webhook.process': async () => {
        JSON.parse(canary);
      },
    }),
  });
  await enqueue([
    { ...run('a'), maxAttempts: 1 },
    { task: 'webhook.process', payload: { merchantId: 'm', deliveryId: 'd' }, maxAttempts: 1 },
  ]);
  const rows = await eventually(async () => {
    const found = await db.execute(
      query`select last_error from graphile_worker._private_jobs where last_error is not null`,
    );
    return found.length === 2 ? found : null;
  });
  expect(events.map(({ outcome }) => outcome)).toEqual(['failed', 'failed']);
  const said = JSON.stringify([rows, lines]);
  expect(said).not.toContain('canary');
  expect(said).not.toContain('王小明');
  expect(JSON.stringify(rows)).toContain('22P02');
  expect(lines.filter(({ message }) => message === 'a job failed for good')).toHaveLength(2);
});

test('a payload that nobody here made fails by name, in the log and in its row', async () => {
  const { log, lines } = recordingLog();
  workers = await startWorkers({ url, log, handlers: handlersFor({ 'sync.run': async () => {} }) });
  await db.execute(query`select graphile_worker.add_job('sync.run', '{"runId": {"deep": 1}}'::json)`);
  const [row] = await eventually(async () => {
    const found = await db.execute(
      query`select last_error from graphile_worker._private_jobs where last_error is not null`,
    );
    return found.length === 1 ? found : null;
  });
  expect(row?.last_error).toBe('The payload of sync.run holds something else than text in runId.');
  expect(lines.some(({ level }) => level === 'warn')).toBe(true);
});

test('workers survive the loss of all their connections', async () => {
  const done: string[] = [];
  workers = await startWorkers({
    url,
    log: silentLog,
    reapMs: 500,
    handlers: handlersFor({
      'sync.run': async ({ runId }) => {
        await sleep(300);
        done.push(runId);
      },
    }),
  });
  await enqueue([run('before')]);
  await sleep(100);
  await db.execute(query`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name in ('holdfast jobs', 'holdfast process lock')`);
  await enqueue([run('after')]);
  await eventually(async () => done.includes('before') && done.includes('after') && (await waiting()).length === 0);
  await eventually(async () => workers?.isHealthy ?? false);
});

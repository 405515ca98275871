import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Lane } from '../../core/ports/jobs.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Sql } from '../client.ts';
import { withoutParameters } from '../errors.ts';

/**
 * First half of the advisory locks by which processes show that they live; the second half is the process's row.
 * Any number that nothing else in the database uses: "jobs" in ASCII.
 */
const processLockClass = 0x6a6f6273;

/** How soon a lost lock connection is taken again: well before the reaper believes it. */
const reconnectMs = 500;

/**
 * Tables that say which process a worker pool of the job engine belongs to. They live and die with the engine's own
 * schema, hence not in db/schema.
 */
export async function createProcessTables(sql: Sql): Promise<void> {
  await sql.unsafe(`
    create schema if not exists holdfast_jobs;
    create table if not exists holdfast_jobs.processes (
      id integer generated always as identity primary key,
      name text not null,
      started_at timestamptz not null default now()
    );
    create table if not exists holdfast_jobs.worker_pools (
      pool_id text primary key,
      process_id integer not null references holdfast_jobs.processes (id) on delete cascade,
      lane text not null
    );
    create index if not exists worker_pools_process on holdfast_jobs.worker_pools (process_id);

    -- The engine looks for its next job while the end of the last one is still being written, finds the queue busy, and
    -- then waits for its poll. This announces a queue that became free and has something waiting, at the moment it does.
    create or replace function holdfast_jobs.announce_free_queue() returns trigger language plpgsql as $$
    begin
      if exists (
        select 1 from graphile_worker._private_jobs
        where job_queue_id = new.id and is_available and run_at <= now()
      ) then
        perform pg_notify('jobs:insert', '{"count":1}');
      end if;
      return null;
    end $$;
    create or replace trigger holdfast_announce_free_queue
      after update of locked_by on graphile_worker._private_job_queues
      for each row when (old.locked_by is not null and new.locked_by is null)
      execute function holdfast_jobs.announce_free_queue();
  `);
}

/** This process's sign of life: a row, and a session lock on it that PostgreSQL frees when the process dies. */
export interface ProcessLock {
  readonly processId: number;
  readonly isHeld: boolean;
  /** Must be done before the pool takes its first job: what no live process owns is reaped. */
  register(poolId: string, lane: Lane): Promise<void>;
  release(): Promise<void>;
}

/** Takes the lock, and takes it again when its connection is lost. Throws when it cannot be had at first. */
export async function takeProcessLock(url: string, name: string, log: Log): Promise<ProcessLock> {
  const pools = new Map<string, Lane>();
  let isReleased = false;
  let client = await connect(url);
  let isHeld = true;
  let registering: Promise<void> = Promise.resolve();

  const { rows } = await query<{ id: number }>(
    client,
    // One statement: the row is seen by others (the reaper among them) only when the lock is held.
    `with mine as (insert into holdfast_jobs.processes (name) values ($1) returning id)
     select id, pg_advisory_lock(${processLockClass}, id) from mine`,
    [name],
  );
  const processId = rows[0]?.id;
  if (processId === undefined) throw new Error('The process got no row.');

  const take = async (next: pg.Client): Promise<boolean> => {
    const taken = await query<{ taken: boolean }>(
      next,
      `select pg_try_advisory_lock(${processLockClass}, $1) as taken`,
      [processId],
    );
    if (taken.rows[0]?.taken !== true) return false;
    // Another process may have taken us for dead meanwhile.
    await query(
      next,
      `insert into holdfast_jobs.processes (id, name) overriding system value values ($1, $2) on conflict do nothing`,
      [processId, name],
    );
    for (const [poolId, lane] of pools) await insertPool(next, processId, poolId, lane);
    return true;
  };

  const retake = async (): Promise<void> => {
    while (!isReleased) {
      await sleep(reconnectMs, undefined, { ref: false });
      if (isReleased) return;
      let next: pg.Client | null = null;
      try {
        next = await connect(url);
        if (await take(next)) {
          client = next;
          isHeld = true;
          watch(next);
          log.info({ processId }, 'the job process lock is held again');
          return;
        }
        await next.end();
      } catch {
        // The database is still away; tried again until it is back or we stop.
        await next?.end().catch(() => {});
      }
    }
  };

  const watch = (watched: pg.Client): void => {
    watched.once('end', () => {
      if (isReleased || watched !== client) return;
      isHeld = false;
      log.warn({ processId }, 'the job process lock lost its connection');
      void retake();
    });
  };
  watch(client);

  return {
    processId,
    get isHeld() {
      return isHeld;
    },
    register(poolId, lane) {
      pools.set(poolId, lane);
      // One after the other: a connection runs one statement at a time, and every worker of a lane registers its pool.
      registering = registering.catch(() => {}).then(() => insertPool(client, processId, poolId, lane));
      return registering;
    },
    async release() {
      isReleased = true;
      // Best effort: a row that stays is removed by the next reaper, and the lock goes with the connection.
      await client.query('delete from holdfast_jobs.processes where id = $1', [processId]).catch(() => {});
      await client.end().catch(() => {});
    },
  };
}

/** The worker pools that hold a job or queue and belong to no live process. */
export async function findDeadPools(pool: pg.Pool): Promise<readonly string[]> {
  const { rows } = await query<{ pool_id: string }>(
    pool,
    `with holding as (
       select locked_by as pool_id from graphile_worker.jobs where locked_by is not null
       union
       select locked_by from graphile_worker._private_job_queues where locked_by is not null
     ), alive as (
       select w.pool_id
       from holdfast_jobs.worker_pools w
       join pg_locks l on l.objid = w.process_id::oid
       where l.locktype = 'advisory' and l.objsubid = 2 and l.granted and l.classid = ${processLockClass}
         and l.database = (select oid from pg_database where datname = current_database())
     )
     select pool_id from holding where pool_id not in (select pool_id from alive)`,
  );
  return rows.map(({ pool_id }) => pool_id);
}

/** How long a job waits whose process died on its last attempt: it may be what killed it, so not at once. */
const lastAttemptPause = '1 minute';

/** Gives back what dead pools hold; returns how many jobs. A last attempt that was cut short does not count. */
export async function freePools(pool: pg.Pool, poolIds: readonly string[]): Promise<number> {
  const client = await pool.connect();
  try {
    await query(client, 'begin');
    const held = await query<{ id: string; attempts: number; is_last: boolean }>(
      client,
      `select id::text, max_attempts - 1 as attempts, attempts >= max_attempts as is_last
       from graphile_worker.jobs where locked_by = any($1::text[]) order by id`,
      [poolIds],
    );
    await query(client, 'select graphile_worker.force_unlock_workers($1::text[])', [poolIds]);
    for (const job of held.rows.filter(({ is_last }) => is_last)) {
      await query(
        client,
        `select graphile_worker.reschedule_jobs(
           array[$1::bigint], run_at => now() + interval '${lastAttemptPause}', attempts => $2::integer)`,
        [job.id, job.attempts],
      );
    }
    await query(client, 'delete from holdfast_jobs.worker_pools where pool_id = any($1::text[])', [poolIds]);
    await query(client, `select pg_notify('jobs:insert', json_build_object('count', $1::integer)::text)`, [
      held.rows.length,
    ]);
    await query(client, 'commit');
    return held.rows.length;
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  } finally {
    client.release();
  }
}

/** Removes the rows of processes that are gone; their pools hold nothing any more. */
export async function forgetDeadProcesses(pool: pg.Pool): Promise<void> {
  await query(
    pool,
    `delete from holdfast_jobs.processes p
     where started_at < now() - interval '1 minute'
       and not exists (
         select 1 from pg_locks l
         where l.locktype = 'advisory' and l.objsubid = 2 and l.granted and l.classid = ${processLockClass}
           and l.objid = p.id::oid and l.database = (select oid from pg_database where datname = current_database()))
       and not exists (
         select 1 from holdfast_jobs.worker_pools w
         join graphile_worker.jobs j on j.locked_by = w.pool_id where w.process_id = p.id)`,
  );
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'holdfast process lock',
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
  });
  // A broken connection is seen at 'end'; without a handler its error would end the process.
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (error) {
    throw withoutParameters(error);
  }
  return client;
}

async function insertPool(client: pg.Client, processId: number, poolId: string, lane: Lane): Promise<void> {
  await query(
    client,
    'insert into holdfast_jobs.worker_pools (pool_id, process_id, lane) values ($1, $2, $3) on conflict do nothing',
    [poolId, processId, lane],
  );
}

async function query<R extends pg.QueryResultRow>(
  client: pg.Client | pg.PoolClient | pg.Pool,
  text: string,
  values: readonly unknown[] = [],
): Promise<pg.QueryResult<R>> {
  try {
    return await client.query<R>(text, [...values]);
  } catch (error) {
    throw withoutParameters(error, text);
  }
}

import type { Sql } from '../client.ts';

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
  `);
}

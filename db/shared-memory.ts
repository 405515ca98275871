import postgres from 'postgres';
import type { RememberedText, SharedMemory } from '../core/ports/shared-memory.ts';
import { guarded } from './errors.ts';

/** Any number that nothing else in the database uses as an advisory lock: "sand" in ASCII. */
const turnLock = 0x73616e64;
/** A process that stops in the middle of its turn loses it, and the others go on. */
const longestTurnMs = 10_000;
const longestWaitMs = 30_000;

/**
 * The memory of what demo mode pretends, in a schema of its own: made when it is first needed, so that databases of real
 * desks have none, hence not in db/schema.
 */
export function openSharedMemory(url: string, options: { readonly turnMs?: number } = {}): SharedMemory {
  // One connection: turns of this process wait for each other there, and none keeps the desk's own from it.
  const sql = postgres(url, {
    max: 1,
    onnotice: () => {},
    connection: {
      application_name: 'holdfast sandbox',
      TimeZone: 'UTC',
      idle_in_transaction_session_timeout: options.turnMs ?? longestTurnMs,
      lock_timeout: longestWaitMs,
    },
  });
  let isMade = false;

  return {
    turn: (since, work) =>
      guarded(
        sql.begin(async (tx) => {
          await tx`select pg_advisory_xact_lock(${turnLock})`;
          if (!isMade) {
            await tx.unsafe(`
              create schema if not exists holdfast_sandbox;
              create table if not exists holdfast_sandbox.memory (
                key text primary key,
                version integer not null,
                text text not null
              );
              create index if not exists memory_version on holdfast_sandbox.memory (version);`);
          }
          const seen = since();
          const news = await tx<(RememberedText & { version: number })[]>`
            select key, version, text from holdfast_sandbox.memory where version > ${seen} order by version, key`;
          const newest = news.at(-1)?.version ?? seen;
          const { value, write } = await work(news);
          if (write.length > 0) {
            await tx`
              insert into holdfast_sandbox.memory (key, version, text)
              select key, ${newest + 1}, text
              from unnest(${write.map(({ key }) => key)}::text[], ${write.map(({ text }) => text)}::text[]) as n (key, text)
              on conflict (key) do update set version = excluded.version, text = excluded.text`;
          }
          return { value, version: write.length > 0 ? newest + 1 : newest };
        }),
      ).then((done) => {
        isMade = true;
        return done;
      }),
    close: () => sql.end({ timeout: 5 }),
  };
}

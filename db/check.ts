import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { Fault } from '../core/describe-error.ts';
import { DatabaseError, withoutParameters } from './errors.ts';

const leastVersion = 150_000;
const notificationTimeoutMs = 3_000;
/** A server that speaks another protocol makes the driver try again for ever. */
const answerTimeoutMs = 20_000;

/**
 * Refuses (throws a `Fault` that says what to do) a database that cannot serve: unreachable, older than PostgreSQL 15,
 * or behind a pooler that hands each transaction another server connection, which breaks session locks and LISTEN.
 */
export async function checkDatabase(url: string, timeoutMs = answerTimeoutMs): Promise<void> {
  const open = () =>
    postgres(url, { max: 1, connect_timeout: 10, fetch_types: false, onnotice: () => {}, prepare: false });
  const first = open();
  const second = open();
  const tooLong = new AbortController();
  try {
    await Promise.race([examine(first, second), noAnswer(timeoutMs, tooLong.signal)]);
  } catch (error) {
    throw withWayOut(withoutParameters(error), url);
  } finally {
    tooLong.abort();
    await Promise.all([first.end({ timeout: 2 }), second.end({ timeout: 2 })]);
  }
}

async function noAnswer(afterMs: number, signal: AbortSignal): Promise<never> {
  await sleep(afterMs, undefined, { signal });
  throw new DatabaseError({ code: 'CONNECT_TIMEOUT', words: 'no answer' });
}

async function examine(first: postgres.Sql, second: postgres.Sql): Promise<void> {
  const [version] = await first<{ number: string; name: string }[]>`
      select current_setting('server_version_num') as number, current_setting('server_version') as name`;
  if (Number(version?.number) < leastVersion) {
    throw new Fault(`DATABASE_URL is PostgreSQL ${version?.name}; Holdfast needs 15 or newer.`);
  }
  if (!(await keepsItsSession(first, second))) throw pooled();
  if (!(await hearsNotifications(first, second))) throw pooled();
}

function pooled(): Fault {
  return new Fault(
    'DATABASE_URL goes through a connection pooler in transaction mode (PgBouncer or the like), where session locks and ' +
      'LISTEN do not work. Use the URL of a direct connection: on Fly and others the one that is not called "pooled" or ' +
      '"pgbouncer", usually port 5432.',
  );
}

/**
 * A pooler hands the connection that `a` just used to `b`; while `b` keeps it in a transaction, `a` gets another one, or
 * finds its lock gone.
 */
async function keepsItsSession(a: postgres.Sql, b: postgres.Sql): Promise<boolean> {
  // Random, so that two processes that start at once do not wait for each other.
  const key = randomInt(2 ** 31 - 1);
  const [before] = await a<{ pid: number }[]>`select pg_backend_pid() as pid, pg_advisory_lock(0, ${key})`;
  return b.begin(async (held) => {
    await held`select 1`;
    const [after] = await a<{ pid: number; held: boolean }[]>`
      select pg_backend_pid() as pid, exists (
        select 1 from pg_locks
        where locktype = 'advisory' and pid = pg_backend_pid() and classid = 0 and objid = ${key}::bigint::oid
      ) as held`;
    return before?.pid === after?.pid && after?.held === true;
  });
}

async function hearsNotifications(a: postgres.Sql, b: postgres.Sql): Promise<boolean> {
  const channel = `holdfast_check_${randomInt(2 ** 31 - 1)}`;
  const heard = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => heard.resolve(false), notificationTimeoutMs);
  try {
    await a.listen(channel, () => heard.resolve(true));
    await b.notify(channel, '');
    return await heard.promise;
  } finally {
    clearTimeout(timer);
  }
}

const reasons: Readonly<Record<string, string>> = {
  '28P01': 'the password is wrong',
  '28000': 'the server does not let this user in',
  '3D000': 'there is no database of that name',
  '53300': 'the server has no connection left',
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'the host is not known',
  EAI_AGAIN: 'the host is not known',
  CONNECT_TIMEOUT: 'there is no answer',
  ETIMEDOUT: 'there is no answer',
};

function withWayOut(error: unknown, url: string): unknown {
  if (!(error instanceof DatabaseError)) return error;
  const { hostname, port, pathname } = new URL(url);
  const target = `${hostname}:${port || 5432}${pathname}`;
  return new Fault(
    `The database ${target} cannot be used: ${reasons[error.code] ?? error.message}. Check DATABASE_URL.`,
    { cause: error },
  );
}

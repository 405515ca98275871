import { type SQL, sql } from 'drizzle-orm';
import type { PacingStore } from '../../core/ports/pacing.ts';
import type { Drizzle } from '../client.ts';
import { asOfNow, isAhead } from './moved-clock.ts';

const [refilledAt, blockedUntil, blockedAt] = [sql`p.refilled_at`, sql`p.blocked_until`, sql`p.blocked_at`];
const wasAhead = (at: SQL): SQL => isAhead(sql`greatest(${refilledAt}, ${blockedAt})`, at);

/**
 * Buckets in PostgreSQL, shared by all processes. `tokens` is what was left at `refilled_at` and may be negative: calls
 * that were promised and wait. It is the formula of `PacingStore` with `tokens = burst - (freeAt - now) / perCallMs`.
 * A line over time, so a slightly earlier `now` than the row's (another machine's clock) only means a longer wait.
 */
export function createPacingStore(db: Drizzle): PacingStore {
  /** Our clock was set back: what it wrote before holds as if it were written now. False: nothing to set right. */
  async function bringBack(authorizationId: string, bucket: string, at: SQL): Promise<boolean> {
    const rows = await db.execute(sql`
      update pacing p set
        refilled_at = ${asOfNow(refilledAt, refilledAt, at)},
        blocked_until = ${asOfNow(blockedUntil, blockedAt, at)}, blocked_at = ${asOfNow(blockedAt, blockedAt, at)}
      where p.authorization_id = ${authorizationId}::uuid and p.operation = ${bucket} and ${wasAhead(at)}
      returning p.operation`);
    return rows.length > 0;
  }
  const store: PacingStore = {
    async reserve(request) {
      const { authorizationId, bucket, cost, rate, maxWaitMs, now } = request;
      const perCallMs = (rate.perSeconds * 1000) / rate.calls;
      const at = sql`${now.toISOString()}::timestamptz`;
      const elapsedMs = sql`extract(epoch from (${at} - p.refilled_at)) * 1000`;
      const tokens = sql`least(${rate.burst}::float8, p.tokens + ${elapsedMs} / ${perCallMs}::float8)`;
      // A call dearer than the whole burst may go out once the bucket is full, else it never could.
      const paceMs = sql`(least(${cost}::float8, ${rate.burst}::float8) - ${tokens}) * ${perCallMs}::float8`;
      const blockMs = sql`coalesce(extract(epoch from (p.blocked_until - ${at})) * 1000, 0)`;
      const waitMs = sql`greatest(0, ${paceMs}, ${blockMs})`;
      // Not worth a wait for the disk at every call: a crash of the database forgives the calls of its last moment.
      const [taken] = await db.execute<{ tokens: number; blocked_ms: number }>(sql`
        insert into pacing as p (authorization_id, operation, tokens, refilled_at)
        select ${authorizationId}::uuid, ${bucket}, ${rate.burst}::float8 - ${cost}::float8, ${at}
        from set_config('synchronous_commit', 'off', true)
        on conflict (authorization_id, operation) do update
          set tokens = ${tokens} - ${cost}::float8, refilled_at = ${at}
          where ${waitMs} <= ${maxWaitMs}::float8 and not ${wasAhead(at)}
        returning p.tokens, ${blockMs}::float8 as blocked_ms`);
      if (taken !== undefined) {
        const ownMs = (Math.min(cost, rate.burst) - cost - Number(taken.tokens)) * perCallMs;
        return { taken: true, waitMs: Math.ceil(Math.max(0, ownMs, Number(taken.blocked_ms))) };
      }
      if (await bringBack(authorizationId, bucket, at)) return store.reserve(request);
      const [refused] = await db.execute<{ wait_ms: number }>(sql`
        select ${waitMs}::float8 as wait_ms from pacing p
        where p.authorization_id = ${authorizationId}::uuid and p.operation = ${bucket}`);
      return { taken: false, waitMs: Math.ceil(Number(refused?.wait_ms ?? 0)) };
    },
    async block({ authorizationId, bucket, until, now }) {
      const at = sql`${now.toISOString()}::timestamptz`;
      // A bucket that nobody used yet is full: refilled since 1970, and cut down to the burst by the first reservation.
      await db.execute(sql`
        insert into pacing as p (authorization_id, operation, tokens, refilled_at, blocked_until, blocked_at)
        values (${authorizationId}::uuid, ${bucket}, 0, 'epoch'::timestamptz, ${until.toISOString()}::timestamptz, ${at})
        on conflict (authorization_id, operation) do update set blocked_at = ${at},
          blocked_until = greatest(${asOfNow(blockedUntil, blockedAt, at)}, excluded.blocked_until)`);
    },
  };
  return store;
}

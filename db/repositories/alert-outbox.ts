import { type SQL, sql } from 'drizzle-orm';
import type { Bucket } from '../../core/alert/slack-rate.ts';
import { undoableKinds, undoGraceMs, undoMs } from '../../core/alert/undo.ts';
import type { AlertRepository, OutboxPauses } from '../../core/ports/alerting.ts';
import type { Tx } from '../../core/ports/database.ts';
import { unwrap } from '../database.ts';
import { endUnseen } from './alert-anew.ts';
import { readAlerts } from './alert-rows.ts';
import { asOfNow, isAhead } from './moved-clock.ts';

/** Looked at in one round, of each kind: enough that one busy channel does not hide the others. */
const mostPosts = 200;
const mostEdits = 100;

/** A settlement is a matter of moments. */
const lockedAgainMs = 250;

/** Nothing is due before the latest of these; the ones that do not apply are null, which `greatest` passes over. */
function dueAt({ editMs, leaseMs }: OutboxPauses): SQL {
  return sql`greatest(a.deliver_after, case when a.state = 'open' then a.snoozed_until end,
    case when a.message_ts is not null then a.shown_at + make_interval(secs => ${editMs / 1000}::float8) end,
    a.posting_since + make_interval(secs => ${leaseMs / 1000}::float8))`;
}
interface WaitingRow extends Record<string, unknown> {
  merchant_id: string;
  channel_id: string | null;
  what: 'post' | 'edit';
  why: string | null;
  count: number;
  since: string;
  until: string | null;
}

/** As the index `alerts_due` has it. */
const lags = sql`a.delivered_version < a.version and a.folded_into is null`;

/** From then on a settled card must not offer Undo any more. */
const undoEndsAt = sql`(a.resolved_at + make_interval(secs => ${(undoMs + undoGraceMs) / 1000}::float8))`;
/** Older cards are left alone: a desk that was away for longer has other things to say. */
const undoLookBack = sql`make_interval(days => 7)`;
/** Cards that were last drawn with an Undo; by the index `alerts_mapped`. One that lags behind is drawn anyway. */
const showsUndo = (at: SQL): SQL => sql`
  a.state = 'resolved' and a.resolution = 'mapped' and a.message_ts is not null and a.resolved_at > ${at} - ${undoLookBack}
  and a.kind = any(${sql.param([...undoableKinds])}::text[]) and a.delivered_version = a.version and a.shown_at < ${undoEndsAt}`;

/** Our clock was set back: what it wrote into these buckets before holds as if it were written now. */
async function bringBack(tx: Tx, names: readonly string[], at: SQL): Promise<void> {
  const [freeAt, takenAt] = [sql`p.free_at`, sql`p.taken_at`];
  const [blockedUntil, blockedAt] = [sql`p.blocked_until`, sql`p.blocked_at`];
  await unwrap(tx).execute(sql`
    with ahead as (
      select p.bucket from slack_pacing p
      where p.bucket = any(${sql.param([...names])}::text[]) and ${isAhead(sql`greatest(${takenAt}, ${blockedAt})`, at)}
      order by p.bucket for update
    )
    update slack_pacing p set
      free_at = ${asOfNow(freeAt, takenAt, at)}, taken_at = ${asOfNow(takenAt, takenAt, at)},
      blocked_until = ${asOfNow(blockedUntil, blockedAt, at)}, blocked_at = ${asOfNow(blockedAt, blockedAt, at)}
    from ahead a where p.bucket = a.bucket`);
}

/** The part of the alert rows that says what is still to be shown, and the pace at which Slack may be called. */
export const alertOutbox: Pick<
  AlertRepository,
  | 'due'
  | 'nextDueAt'
  | 'waiting'
  | 'blocked'
  | 'claim'
  | 'park'
  | 'buckets'
  | 'saveBuckets'
  | 'noteCall'
  | 'blockBucket'
  | 'markDelivered'
  | 'markDeliveryError'
> = {
  async due(tx, now, pauses) {
    const at = sql`${now.toISOString()}::timestamptz`;
    // One round at a time: two would both find the same turn free.
    await unwrap(tx).execute(sql`select pg_advisory_xact_lock(hashtextextended('slack outbox', 0))`);
    const unseen = await unwrap(tx).execute<{ merchantId: string; id: string; follows: string | null }>(sql`
      with unseen as (
        select a.merchant_id, a.id from alerts a
        where ${lags} and a.state = 'resolved' and a.message_ts is null and a.posting_since is null
        for update skip locked
      )
      update alerts a set delivered_version = a.version, deliver_after = null, delivery_error = null, updated_at = now()
      from unseen u where a.merchant_id = u.merchant_id and a.id = u.id
      returning a.merchant_id as "merchantId", a.id, a.follows`);
    await endUnseen(
      tx,
      unseen.filter(({ follows }) => follows !== null),
    );
    await unwrap(tx).execute(sql`
      with over as (
        select a.merchant_id, a.id from alerts a where ${showsUndo(at)} and ${undoEndsAt} <= ${at} for update skip locked
      )
      update alerts a set version = a.version + 1, updated_at = now()
      from over o where a.merchant_id = o.merchant_id and a.id = o.id`);
    const isDue = sql`${lags} and coalesce(${dueAt(pauses)} <= ${at}, true)`;
    const posts = await readAlerts(
      tx,
      sql`${isDue} and a.message_ts is null`,
      sql`order by a.opened_at, a.id limit ${mostPosts} for update of a skip locked`,
    );
    const edits = await readAlerts(
      tx,
      sql`${isDue} and a.message_ts is not null`,
      sql`order by (a.state = 'resolved') desc, a.shown_at nulls first, a.id limit ${mostEdits} for update of a skip locked`,
    );
    return [...posts, ...edits];
  },
  async nextDueAt(tx, now, pauses, seen) {
    const from = sql`${now.toISOString()}::timestamptz`;
    const seenIds = sql.param(seen.map(({ id }) => id));
    // A page that is full leaves others for the next round, which is asked for by what fills it.
    const seenPosts = seen.filter(({ messageTs }) => messageTs === null).length;
    const isWhole = seenPosts < mostPosts && seen.length - seenPosts < mostEdits;
    const [row] = await unwrap(tx).execute<{ at: string | null }>(sql`
      select min(at) as at from (
        select ${dueAt(pauses)} as at from alerts a where ${lags}
        union all
        select ${undoEndsAt} from alerts a where ${showsUndo(from)}
        union all
        -- Due, and passed over because a settlement had it locked: nobody else comes back for it.
        select ${from} + make_interval(secs => ${lockedAgainMs / 1000}::float8) from alerts a
        where ${isWhole} and ${lags} and coalesce(${dueAt(pauses)} <= ${from}, true)
          and not a.id = any(${seenIds}::uuid[])
      ) later
      where at > ${from}`);
    return row?.at == null ? null : new Date(row.at);
  },
  async waiting(tx, now) {
    const at = sql`${now.toISOString()}::timestamptz`;
    const rows = await unwrap(tx).execute<WaitingRow>(sql`
      with behind as (
        select a.merchant_id, a.channel_id, case when a.message_ts is null then 'post' else 'edit' end as what,
          case when a.deliver_after > ${at} then a.delivery_error
            when a.state = 'open' and a.snoozed_until > ${at} then 'snoozed' end as why,
          a.updated_at,
          nullif(greatest(a.deliver_after, case when a.state = 'open' then a.snoozed_until end, ${at}), ${at}) as until
        from alerts a
        -- What came and went before anybody could see it is not shown any more.
        where ${lags} and not (a.state = 'resolved' and a.message_ts is null and a.posting_since is null)
      )
      select merchant_id, channel_id, what, why, count(*)::int as count, min(updated_at) as since, min(until) as until
      from behind group by 1, 2, 3, 4 order by count(*) desc, 1, 2, 3, 4`);
    return rows.map((row) => ({
      merchantId: row.merchant_id,
      channelId: row.channel_id,
      what: row.what,
      why: row.why,
      count: row.count,
      since: new Date(row.since),
      until: row.until === null ? null : new Date(row.until),
    }));
  },
  async blocked(tx, now) {
    const rows = await unwrap(tx).execute<{ bucket: string; blocked_until: string }>(sql`
      select bucket, blocked_until from slack_pacing where blocked_until > ${now.toISOString()}::timestamptz
      order by bucket`);
    return rows.map((row) => ({ bucket: row.bucket, until: new Date(row.blocked_until) }));
  },
  async claim(tx, claims, since) {
    if (claims.length === 0) return;
    const rows = claims.map(({ alert, channelId }) => ({ m: alert.merchantId, id: alert.id, channel: channelId }));
    await unwrap(tx).execute(sql`
      update alerts a set posting_since = ${since.toISOString()}::timestamptz, channel_id = c.channel, updated_at = now()
      from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as c (m uuid, id uuid, channel text)
      where a.merchant_id = c.m and a.id = c.id`);
  },
  async park(tx, parked) {
    if (parked.length === 0) return;
    const rows = parked.map(({ merchantId, alertId, until, why }) => ({ m: merchantId, id: alertId, until, why }));
    await unwrap(tx).execute(sql`
      update alerts a set deliver_after = p.until, delivery_error = p.why, updated_at = now()
      from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as p (m uuid, id uuid, until timestamptz, why text)
      where a.merchant_id = p.m and a.id = p.id`);
  },
  async buckets(tx, names, now) {
    await bringBack(tx, names, sql`${now.toISOString()}::timestamptz`);
    const rows = await unwrap(tx).execute<{ bucket: string; free_at: string; blocked_until: string | null }>(sql`
      select bucket, free_at, blocked_until from slack_pacing
      where bucket = any(${sql.param([...names])}::text[]) order by bucket for update`);
    return new Map(
      rows.map((row): [string, Bucket] => [
        row.bucket,
        {
          freeAt: new Date(row.free_at),
          blockedUntil: row.blocked_until === null ? null : new Date(row.blocked_until),
        },
      ]),
    );
  },
  async saveBuckets(tx, freeAt, now) {
    if (freeAt.size === 0) return;
    const rows = [...freeAt].sort(([a], [b]) => (a < b ? -1 : 1)).map(([bucket, at]) => ({ bucket, at }));
    await unwrap(tx).execute(sql`
      insert into slack_pacing (bucket, free_at, taken_at)
      select bucket, at, ${now.toISOString()}::timestamptz
      from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as b (bucket text, at timestamptz)
      on conflict (bucket) do update set free_at = excluded.free_at, taken_at = excluded.taken_at`);
  },
  async noteCall(tx, name, now, earnedMs) {
    const at = sql`${now.toISOString()}::timestamptz`;
    await bringBack(tx, [name], at);
    const [row] =
      earnedMs === 0
        ? await unwrap(tx).execute<{ blocked_until: string | null }>(
            sql`select blocked_until from slack_pacing where bucket = ${name}`,
          )
        : await unwrap(tx).execute<{ blocked_until: string | null }>(sql`
            insert into slack_pacing as p (bucket, free_at, taken_at)
            values (${name}, ${at} + make_interval(secs => ${earnedMs / 1000}::float8), ${at})
            on conflict (bucket) do update
              set taken_at = ${at}, free_at = greatest(p.free_at, ${at}) + make_interval(secs => ${earnedMs / 1000}::float8)
            returning blocked_until`);
    return row?.blocked_until == null ? null : new Date(row.blocked_until);
  },
  async blockBucket(tx, name, until, now) {
    const at = sql`${now.toISOString()}::timestamptz`;
    const known = asOfNow(sql`p.blocked_until`, sql`p.blocked_at`, at);
    await unwrap(tx).execute(sql`
      insert into slack_pacing as p (bucket, free_at, blocked_until, blocked_at)
      values (${name}, 'epoch'::timestamptz, ${until.toISOString()}::timestamptz, ${at})
      on conflict (bucket) do update
        set blocked_until = greatest(${known}, excluded.blocked_until), blocked_at = ${at}`);
  },
  async markDelivered(tx, merchantId, alertId, delivered) {
    await unwrap(tx).execute(sql`
      update alerts set
        delivered_version = greatest(delivered_version, ${delivered.version}::int),
        channel_id = nullif(${delivered.channelId}, ''), message_ts = nullif(${delivered.messageTs}, ''),
        posting_since = null, deliver_after = null, delivery_error = null,
        shown_at = ${delivered.at.toISOString()}::timestamptz, updated_at = now()
      where merchant_id = ${merchantId} and id = ${alertId}`);
  },
  async markDeliveryError(tx, merchantId, alertId, { error, until, outcomeUnknown, forgetMessage }) {
    await unwrap(tx).execute(sql`
      update alerts set delivery_error = ${error}, deliver_after = ${until?.toISOString() ?? null}::timestamptz, updated_at = now(),
        posting_since = case when ${outcomeUnknown} then posting_since end,
        message_ts = case when ${forgetMessage} then null else message_ts end,
        channel_id = case when ${forgetMessage} then null else channel_id end
      where merchant_id = ${merchantId} and id = ${alertId}`);
  },
};

import { type SQL, sql } from 'drizzle-orm';
import type { DigestFigures } from '../../core/alert/digest.ts';
import { noChannelReason, quietReason } from '../../core/alert/routing.ts';
import { newId } from '../../core/ids.ts';
import type { Tx } from '../../core/ports/database.ts';
import type { DigestRow, SlackChannel, SlackChannelRepository, SlackRoute } from '../../core/ports/slack-channels.ts';
import { unwrap } from '../database.ts';
import { countDigest } from '../queries/count-digest.ts';
import { moment, momentOrNull } from '../queries/rows.ts';

/** Channels and routes are few: both are read whole. They belong to the workspace, not to one merchant. */
export function createSlackChannelRepository(): SlackChannelRepository {
  return {
    list: (tx) => readChannels(tx, sql`order by lower(coalesce(name, channel_id)), channel_id`),
    async find(tx, channelId) {
      const [channel] = await readChannels(tx, sql`where channel_id = ${channelId}`);
      return channel ?? null;
    },
    async lock(tx, channelId, name = null) {
      await unwrap(tx).execute(sql`
        insert into slack_channels (id, channel_id, name) values (${newId()}, ${channelId}, ${name})
        on conflict (channel_id) do update set name = coalesce(excluded.name, slack_channels.name)`);
      const [channel] = await readChannels(tx, sql`where channel_id = ${channelId} for update`);
      if (channel === undefined) throw new Error('A channel that was just written is not there.');
      return channel;
    },
    async save(tx, channelId, settings) {
      await unwrap(tx).execute(sql`
        update slack_channels set timezone = ${settings.timeZone}, quiet_from = ${settings.quietHours?.from ?? null},
          quiet_to = ${settings.quietHours?.to ?? null}, digest_at = ${settings.digestAt},
          digest_since = ${iso(settings.digestSince)}::timestamptz, unknown_may_look = ${settings.unknownMayLook},
          updated_at = now()
        where channel_id = ${channelId}`);
    },

    async routes(tx) {
      const rows = await unwrap(tx).execute<RouteRow>(sql`
        select r.id, r.merchant_id, r.store_id, r.kind, r.channel_id, m.name as merchant_name, s.name as store_name
        from slack_routes r
        left join merchants m on m.id = r.merchant_id
        left join stores s on s.merchant_id = r.merchant_id and s.id = r.store_id
        order by r.store_id is not null, r.kind is not null, r.merchant_id is not null, lower(m.name), lower(s.name),
          r.kind, r.id`);
      return rows.map(toRoute);
    },
    async saveRoute(tx, route) {
      const db = unwrap(tx);
      const target = sql`merchant_id is not distinct from ${route.merchantId}::uuid
        and store_id is not distinct from ${route.storeId}::uuid and kind is not distinct from ${route.kind}::text`;
      const [before] = await db.execute<{ channel_id: string }>(
        sql`select channel_id from slack_routes where ${target} for update`,
      );
      const [saved] = await db.execute<{ id: string }>(sql`
        insert into slack_routes (id, merchant_id, store_id, kind, channel_id, created_by)
        values (${route.id}, ${route.merchantId}, ${route.storeId}, ${route.kind}, ${route.channelId}, ${route.createdBy})
        on conflict on constraint slack_routes_target
          do update set channel_id = excluded.channel_id, created_by = excluded.created_by
        returning id`);
      return { id: saved?.id ?? route.id, before: before?.channel_id ?? null };
    },
    async removeRoute(tx, routeId) {
      await unwrap(tx).execute(sql`delete from slack_routes where id = ${routeId}`);
    },

    async markBroken(tx, channelId, { reason, noticeId, at }) {
      const rows = await unwrap(tx).execute(sql`
        insert into slack_channels (id, channel_id, broken_reason, broken_since, notice_id)
        values (${newId()}, ${channelId}, ${reason}, ${at.toISOString()}::timestamptz, ${noticeId})
        on conflict (channel_id) do update set broken_reason = excluded.broken_reason,
          broken_since = excluded.broken_since, notice_id = excluded.notice_id, notice_to = null,
          notice_posting_since = null, notice_ts = null, notice_done_at = null, updated_at = now()
        where slack_channels.broken_reason is null
        returning id`);
      return rows.length > 0;
    },
    async markWorking(tx, channelId) {
      await unwrap(tx).execute(sql`
        update slack_channels set broken_reason = null, broken_since = null, notice_id = null, notice_to = null,
          notice_posting_since = null, notice_ts = null, notice_done_at = null, updated_at = now()
        where channel_id = ${channelId}`);
    },
    async saveNotice(tx, channelId, notice) {
      await unwrap(tx).execute(sql`
        update slack_channels set notice_to = ${notice.to}, notice_posting_since = ${iso(notice.postingSince)}::timestamptz,
          notice_ts = ${notice.messageTs}, notice_done_at = ${iso(notice.doneAt)}::timestamptz
        where channel_id = ${channelId} and notice_id = ${notice.id}`);
    },
    async untold(tx) {
      const rows = await unwrap(tx).execute<{ channel_id: string }>(sql`
        select channel_id from slack_channels where notice_id is not null and notice_done_at is null`);
      return rows.map((row) => row.channel_id);
    },
    async reconsider(tx) {
      await unwrap(tx).execute(sql`
        with waiting as (
          select merchant_id, id from alerts
          where delivered_version < version and folded_into is null and deliver_after is not null
            and delivery_error = any(${sql.param([quietReason, noChannelReason])}::text[])
          order by id for update
        )
        update alerts a set deliver_after = null from waiting w where a.merchant_id = w.merchant_id and a.id = w.id`);
    },
    async owners(tx) {
      const rows = await unwrap(tx).execute<{ slack_user_id: string; name: string }>(sql`
        select s.slack_user_id, p.name from slack_people s
        join people p on p.id = s.person_id and p.status = 'active'
        where s.confirmed_at is not null and exists (
          select 1 from grants g where g.person_id = p.id and g.role = 'owner' and g.merchant_ids is null)
        order by s.confirmed_at, s.id`);
      return rows.map((row) => ({ slackUserId: row.slack_user_id, name: row.name }));
    },
    async merchants(tx) {
      const rows = await unwrap(tx).execute<{ id: string; name: string; timezone: string }>(
        sql`select id, name, timezone from merchants where archived_at is null order by lower(name), id`,
      );
      return rows.map(({ id, name, timezone }) => ({ id, name, timeZone: timezone }));
    },
    async storeName(tx, merchantId, storeId) {
      const [row] = await unwrap(tx).execute<{ name: string }>(sql`
        select name from stores where merchant_id = ${merchantId} and id = ${storeId} and deleted_at is null`);
      return row?.name ?? null;
    },
    async zoneOf(tx, channelId, merchantId) {
      const [row] = await unwrap(tx).execute<{ zone: string }>(sql`
        select coalesce((select c.timezone from slack_channels c where c.channel_id = ${channelId}), m.timezone) as zone
        from merchants m where m.id = ${merchantId}`);
      return row?.zone ?? 'UTC';
    },

    async addDigests(tx, digests) {
      if (digests.length === 0) return;
      const rows = digests
        .map(({ channelId, day, messageId }) => ({ channel_id: channelId, day, message_id: messageId }))
        .sort((a, b) => (a.channel_id < b.channel_id ? -1 : 1));
      await unwrap(tx).execute(sql`
        insert into slack_digests (channel_id, day, message_id)
        select channel_id, day, message_id from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb)
          as r(channel_id text, day date, message_id uuid)
        on conflict do nothing`);
    },
    async openDigests(tx, days) {
      if (days.length === 0) return [];
      const rows = await unwrap(tx).execute<{ channel_id: string; day: string }>(sql`
        select d.channel_id, to_char(d.day, 'YYYY-MM-DD') as day from slack_digests d
        join jsonb_to_recordset(${JSON.stringify(days)}::text::jsonb) as w("channelId" text, day date)
          on w."channelId" = d.channel_id and w.day = d.day
        where d.message_ts is null`);
      return rows.map((row) => ({ channelId: row.channel_id, day: row.day }));
    },
    async lockDigest(tx, channelId, day) {
      const [row] = await unwrap(tx).execute<{
        message_id: string;
        figures: DigestFigures | null;
        posting_since: string | null;
        message_ts: string | null;
        created_at: string;
      }>(sql`
        select message_id, figures, posting_since, message_ts, created_at from slack_digests
        where channel_id = ${channelId} and day = ${day}::date for update`);
      if (row === undefined) return null;
      return {
        channelId,
        day,
        messageId: row.message_id,
        figures: row.figures,
        postingSince: momentOrNull(row.posting_since),
        messageTs: row.message_ts,
        createdAt: moment(row.created_at),
      } satisfies DigestRow;
    },
    async saveDigest(tx, digest) {
      const figures = digest.figures === null ? null : JSON.stringify(digest.figures);
      await unwrap(tx).execute(sql`
        update slack_digests set figures = ${figures}::text::jsonb,
          posting_since = ${iso(digest.postingSince)}::timestamptz, message_ts = ${digest.messageTs}
        where channel_id = ${digest.channelId} and day = ${digest.day}::date`);
    },
    async figuresOf(tx, channelId, day) {
      const [row] = await unwrap(tx).execute<{ figures: DigestFigures | null }>(sql`
        select figures from slack_digests where channel_id = ${channelId} and day = ${day}::date`);
      return row?.figures ?? null;
    },
    countDigest,
  };
}

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

interface ChannelRow extends Record<string, unknown> {
  id: string;
  channel_id: string;
  name: string | null;
  timezone: string | null;
  quiet_from: string | null;
  quiet_to: string | null;
  digest_at: string | null;
  digest_since: string | null;
  unknown_may_look: boolean;
  broken_reason: string | null;
  broken_since: string | null;
  notice_id: string | null;
  notice_to: string | null;
  notice_posting_since: string | null;
  notice_ts: string | null;
  notice_done_at: string | null;
}

async function readChannels(tx: Tx, ending: SQL): Promise<readonly SlackChannel[]> {
  const rows = await unwrap(tx).execute<ChannelRow>(sql`select * from slack_channels ${ending}`);
  return rows.map((row) => ({
    id: row.id,
    channelId: row.channel_id,
    name: row.name,
    timeZone: row.timezone,
    quietHours: row.quiet_from === null || row.quiet_to === null ? null : { from: row.quiet_from, to: row.quiet_to },
    digestAt: row.digest_at,
    digestSince: momentOrNull(row.digest_since),
    unknownMayLook: row.unknown_may_look,
    brokenReason: row.broken_reason,
    brokenSince: momentOrNull(row.broken_since),
    notice:
      row.notice_id === null
        ? null
        : {
            id: row.notice_id,
            to: row.notice_to,
            postingSince: momentOrNull(row.notice_posting_since),
            messageTs: row.notice_ts,
            doneAt: momentOrNull(row.notice_done_at),
          },
  }));
}

interface RouteRow extends Record<string, unknown> {
  id: string;
  merchant_id: string | null;
  merchant_name: string | null;
  store_id: string | null;
  store_name: string | null;
  kind: string | null;
  channel_id: string;
}

const toRoute = (row: RouteRow): SlackRoute => ({
  id: row.id,
  merchantId: row.merchant_id,
  merchantName: row.merchant_name,
  storeId: row.store_id,
  storeName: row.store_name,
  kind: row.kind,
  channelId: row.channel_id,
});

import { sql } from 'drizzle-orm';
import type { Follow, HomeViewer, SlackSurfaceRepository } from '../../core/ports/slack-surfaces.ts';
import { unwrap } from '../database.ts';
import { uuids } from '../queries/order-walk.ts';
import { readAlerts } from './alert-rows.ts';

const timestamp = (at: Date) => sql`${at.toISOString()}::timestamptz`;

interface FollowRow extends Record<string, unknown> {
  id: string;
  team_id: string;
  slack_user_id: string;
  channel_id: string | null;
  response_url: string | null;
  uses: number;
  runs: Follow['runs'];
  refused: Follow['refused'];
  created_at: string;
}

/** Home tabs, and answers that go on. */
export function createSlackSurfaceRepository(): SlackSurfaceRepository {
  return {
    async homeOpened(tx, { teamId, slackUserId }, { viewHash, at }) {
      await unwrap(tx).execute(sql`
        insert into slack_homes (team_id, slack_user_id, opened_at, view_hash)
        values (${teamId}, ${slackUserId}, ${timestamp(at)}, ${viewHash})
        on conflict (team_id, slack_user_id) do update set opened_at = excluded.opened_at,
          view_hash = excluded.view_hash,
          -- Without a view nothing of ours stands there, whatever we sent before.
          content_hash = case when excluded.view_hash is null then null else slack_homes.content_hash end`);
    },
    async hasHomes(tx, since) {
      const rows = await unwrap(tx).execute(
        sql`select 1 from slack_homes where opened_at >= ${timestamp(since)} limit 1`,
      );
      return rows.length > 0;
    },
    async claimHomes(tx, { openedSince, lookedBefore, at, limit }) {
      const rows = await unwrap(tx).execute<{
        team_id: string;
        slack_user_id: string;
        content_hash: string | null;
        view_hash: string | null;
      }>(sql`
        update slack_homes h set looked_at = ${timestamp(at)} from (
          select team_id, slack_user_id from slack_homes
          where opened_at >= ${timestamp(openedSince)} and looked_at <= ${timestamp(lookedBefore)}
          order by looked_at, team_id, slack_user_id limit ${limit} for update skip locked
        ) as due
        where h.team_id = due.team_id and h.slack_user_id = due.slack_user_id
        returning h.team_id, h.slack_user_id, h.content_hash, h.view_hash`);
      return rows.map(
        (row): HomeViewer => ({
          teamId: row.team_id,
          slackUserId: row.slack_user_id,
          contentHash: row.content_hash,
          viewHash: row.view_hash,
        }),
      );
    },
    async homeDrawn(tx, { teamId, slackUserId, contentHash, viewHash }) {
      await unwrap(tx).execute(sql`
        update slack_homes set content_hash = ${contentHash}, view_hash = ${viewHash}
        where team_id = ${teamId} and slack_user_id = ${slackUserId}`);
    },
    assignedAlerts: (tx, { merchantIds, personId, limit }) =>
      readAlerts(
        tx,
        sql`a.merchant_id = any(${uuids(merchantIds)}) and a.state = 'open' and a.storm is null
          and a.assigned_to = ${personId}::uuid`,
        sql`order by a.nearest_ship_by nulls last, a.order_count desc, a.id limit ${limit}`,
      ),
    async addFollow(tx, follow) {
      await unwrap(tx).execute(sql`
        insert into slack_follows (id, team_id, slack_user_id, channel_id, response_url, uses, runs, refused, created_at)
        values (${follow.id}, ${follow.teamId}, ${follow.slackUserId}, ${follow.channelId}, ${follow.responseUrl},
          ${follow.uses}, ${JSON.stringify(follow.runs)}::text::jsonb, ${JSON.stringify(follow.refused)}::text::jsonb,
          ${timestamp(follow.createdAt)})`);
      await unwrap(tx).execute(sql`
        delete from slack_follows where done_at < ${timestamp(follow.createdAt)} - interval '1 day'`);
    },
    async findFollow(tx, followId) {
      const [row] = await unwrap(tx).execute<FollowRow>(sql`
        select * from slack_follows where id = ${followId}::uuid and done_at is null`);
      if (row === undefined) return null;
      return {
        id: row.id,
        teamId: row.team_id,
        slackUserId: row.slack_user_id,
        channelId: row.channel_id,
        responseUrl: row.response_url,
        uses: row.uses,
        runs: row.runs,
        refused: row.refused,
        createdAt: new Date(row.created_at),
      };
    },
    async useFollow(tx, { id, uses }) {
      const rows = await unwrap(tx).execute(sql`
        update slack_follows set uses = uses + 1 where id = ${id}::uuid and uses = ${uses} and done_at is null
        returning id`);
      return rows.length > 0;
    },
    async endFollow(tx, followId, at) {
      const rows = await unwrap(tx).execute(sql`
        update slack_follows set done_at = ${timestamp(at)}, response_url = null
        where id = ${followId}::uuid and done_at is null returning id`);
      return rows.length > 0;
    },
  };
}

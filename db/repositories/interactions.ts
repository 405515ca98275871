import { sql } from 'drizzle-orm';
import type { InteractionRepository } from '../../core/ports/alerting.ts';
import { unwrap } from '../database.ts';

/** Slack interactions: recorded before they are acknowledged, emptied when done. */
export function createInteractionRepository(): InteractionRepository {
  return {
    async record(tx, interactions) {
      const rows = interactions.map(({ id, dedupeKey, kind, payload, slackUserId }) => ({
        id,
        dedupe_key: dedupeKey,
        kind,
        payload,
        slack_user_id: slackUserId,
      }));
      const fresh = await unwrap(tx).execute<{ id: string }>(sql`
        insert into interactions (id, dedupe_key, kind, payload, slack_user_id)
        select id, dedupe_key, kind, payload, slack_user_id from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb)
          as i (id uuid, dedupe_key text, kind text, payload text, slack_user_id text)
        on conflict (dedupe_key) do nothing returning id`);
      return new Set(fresh.map(({ id }) => id));
    },
    async open(tx, interactionId) {
      const rows = await unwrap(tx).execute<{ kind: string; payload: string | null }>(sql`
        select kind, payload from interactions where id = ${interactionId} and done_at is null for update`);
      const row = rows[0];
      return row === undefined || row.payload === null ? null : { kind: row.kind, payload: row.payload };
    },
    async finish(tx, interactionId, outcome, at) {
      await unwrap(tx).execute(sql`
        update interactions set done_at = ${at.toISOString()}::timestamptz, outcome = ${outcome}, payload = null
        where id = ${interactionId} and done_at is null`);
    },
  };
}

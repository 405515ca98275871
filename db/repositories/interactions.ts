import { sql } from 'drizzle-orm';
import type { InteractionRepository } from '../../core/ports/alerting.ts';
import { unwrap } from '../database.ts';

/** Slack interactions: recorded before they are acknowledged, emptied when done. */
export function createInteractionRepository(): InteractionRepository {
  return {
    async record(tx, interaction) {
      const rows = await unwrap(tx).execute(sql`
        insert into interactions (id, dedupe_key, kind, payload, slack_user_id)
        values (${interaction.id}, ${interaction.dedupeKey}, ${interaction.kind}, ${interaction.payload}, ${interaction.slackUserId})
        on conflict (dedupe_key) do nothing returning id`);
      return rows.length > 0;
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

import { sql } from 'drizzle-orm';
import { newId } from '../../core/ids.ts';
import type { AuditRepository } from '../../core/ports/audit.ts';
import { unwrap } from '../database.ts';
import { moment } from '../queries/rows.ts';

export function createAuditRepository(): AuditRepository {
  return {
    async append(tx, events) {
      if (events.length === 0) return;
      // Ids grow with the order of the array: the history of one subject is read by id.
      const rows = events.map((event) => ({
        id: newId(),
        merchant_id: event.merchantId,
        at: event.at.toISOString(),
        person_id: event.actor.personId,
        actor_name: event.actor.name,
        via: event.actor.via,
        event: event.event,
        subject_type: event.subjectType,
        subject_id: event.subjectId,
        order_id: event.orderId ?? null,
        before: event.before ?? null,
        after: event.after ?? null,
        note: event.note ?? null,
      }));
      await unwrap(tx).execute(sql`
        insert into audit_events (id, merchant_id, at, person_id, actor_name, via, event, subject_type, subject_id, order_id, before, after, note)
        select id, merchant_id, at, person_id, actor_name, via, event, subject_type, subject_id, order_id, before, after, note
        from json_to_recordset(${JSON.stringify(rows)}::text::json) as row (
          id uuid, merchant_id uuid, at timestamptz, person_id uuid, actor_name text, via text, event text,
          subject_type text, subject_id uuid, order_id uuid, before jsonb, after jsonb, note text)`);
    },

    async lastOnStore(tx, { merchantId, storeId, subjectType, subjectId }) {
      const [row] = await unwrap(tx).execute<{ actorName: string; at: string }>(sql`
        select actor_name as "actorName", at from audit_events
        where merchant_id = ${merchantId} and subject_type = ${subjectType} and subject_id = ${subjectId}
          and after->>'storeId' = ${storeId}
        order by at desc, id desc limit 1`);
      return row === undefined ? null : { actorName: row.actorName, at: moment(row.at) };
    },
  };
}

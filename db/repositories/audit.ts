import { newId } from '../../core/ids.ts';
import type { AuditRepository } from '../../core/ports/audit.ts';
import { unwrap } from '../database.ts';
import { auditEvents } from '../schema/index.ts';

/** Rows of one insert: a statement takes at most 65,535 parameters, an event has thirteen. */
const batchSize = 2_000;

export const auditRepository: AuditRepository = {
  async append(tx, events) {
    // Ids of version 7 are made in this order, so the history reads in the order it was given.
    const rows = events.map((event) => ({
      id: newId(),
      merchantId: event.merchantId,
      at: event.at,
      personId: event.actor.personId,
      actorName: event.actor.name,
      via: event.actor.via,
      event: event.event,
      subjectType: event.subjectType,
      subjectId: event.subjectId,
      orderId: event.orderId ?? null,
      before: event.before ?? null,
      after: event.after ?? null,
      note: event.note ?? null,
    }));
    for (let start = 0; start < rows.length; start += batchSize) {
      await unwrap(tx)
        .insert(auditEvents)
        .values(rows.slice(start, start + batchSize));
    }
  },
};

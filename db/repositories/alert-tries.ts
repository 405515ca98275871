import { sql } from 'drizzle-orm';
import type { FoundCause } from '../../core/alert/types.ts';
import type { Tx } from '../../core/ports/database.ts';
import { unwrap } from '../database.ts';
import { isCauseOfItsOwn, isoOf, subjectOfException } from './alert-causes.ts';

/** A call that was asked for lasts no longer: what is being sent later is a try of the desk's own. */
const askedCallSeconds = 120;

const repeated: ReadonlySet<string> = new Set([
  'exception:writeback_failed',
  'exception:cancellation_failed',
  'exception:acceptance_failed',
]);

/**
 * Gives causes of what the platform did not take the last try that a person asked for, in their `detail`: `askedAt`,
 * `askedBy`; `askedOpen` while the platform has not answered it; `tries`, how often it was told what it refuses. The
 * desk's own tries move nothing of this.
 */
export async function withTries(
  tx: Tx,
  merchantId: string,
  causes: readonly FoundCause[],
): Promise<readonly FoundCause[]> {
  if (!causes.some(({ kind }) => repeated.has(kind))) return causes;
  const rows = await unwrap(tx).execute<{ kind: string; subject: string; facts: Record<string, string> }>(sql`
    select kind, subject, jsonb_strip_nulls(jsonb_build_object('askedAt', ${isoOf(sql`max(asked_at)`)},
      'askedBy', (array_agg(asked_by order by asked_at desc))[1], 'askedOpen', case when bool_or(is_open) then 'yes' end,
      'tries', (max(attempts) filter (where state = 'failed'))::text)) as facts
    from (
      select 'exception:' || x.code as kind, ${subjectOfException} as subject, w.state, w.attempts, asked.at as asked_at,
        asked.actor_name as asked_by, w.state = 'pending' or w.state = 'sending'
          and w.sending_since <= asked.at + make_interval(secs => ${askedCallSeconds}::int) as is_open
      from order_exceptions x
      join writebacks w on w.merchant_id = x.merchant_id
        and w.id = case when x.subject ~ '^[0-9a-f-]{36}$' then x.subject::uuid end
      cross join lateral (
        select v.at, v.actor_name from audit_events v
        where v.merchant_id = x.merchant_id and v.order_id = x.order_id and v.at >= x.opened_at
          and v.event = 'order.writeback_repeated' and v.via <> 'system'
          and case when v.after ? 'writebackId' then v.after->>'writebackId' = w.id::text else w.kind <> 'cancellation' end
        order by v.at desc limit 1
      ) asked
      where x.merchant_id = ${merchantId} and x.closed_at is null
        and x.code in ('writeback_failed', 'cancellation_failed', 'acceptance_failed')
        -- What failed at its first try was asked for by nobody.
        and (w.attempts > 1 or w.state in ('pending', 'sending')) and ${isCauseOfItsOwn}
    ) tries
    group by kind, subject`);
  const tries = new Map(rows.map((row) => [keyOf(row), row.facts]));
  return causes.map((cause) => {
    const facts = tries.get(keyOf(cause));
    return facts === undefined ? cause : { ...cause, detail: { ...cause.detail, ...facts } };
  });
}

const keyOf = ({ kind, subject }: { readonly kind: string; readonly subject: string }): string => `${kind}\n${subject}`;

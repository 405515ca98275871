import { timeText } from '../order/stale.ts';
import type { AuditEvent } from '../ports/audit.ts';
import type { Tx } from '../ports/database.ts';
import type { BasePorts } from '../ports/ports.ts';
import { type Result, refuse } from '../result.ts';

/**
 * True when a form would replace a decision that it never showed. `seen` is what stood when it was opened, null for
 * nothing, undefined where the caller looked at nothing. Deciding the same as the other person is no conflict.
 */
export const isUnseen = <T>(seen: T | null | undefined, there: T | null, wanted: T): boolean =>
  seen !== undefined && there !== null && there !== wanted && there !== seen;

/** Refuses `decided_meanwhile`: who decided what of a rule of a store, and when, as its history knows. */
export async function decidedMeanwhile(
  ports: Pick<BasePorts, 'audit' | 'clock'>,
  tx: Tx,
  store: { readonly id: string; readonly merchantId: string; readonly timezone: string },
  decision: {
    readonly subjectType: AuditEvent['subjectType'];
    readonly subjectId: string;
    /** After the name: `classified it as blocked`. */
    readonly words: string;
    readonly field: string;
  },
): Promise<Result<never>> {
  const { subjectType, subjectId, words, field } = decision;
  const subject = { merchantId: store.merchantId, storeId: store.id, subjectType, subjectId };
  const last = await ports.audit.lastOnStore(tx, subject);
  const who = last?.actorName ?? 'Somebody';
  const when = last === null ? 'meanwhile' : whenText(last.at, ports.clock.now(), store.timezone);
  return refuse('decided_meanwhile', `${who} ${words} ${when}. Look at it again.`, field);
}

/** `at 14:02`, and of another day `on 20 November at 14:02`: a form can stay open overnight. */
function whenText(at: Date, now: Date, timezone: string): string {
  const dayOf = (moment: Date) =>
    new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', timeZone: timezone }).format(moment);
  const day = dayOf(at) === dayOf(now) ? '' : `on ${dayOf(at)} `;
  return `${day}at ${timeText(at, timezone)}`;
}

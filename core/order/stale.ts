import type { Tx } from '../ports/database.ts';
import type { LockedOrder, OutgoingPorts } from '../ports/outgoing.ts';
import type { Refusal } from '../result.ts';
import { isOpen } from './order-state.ts';

/** `14:02` where the merchant is. */
export function timeText(at: Date, timezone: string): string {
  return new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: timezone }).format(at);
}

/** "Already dispatched by Mei, 14:02": what the second of two people is told. Null while nothing is dispatched. */
export function alreadyDispatched(order: LockedOrder): Refusal | null {
  const outbound = order.outbound.findLast(isOpen);
  if (outbound === undefined) return null;
  const when = timeText(outbound.createdAt, order.timezone);
  return {
    code: 'already_dispatched',
    message: `Already dispatched by ${outbound.createdBy}, ${when} (OB-${outbound.number}).`,
  };
}

/** Null when the order is still what the person saw; else who moved it, and when. */
export async function staleRefusal(
  ports: OutgoingPorts,
  tx: Tx,
  order: LockedOrder,
  expectedVersion: number,
): Promise<Refusal | null> {
  if (order.version === expectedVersion) return null;
  const last = await ports.orderLocks.lastMove(tx, order.merchantId, order.id);
  if (last === null) return { code: 'stale_version', message: 'The order has changed meanwhile. Look at it again.' };
  const what = last.event.replace(/^[^.]*\./, '').replaceAll('_', ' ');
  const when = timeText(last.at, order.timezone);
  return {
    code: 'stale_version',
    message: `Changed meanwhile by ${last.actorName}, ${when} (${what}). Look at the order again.`,
  };
}

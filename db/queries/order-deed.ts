import type { LastDeed } from '../../core/order/order-state.ts';
import { type OrderStatus, orderStatuses } from '../../core/order/types.ts';

const deeds: Readonly<Record<string, LastDeed['event']>> = {
  'order.dispatched': 'dispatch',
  'order.cancelled': 'cancel',
};

const isStatus = (value: unknown): value is OrderStatus => orderStatuses.some((status) => status === value);

/** The newest change of status, where it was a dispatch or a cancellation. `events` come newest first. */
export function deedOf(
  events: readonly {
    readonly event: string;
    readonly personId: string | null;
    readonly actorName: string;
    readonly at: string;
    readonly before: Readonly<Record<string, unknown>> | null;
  }[],
): LastDeed | null {
  const newest = events.find((event) => isStatus(event.before?.status));
  const from = newest?.before?.status;
  const event = newest === undefined ? undefined : deeds[newest.event];
  if (newest === undefined || event === undefined || !isStatus(from)) return null;
  return { event, personId: newest.personId, actorName: newest.actorName, at: new Date(newest.at), from };
}

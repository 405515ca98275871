import type { PlatformOrder } from '../order/types.ts';

/** Why an order that the desk does not have yet is left out of it; null when it is taken. */
export function skipRule(order: PlatformOrder): { readonly code: string; readonly reason: string } | null {
  if (order.fulfilledBy === 'platform')
    return { code: 'platform_fulfilled', reason: 'Fulfilled by the platform itself' };
  if (order.fulfilledBy === 'other_warehouse') {
    return { code: 'other_warehouse', reason: 'Belongs to a warehouse outside this store’s scope' };
  }
  switch (order.platformState) {
    case 'unpaid':
      return { code: 'not_paid', reason: 'Not paid yet' };
    case 'shipped':
      return { code: 'already_shipped', reason: 'Already shipped' };
    case 'cancelled':
      return { code: 'cancelled', reason: 'Cancelled on the platform' };
    default:
      return null;
  }
}

/** The platform's time of this copy is before that of the copy the desk has. */
export const olderCopy = { code: 'older_copy', reason: 'Older than what the desk has' } as const;

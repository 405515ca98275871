import type { ExceptionCode } from './types.ts';

/** These end only when what failed is mended: looked away from, a shipment would never reach the platform. */
export const mustBeMended: Readonly<Partial<Record<ExceptionCode, string>>> = {
  writeback_failed: 'Retry it with Mark Shipped, or let an admin close the order by hand.',
  carrier_unpaired: 'Pair the carrier; then it is sent by itself.',
  acceptance_failed: 'Retry it with Mark Shipped.',
  warehouse_exception: 'Clear the mark on the outbound order.',
};

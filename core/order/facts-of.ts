import type { OrderDetail } from '../queries/show-order.ts';
import type { OrderFacts } from './order-state.ts';

/** What the rules of an order's life look at, from the order as it is shown. */
export const factsOf = (order: OrderDetail): OrderFacts => ({
  kind: order.kind,
  status: order.status,
  openHolds: order.holds.filter((hold) => hold.closedAt === null),
  outbound: order.outbounds,
  writebacks: order.writebacks,
  lastDeed: order.lastDeed,
});

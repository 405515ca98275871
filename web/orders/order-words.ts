import type { OrderStatus } from '../../core/order/types.ts';

const toShip: ReadonlySet<OrderStatus> = new Set(['pending', 'acknowledged', 'processing', 'partially_shipped']);

/** True while goods of it have not left: then its ship-by time matters. */
export const orderNeedsShipping = (status: OrderStatus): boolean => toShip.has(status);

import type { OrderStatus } from '../order/types.ts';

/** As much of an order as a bulk action shows before it acts. */
export interface OrderLabel {
  readonly id: string;
  readonly number: string;
  readonly status: OrderStatus;
  readonly version: number;
  readonly openHoldCount: number;
  readonly openExceptionCount: number;
}

/** In the order of the ids; those of other merchants and unknown ones are left out. */
export type ListOrderLabels = (input: {
  readonly merchantIds: readonly string[];
  readonly orderIds: readonly string[];
}) => Promise<readonly OrderLabel[]>;

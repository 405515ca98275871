import type { Decimal } from '../money.ts';
import type { LockedOrder } from '../ports/outgoing.ts';

type Payment = Pick<LockedOrder, 'kind' | 'paymentClass' | 'paymentRecord' | 'codAmount' | 'totalAmount'>;

/** Whether the carrier must collect money: a person's classification of the payment type first, else the platform. */
export function isCashOnDelivery(order: Payment): boolean {
  if (order.kind === 'b2b') return false;
  if (order.paymentClass !== null) return order.paymentClass === 'cash_on_delivery';
  return order.paymentRecord === 'cash_on_delivery';
}

/** What is to be collected, in the order's currency; null when nobody said how much. */
export const amountToCollect = (order: Payment): Decimal | null => order.codAmount ?? order.totalAmount;

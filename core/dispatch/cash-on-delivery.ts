import type { Decimal } from '../money.ts';
import type { OrderKind } from '../order/types.ts';

/** Who pays how, of an order that is locked, shown or listed. */
interface PaymentType {
  readonly kind: OrderKind;
  readonly paymentClass: string | null;
  readonly paymentRecord: string;
}

interface Payment extends PaymentType {
  readonly codAmount: Decimal | null;
  readonly totalAmount: Decimal | null;
}

/** Whether the carrier must collect money: a person's classification of the payment type first, else the platform. */
export function isCashOnDelivery(order: PaymentType): boolean {
  if (order.kind === 'b2b') return false;
  if (order.paymentClass !== null) return order.paymentClass === 'cash_on_delivery';
  return order.paymentRecord === 'cash_on_delivery';
}

/** What is to be collected, in the order's currency; null when nobody said how much. */
export const amountToCollect = (order: Payment): Decimal | null => order.codAmount ?? order.totalAmount;

/** What the carrier must collect; null when the order is paid. */
export const cashToCollect = (order: Payment): { readonly amount: Decimal | null } | null =>
  isCashOnDelivery(order) ? { amount: amountToCollect(order) } : null;

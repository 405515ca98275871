import type { PlatformHold, PlatformState } from '../../core/order/types.ts';
import { isFulfillable, isLive, isOfAnotherService, type ServedElsewhere } from './packages.ts';
import { idOf, type Order, type OrderPackage } from './wire.ts';

const financialWords: Readonly<Record<string, string>> = {
  REFUNDED: 'Shopify says the payment was refunded',
  VOIDED: 'Shopify says the payment was voided',
  EXPIRED: 'Shopify says the payment has expired',
};

/** Why Shopify itself says "do not ship (yet)". None where the state alone says it. */
export function holdsOf(order: Order, state: PlatformState, elsewhere: ServedElsewhere): readonly PlatformHold[] {
  if (state === 'cancelled' || state === 'shipped' || state === 'unpaid') return [];
  return [
    ...paymentHolds(order),
    ...riskHolds(order),
    ...(order.fulfillmentOrders?.nodes ?? []).flatMap(packageHolds),
    ...visibilityHolds(order),
    ...elsewhere.shared.map(
      (line): PlatformHold => ({
        code: 'platform_hold',
        subject: `line ${line}`,
        reason: 'A part of this line is shipped by another fulfilment service',
      }),
    ),
  ];
}

function paymentHolds(order: Order): PlatformHold[] {
  const reason = financialWords[order.displayFinancialStatus ?? ''];
  return reason === undefined ? [] : [{ code: 'payment_blocked', subject: 'payment', reason }];
}

/** PENDING means that the assessment is still running: wait. */
function riskHolds(order: Order): PlatformHold[] {
  const recommendation = order.risk?.recommendation ?? 'NONE';
  const levels = (order.risk?.assessments ?? []).map((assessment) => assessment.riskLevel);
  if (recommendation === 'INVESTIGATE' || recommendation === 'CANCEL' || levels.includes('HIGH')) {
    const said = recommendation === 'NONE' || recommendation === 'ACCEPT' ? 'HIGH' : recommendation;
    return [{ code: 'payment_blocked', subject: 'risk', reason: `Shopify’s fraud analysis says ${said}` }];
  }
  if (levels.includes('PENDING')) {
    return [{ code: 'platform_hold', subject: 'risk', reason: 'Shopify is still checking this order for fraud' }];
  }
  return [];
}

function packageHolds(item: OrderPackage): PlatformHold[] {
  const subject = `fulfillment order ${idOf(item.id)}`;
  if (item.status === 'ON_HOLD') {
    const reasons = (item.fulfillmentHolds ?? []).map((hold) =>
      [hold.reason, hold.reasonNotes].filter(Boolean).join(': '),
    );
    const said = reasons.filter((reason) => reason !== '').join('; ');
    return [
      { code: 'platform_hold', subject, reason: said === '' ? 'On hold in Shopify' : `On hold in Shopify: ${said}` },
    ];
  }
  if (item.status === 'SCHEDULED') {
    return [{ code: 'scheduled', subject, reason: `Shopify schedules it for ${item.fulfillAt ?? 'later'}` }];
  }
  if (!isLive(item) || isFulfillable(item) || isOfAnotherService(item)) return [];
  return [
    { code: 'platform_hold', subject, reason: `Shopify does not let this app fulfil it (status ${item.status})` },
  ];
}

/** What Shopify hides from apps without approval is not an incomplete address, and no package is not "nothing to ship". */
function visibilityHolds(order: Order): PlatformHold[] {
  if (order.requiresShipping !== true) return [];
  const holds: PlatformHold[] = [];
  if (!order.shippingAddress) {
    holds.push({
      code: 'platform_hold',
      subject: 'protected customer data',
      reason: 'Shopify does not show the address: access to protected customer data is not approved for this app',
    });
  }
  if ((order.fulfillmentOrders?.nodes ?? []).length === 0) {
    holds.push({
      code: 'platform_hold',
      subject: 'fulfillment order scope',
      reason:
        'Shopify shows no fulfillment orders: authorize again and allow access to merchant-managed fulfillment orders',
    });
  }
  return holds;
}

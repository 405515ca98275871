import type { HoldCode } from './types.ts';

/** Why an order is held, and the next step: one sentence each, for people. `subject` is the hold's own. */
export function holdText(hold: { readonly code: HoldCode; readonly subject: string }): { why: string; next: string } {
  const about = hold.subject === '' ? '' : ` [${hold.subject}]`;
  switch (hold.code) {
    case 'sku_missing':
      return { why: 'Platform SKU is empty.', next: 'Bind the line to a warehouse SKU.' };
    case 'sku_unmapped':
      return {
        why: `SKU${about} not mapped to a warehouse SKU.`,
        next: 'Bind it in the dispatch dialog or the mappings.',
      };
    case 'payment_unknown':
      return { why: `Payment type${about} is not classified.`, next: 'Say whether it is prepaid or cash on delivery.' };
    case 'payment_blocked':
      return { why: `Payment is blocked${about}.`, next: 'Check the payment, then release the hold with a note.' };
    case 'shipping_method_missing':
      return { why: 'The order names no shipping method.', next: 'Choose the shipping channel at dispatch.' };
    case 'shipping_method_unmapped':
      return { why: `Shipping method${about} is not mapped.`, next: 'Map it, or choose the channel at dispatch.' };
    case 'address_incomplete':
      return { why: `Missing required recipient address fields${about}.`, next: 'Correct the address.' };
    case 'no_shippable_items':
      return {
        why: 'No shippable items.',
        next: 'Cancel the order, or fetch it again when the platform has changed it.',
      };
    case 'cancellation_requested':
      return { why: 'The buyer asked to cancel.', next: 'Cancel the order, or release the hold with a note.' };
    case 'stock_short':
      return { why: `Not enough stock${about}.`, next: 'Choose another warehouse, or wait for stock.' };
    case 'platform_hold':
      return { why: `The platform holds it${about}.`, next: 'Release it on the platform, then fetch the order again.' };
    case 'scheduled':
      return {
        why: `The platform schedules it for later${about}.`,
        next: 'Wait for the time, or change it on the platform.',
      };
    case 'operator_hold':
      return { why: 'A person parked it.', next: 'Release the hold with a note.' };
  }
}

export function holdReasonText(hold: { readonly code: HoldCode; readonly subject: string }): string {
  const { why, next } = holdText(hold);
  return `${why} ${next}`;
}

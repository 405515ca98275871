import type { HoldCode, HoldOrigin } from './types.ts';

/** As much of a hold as its words need. */
export interface ToldHold {
  readonly code: HoldCode;
  readonly subject: string;
  readonly origin?: HoldOrigin | undefined;
  /** The hold's names: product (`name`), the platform's words (`reason`), missing `fields`, figures. */
  readonly detail?: Readonly<Record<string, string>> | undefined;
}

/** Why an order is held, in the words of the manuals, and the next step: one sentence each, for people. */
export function holdText(hold: ToldHold): { why: string; next: string } {
  const about = hold.subject === '' ? '' : ` [${hold.subject}]`;
  const { name, reason, fields } = hold.detail ?? {};
  const product = name === undefined || name === '' ? '' : ` (${name})`;
  const said = reason === undefined || reason === '' ? '' : `: ${reason.replace(/[.\s]+$/, '')}`;
  switch (hold.code) {
    case 'sku_missing':
      return {
        why: `Platform SKU is empty${product}.`,
        next: 'Give the product its SKU on the platform, or bind the line to a warehouse SKU.',
      };
    case 'sku_unmapped':
      return {
        why: `SKU${about} not mapped to a warehouse SKU.`,
        next: 'Bind it in the dispatch dialog or the mappings: every order that waits for it is released.',
      };
    case 'payment_unknown':
      return {
        why:
          hold.subject === ''
            ? 'The platform names no payment type and has no record of an online payment.'
            : `Unknown payment type${about}, and no record of an online payment.`,
        next: 'Classify it as prepaid or cash on delivery.',
      };
    case 'payment_blocked':
      return hold.origin === 'platform'
        ? { why: `Payment is blocked${said}.`, next: 'Check the payment, then release the hold with a note.' }
        : {
            why: `Payment type${about} is blocked.`,
            next: 'Classify it otherwise, or release this order with a note.',
          };
    case 'shipping_method_missing':
      return {
        why: 'The order has no shipping method on the platform.',
        next: 'Choose the shipping channel at dispatch.',
      };
    case 'shipping_method_unmapped':
      return {
        why: `Shipping method${about} not mapped to a shipping type.`,
        next: 'Map it once, or choose the channel at dispatch.',
      };
    case 'address_incomplete':
      return {
        why: `Missing required recipient address fields: ${fieldWords(fields ?? hold.subject)}.`,
        next: 'Correct the address here, or on the platform and fetch the order again.',
      };
    case 'no_shippable_items':
      return {
        why: 'No shippable items.',
        next: 'Cancel the order, or fetch it again when the platform has changed it.',
      };
    case 'cancellation_requested':
      // Platforms often give no more of a reason than that.
      return {
        why: `The buyer asked to cancel${/^: the buyer asked to cancel$/i.test(said) ? '' : said}.`,
        next: 'Cancel the order, or release the hold with a note.',
      };
    case 'stock_short':
      return { why: `Not enough stock${about}.`, next: 'Choose another warehouse, or wait for stock.' };
    case 'platform_hold':
      return {
        why: `The platform holds it${said === '' ? about : said}.`,
        next: 'Release it on the platform, then fetch the order again.',
      };
    case 'scheduled':
      return {
        why: `The platform schedules it for later${said}.`,
        next: 'Wait for the time, or change it on the platform.',
      };
    case 'operator_hold':
      return {
        why: hold.subject === '' ? 'A person parked it.' : `A person parked it: ${hold.subject}.`,
        next: 'Release the hold when the reason is gone.',
      };
  }
}

export function holdReasonText(hold: ToldHold): string {
  const { why, next } = holdText(hold);
  return `${why} ${next}`;
}

const holdWords: Readonly<Record<HoldCode, string>> = {
  sku_missing: 'Platform SKU is empty',
  sku_unmapped: 'SKU not mapped to a warehouse SKU',
  payment_unknown: 'Unknown payment type',
  payment_blocked: 'Payment blocked',
  shipping_method_missing: 'Shipping method is empty',
  shipping_method_unmapped: 'Shipping method not mapped',
  address_incomplete: 'Missing required recipient address fields',
  no_shippable_items: 'No shippable items',
  cancellation_requested: 'The buyer asked to cancel',
  stock_short: 'Not enough stock',
  platform_hold: 'Held by the platform',
  scheduled: 'Scheduled for later by the platform',
  operator_hold: 'Parked by a person',
};

/** What a code is about, without a subject: for a group of orders. */
export const holdTitle = (code: HoldCode): string => holdWords[code];

const fieldNames: Readonly<Record<string, string>> = {
  email: 'e-mail',
  address1: 'address line 1',
  address2: 'address line 2',
  zip: 'postcode',
  pickupPointCode: 'pickup-point code',
};

/** The missing fields of an address as words: `phone,zip` → `phone, postcode`. */
export const fieldWords = (fields: string): string =>
  fields
    .split(',')
    .map((field) => fieldNames[field.trim()] ?? field.trim())
    .join(', ');

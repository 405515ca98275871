import { catalogue } from './catalogue.ts';
import { createRandom, type Random } from './random.ts';
import type { Defect, MarketLine, MarketOrder, MarketRecipient } from './types.ts';

/** The kinds of order that a desk meets. */
export const orderKinds = [
  'plain',
  'cash_on_delivery',
  'unknown_payment',
  'unmapped_method',
  'no_method',
  'no_sku',
  'incomplete_address',
  'store_pickup',
  'store_pickup_without_code',
  'foreign',
  'unpaid',
  'marketplace_fulfilled',
  'already_shipped',
  'cancelled',
  'on_hold',
  'under_review',
  'cancellation_requested',
  'lines_missing',
  'negative_quantity',
] as const;
export type OrderKindName = (typeof orderKinds)[number];

/** What a new shop starts with, oldest first: 24 orders, the ordinary ones most. */
export const openingOrders: readonly OrderKindName[] = [
  'already_shipped',
  'plain',
  'cancelled',
  'plain',
  'cash_on_delivery',
  'marketplace_fulfilled',
  'plain',
  'store_pickup',
  'unknown_payment',
  'plain',
  'no_sku',
  'unmapped_method',
  'foreign',
  'lines_missing',
  'plain',
  'incomplete_address',
  'cash_on_delivery',
  'on_hold',
  'store_pickup_without_code',
  'unpaid',
  'plain',
  'negative_quantity',
  'no_method',
  'plain',
];

/** What "place an order" makes, by weight: mostly work for the warehouse, sometimes work for a person. */
const placed: readonly (readonly [OrderKindName, number])[] = [
  ['plain', 60],
  ['cash_on_delivery', 10],
  ['store_pickup', 8],
  ['foreign', 6],
  ['unknown_payment', 3],
  ['unmapped_method', 3],
  ['no_sku', 3],
  ['incomplete_address', 3],
  ['no_method', 2],
  ['unpaid', 1],
];

const hourMs = 3_600_000;
const shipWithinMs = 72 * hourMs;

const surnames = ['王', '林', '陳', '張', '黃', '李', '吳', '蔡'] as const;
const givenNames = ['小明', '雅婷', '志豪', '美玲', '建宏', '怡君', '家瑋', '淑芬'] as const;
const latinNames = ['Ana Doe', 'Mei Lin', 'Tom Baker', 'Yuki Mori', 'Sara Lindt', 'Omar Haddad'] as const;
const places = [
  { city: '台北市', district: '中山區', street: '測試路', zip: '10491' },
  { city: '新北市', district: '板橋區', street: '範例街', zip: '22041' },
  { city: '台中市', district: '西屯區', street: '示範大道', zip: '40757' },
  { city: '高雄市', district: '左營區', street: '樣品路', zip: '81357' },
] as const;
const abroad = [
  {
    country: 'US',
    state: 'IL',
    city: 'Springfield',
    address1: '1 Test Street',
    zip: '62701',
    phone: '+1 217 555 0100',
  },
  {
    country: 'JP',
    state: 'Tokyo',
    city: 'Shibuya',
    address1: '1-2-3 Example',
    zip: '150-0002',
    phone: '+81 3 5555 0100',
  },
] as const;
const notes = [
  '',
  '',
  '',
  'Please leave it at the door.',
  '請於下午送達,謝謝。',
  'It is a gift, no invoice in the box.',
] as const;

export interface OrderRequest {
  readonly handle: string;
  readonly shopNo: number;
  readonly currency: string;
  readonly seq: number;
  readonly createdAt: number;
  /** Default: drawn by weight. */
  readonly kind?: OrderKindName | undefined;
  readonly lineCount?: number | undefined;
}

/** Ids above 2^53 and below 2^63, as 64-bit platforms have them; `seq` counts from 1 within the shop. */
export const orderId = (shopNo: number, seq: number): string =>
  String(7_000_000_000_000_000_001n + BigInt(shopNo) * 1_000_000_000n + BigInt(seq));

export const lineId = (shopNo: number, seq: number, lineNo: number): string =>
  String(7_100_000_000_000_000_001n + BigInt(shopNo) * 10_000_000_000n + BigInt(seq) * 10n + BigInt(lineNo));

export const fulfilmentId = (shopNo: number, count: number): string =>
  String(7_200_000_000_000_000_001n + BigInt(shopNo) * 1_000_000_000n + BigInt(count));

export const orderNumber = (handle: string, seq: number): string =>
  `${handle
    .replace(/[^a-z0-9]/g, '')
    .slice(0, 3)
    .toUpperCase()}-${1000 + seq}`;

/** One order, fully determined by shop and sequence number (and the kind, where one is asked for). */
export function generateOrder(request: OrderRequest): MarketOrder {
  const { handle, shopNo, seq, createdAt } = request;
  const random = createRandom(`${handle}/${seq}`);
  const kind = request.kind ?? drawKind(random);
  const isPickup = kind === 'store_pickup' || kind === 'store_pickup_without_code';
  const isPaid = kind !== 'unpaid' && kind !== 'cash_on_delivery' && kind !== 'unknown_payment';
  const lines = linesOf(request, random, kind);
  const store = random.pick(['store_7eleven', 'store_familymart']);
  return {
    seq,
    id: orderId(shopNo, seq),
    number: orderNumber(handle, seq),
    channel: random.pick(['web', 'app', 'live']),
    status: statusOf(kind),
    createdAt,
    updatedAt: createdAt,
    paidAt: isPaid ? createdAt + 60_000 : null,
    shipBy: createdAt + shipWithinMs,
    fulfilledBy: kind === 'marketplace_fulfilled' ? 'marketplace' : 'merchant',
    currency: request.currency,
    shippingFee: isPickup ? 60 : 100,
    discount: lines.reduce((sum, line) => sum + (line.unitPrice - line.discountedUnitPrice) * line.quantity, 0),
    paymentMethod: paymentOf(kind, random),
    paymentStatus:
      kind === 'cash_on_delivery'
        ? 'collect'
        : kind === 'unknown_payment'
          ? 'deferred'
          : isPaid
            ? 'captured'
            : 'pending',
    shippingMethod: methodOf(kind, store, random),
    shippingProvider: isPickup ? (store === 'store_7eleven' ? 'seven_eleven' : 'family_mart') : 'black_cat',
    buyerNote: random.pick(notes) || null,
    tags: random.next() < 0.2 ? ['gift'] : [],
    cancellationRequested: kind === 'cancellation_requested',
    cancelReason: kind === 'cancelled' ? 'The buyer changed their mind' : null,
    recipient: recipientOf(kind, random, seq, isPickup ? store : null),
    lines,
    defect: defectOf(kind),
  };
}

const defectOf = (kind: OrderKindName): Defect | null =>
  kind === 'lines_missing' || kind === 'negative_quantity' ? kind : null;

function statusOf(kind: OrderKindName): MarketOrder['status'] {
  if (kind === 'unpaid' || kind === 'cancelled' || kind === 'on_hold' || kind === 'under_review') return kind;
  return 'open';
}

function paymentOf(kind: OrderKindName, random: Random): string {
  if (kind === 'cash_on_delivery') return 'cash_on_delivery';
  if (kind === 'unknown_payment') return 'afterpay_x';
  return random.pick(['credit_card', 'credit_card', 'line_pay', 'atm_transfer']);
}

function methodOf(kind: OrderKindName, store: string, random: Random): string | null {
  if (kind === 'no_method') return null;
  if (kind === 'unmapped_method') return 'drone_express';
  if (kind === 'store_pickup' || kind === 'store_pickup_without_code') return store;
  return random.pick(['home_standard', 'home_standard', 'home_standard', 'home_chilled']);
}

function drawKind(random: Random): OrderKindName {
  const total = placed.reduce((sum, [, weight]) => sum + weight, 0);
  let drawn = random.int(1, total);
  for (const [kind, weight] of placed) {
    drawn -= weight;
    if (drawn <= 0) return kind;
  }
  return 'plain';
}

function linesOf(request: OrderRequest, random: Random, kind: OrderKindName): MarketLine[] {
  const count = request.lineCount ?? random.pick([1, 1, 1, 2, 2, 3]);
  // Nearly everyone buys oolong: one SKU that many orders share, so that one binding releases many.
  const first = random.next() < 0.6 ? 0 : random.int(0, catalogue.length - 2);
  return Array.from({ length: count }, (_, index) => {
    const isBare = kind === 'no_sku' && index === count - 1;
    const product =
      catalogue[isBare ? catalogue.length - 1 : (first + index * 2) % (catalogue.length - 1)] ?? catalogue[0];
    return {
      id: lineId(request.shopNo, request.seq, index),
      sku: product.sku,
      productId: product.productId,
      name: product.name,
      barcode: product.barcode,
      quantity: random.pick([1, 1, 1, 2, 2, 3]),
      quantityCancelled: 0,
      unitPrice: product.price,
      discountedUnitPrice: random.next() < 0.15 ? Math.round(product.price * 0.9) : product.price,
      requiresShipping: true,
    };
  });
}

function recipientOf(kind: OrderKindName, random: Random, seq: number, store: string | null): MarketRecipient {
  const digits = String(seq).padStart(6, '0').slice(-6);
  const email = `buyer${seq}@example.test`;
  if (kind === 'foreign') {
    const { country, state, city, address1, zip, phone } = random.pick(abroad);
    const name = random.pick(latinNames);
    return {
      name,
      phone,
      email,
      country,
      state,
      city,
      district: null,
      address1,
      address2: null,
      zip,
      pickupPointCode: null,
    };
  }
  const place = random.pick(places);
  const isIncomplete = kind === 'incomplete_address';
  const code = kind === 'store_pickup_without_code' ? null : String(random.int(100_000, 999_999));
  return {
    name: random.next() < 0.7 ? random.pick(surnames) + random.pick(givenNames) : random.pick(latinNames),
    phone: isIncomplete ? null : `0900${digits}`,
    email,
    country: 'TW',
    state: null,
    city: place.city,
    district: place.district,
    address1: isIncomplete || store !== null ? null : `${place.street}${random.int(1, 300)}號`,
    address2: random.next() < 0.3 ? `${random.int(2, 12)}樓` : null,
    zip: place.zip,
    pickupPointCode: store === null ? null : code,
  };
}

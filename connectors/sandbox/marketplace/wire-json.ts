import type { Fulfilment, MarketOrder, MarketRecipient } from './types.ts';

/** Private-use character: marks a text that goes out as a bare number, however many digits it has. */
const bare = '\uE000';

/** Puts a 64-bit id into a value for `toJson`, which writes it as a JSON number with all its digits. */
export const bareId = (id: string): string => `${bare}${id}${bare}`;

export const toJson = (value: unknown): string =>
  JSON.stringify(value).replaceAll(new RegExp(`"${bare}(\\d+)${bare}"`, 'g'), '$1');

const money = (units: number): string => `${units}.00`;
const time = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

/** What of a line has left, by the fulfilments that exist. */
export const shippedOf = (lineId: string, fulfilments: readonly Fulfilment[]): number =>
  fulfilments
    .flatMap((fulfilment) => fulfilment.lines)
    .filter((line) => line.lineId === lineId)
    .reduce((sum, line) => sum + line.quantity, 0);

export type FulfilmentStatus = 'unfulfilled' | 'partial' | 'fulfilled';

export function fulfilmentStatus(order: MarketOrder, fulfilments: readonly Fulfilment[]): FulfilmentStatus {
  const open = order.lines.filter(
    (line) => line.requiresShipping && shippedOf(line.id, fulfilments) < line.quantity - line.quantityCancelled,
  );
  if (open.length === 0 && fulfilments.length > 0) return 'fulfilled';
  return fulfilments.length > 0 ? 'partial' : 'unfulfilled';
}

const address = (recipient: MarketRecipient): object => ({
  name: recipient.name,
  phone: recipient.phone,
  email: recipient.email,
  country: recipient.country,
  state: recipient.state,
  city: recipient.city,
  district: recipient.district,
  address1: recipient.address1,
  address2: recipient.address2,
  zip: recipient.zip,
});

const timelineOf = (order: MarketOrder): object[] => [
  { at: time(order.createdAt), event: 'placed', by: 'buyer', text: 'The order was placed' },
  ...(order.paidAt === null
    ? []
    : [{ at: time(order.paidAt), event: 'paid', by: 'marketplace', text: 'The payment was captured' }]),
  { at: time(order.updatedAt), event: 'updated', by: 'marketplace', text: 'Released to the seller' },
];

/** An order as the marketplace's API shows it, for `toJson`; the order's defect, if any, is in it. */
export function orderToWire(order: MarketOrder, fulfilments: readonly Fulfilment[], assetUrl: string): object {
  const items = order.lines.reduce((sum, line) => sum + line.unitPrice * line.quantity, 0);
  const total = items + order.shippingFee - order.discount;
  const lines = order.lines.map((line, index) => ({
    id: bareId(line.id),
    sku: line.sku,
    product_id: line.productId,
    name: line.name,
    barcode: line.barcode,
    picture_url: `${assetUrl}/pictures/${line.productId}.svg`,
    quantity: order.defect === 'negative_quantity' && index === 0 ? -line.quantity : line.quantity,
    quantity_cancelled: line.quantityCancelled,
    quantity_shipped: shippedOf(line.id, fulfilments),
    unit_price: money(line.unitPrice),
    discounted_unit_price: money(line.discountedUnitPrice),
    requires_shipping: line.requiresShipping,
    attributes: { origin: 'Taiwan', warranty: 'none', gift_wrap: false },
  }));
  return {
    ...(order.defect === 'id_missing' ? {} : { id: bareId(order.id) }),
    number: order.number,
    channel: order.channel,
    status: order.status,
    fulfilment_status: fulfilmentStatus(order, fulfilments),
    created_at: order.defect === 'bad_time' ? 'yesterday' : time(order.createdAt),
    updated_at: time(order.updatedAt),
    paid_at: time(order.paidAt),
    ship_by: time(order.shipBy),
    fulfilled_by: order.fulfilledBy,
    currency: order.currency,
    totals: {
      items: money(items),
      shipping: money(order.shippingFee),
      tax: money(0),
      discount: money(order.discount),
      total: money(total),
    },
    payment: {
      method: order.paymentMethod,
      status: order.paymentStatus,
      collect_amount: order.paymentStatus === 'collect' ? money(total) : null,
    },
    shipping: {
      method: order.shippingMethod,
      provider: order.shippingProvider,
      pickup_point_code: order.recipient.pickupPointCode,
    },
    cancellation_requested: order.cancellationRequested,
    cancel_reason: order.cancelReason,
    buyer_note: order.buyerNote,
    tags: order.tags,
    recipient: address(order.recipient),
    billing: { ...address(order.recipient), tax_id: null, invoice_carrier: null, company: null },
    ...(order.defect === 'lines_missing' ? {} : { lines }),
    timeline: timelineOf(order),
    links: { self: `${assetUrl}/api/orders/${order.id}`, pictures: `${assetUrl}/pictures` },
  };
}

export const fulfilmentToWire = (fulfilment: Fulfilment): object => ({
  id: bareId(fulfilment.id),
  created_at: time(fulfilment.createdAt),
  carrier: fulfilment.carrier,
  tracking_number: fulfilment.trackingNumber,
  tracking_url: fulfilment.trackingUrl,
  lines: fulfilment.lines.map((line) => ({ line_id: bareId(line.lineId), quantity: line.quantity })),
});

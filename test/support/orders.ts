import type { PlatformLine, PlatformOrder, Recipient } from '../../core/order/types.ts';

let serial = 0;
const next = (): number => {
  serial += 1;
  return serial;
};

export function aRecipient(over: Partial<Recipient> = {}): Recipient {
  return {
    name: 'Ada Example',
    phone: '+49 30 000000',
    email: 'ada@example.test',
    country: 'DE',
    state: 'Berlin',
    city: 'Berlin',
    district: null,
    address1: 'Example Street 1',
    address2: null,
    zip: '10115',
    pickupPointCode: null,
    ...over,
  };
}

export function aLine(over: Partial<PlatformLine> = {}): PlatformLine {
  return {
    platformLineId: `line-${next()}`,
    sku: 'TEA-1',
    platformProductId: 'product-1',
    name: 'Green tea',
    barcode: null,
    pictureUrl: null,
    quantity: 1,
    quantityCancelled: 0,
    quantityShipped: 0,
    unitPrice: '10.00',
    discountedUnitPrice: '9.50',
    requiresShipping: true,
    ...over,
  };
}

/** A paid b2c order of two mapped lines, free to leave where TEA-1 and CUP-2 are mapped; ids differ from call to call. */
export function anOrder(over: Partial<PlatformOrder> = {}): PlatformOrder {
  const id = over.platformOrderId ?? `order-${next()}`;
  const lines = over.lines ?? [
    aLine({ platformLineId: `${id}-1`, sku: 'TEA-1' }),
    aLine({ platformLineId: `${id}-2`, sku: 'CUP-2', name: 'Cup' }),
  ];
  return {
    platformOrderId: id,
    platformOrderNumber: `#${id}`,
    sourceChannel: 'web',
    kind: 'b2c',
    platformStatus: 'PAID/UNFULFILLED',
    platformState: 'open',
    platformUpdatedAt: new Date('2026-11-20T10:00:00Z'),
    orderedAt: new Date('2026-11-20T09:00:00Z'),
    paidAt: new Date('2026-11-20T09:01:00Z'),
    shipBy: new Date('2026-11-22T09:00:00Z'),
    currency: 'EUR',
    itemsAmount: '20.00',
    shippingAmount: '4.90',
    taxAmount: '3.19',
    discountAmount: '1.00',
    totalAmount: '23.90',
    paymentMethod: 'card',
    paymentRecord: 'online',
    codAmount: null,
    shippingMethod: 'standard',
    shippingProvider: null,
    buyerNote: null,
    tags: [],
    fulfilledBy: 'merchant',
    recipient: aRecipient(),
    packages: [
      {
        platformPackageId: id,
        location: null,
        state: null,
        shippable: true,
        lines: lines.map((line) => ({
          platformLineId: line.platformLineId,
          platformPackageLineId: null,
          quantity: line.quantity,
        })),
      },
    ],
    holds: [],
    ...over,
    lines,
  };
}

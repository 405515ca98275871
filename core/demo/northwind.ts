/** What the tour's merchant starts with: set-up, products and stock. Stores, mappings and orders come by its own deeds. */

export const merchant = { name: 'Northwind', code: 'northwind', timezone: 'UTC' };

export const carriers = [
  { code: 'ups', name: 'UPS', trackingUrl: 'https://www.ups.com/track?tracknum={number}' },
  { code: 'dhl', name: 'DHL Express', trackingUrl: 'https://www.dhl.com/en/express/tracking.html?AWB={number}' },
  { code: 'fedex', name: 'FedEx', trackingUrl: 'https://www.fedex.com/fedextrack/?trknbr={number}' },
  { code: 'post_tw', name: 'Chunghwa Post', trackingUrl: null },
  { code: 'black_cat', name: 'Black Cat', trackingUrl: null },
  { code: 'seven_eleven', name: '7-ELEVEN', trackingUrl: null },
] as const;

export const warehouses = [
  {
    code: 'RNO',
    name: 'Reno',
    country: 'US',
    timezone: 'America/Los_Angeles',
    allowsBackorder: false,
    services: ['dropship', 'b2b'],
  },
  {
    code: 'RTM',
    name: 'Rotterdam',
    country: 'NL',
    timezone: 'Europe/Amsterdam',
    allowsBackorder: true,
    services: ['dropship'],
  },
] as const;

/** `_A` at the end of a code says self-pickup, as warehouse people know it. */
export const channels = [
  { warehouse: 'RNO', code: 'UPS-GROUND', name: 'UPS Ground', carrier: 'ups', serviceLevel: 'Ground' },
  { warehouse: 'RNO', code: 'DHL-EXPRESS', name: 'DHL Express', carrier: 'dhl', serviceLevel: 'Express Worldwide' },
  { warehouse: 'RNO', code: 'POST-EMS', name: 'Chunghwa Post EMS', carrier: 'post_tw', serviceLevel: 'EMS' },
  {
    warehouse: 'RNO',
    code: 'TCAT-COD',
    name: 'Home delivery, cash on delivery',
    carrier: 'black_cat',
    serviceLevel: 'Home delivery',
    cashOnDelivery: true,
  },
  {
    warehouse: 'RNO',
    code: 'FEDEX-LABEL_A',
    name: 'FedEx with your own label',
    carrier: 'fedex',
    serviceLevel: 'Label supplied',
    selfPickup: true,
  },
  { warehouse: 'RTM', code: 'DHL-EXPRESS', name: 'DHL Express', carrier: 'dhl', serviceLevel: 'Express Worldwide' },
  { warehouse: 'RTM', code: 'UPS-STANDARD', name: 'UPS Standard', carrier: 'ups', serviceLevel: 'Standard' },
] as const satisfies readonly {
  warehouse: string;
  code: string;
  name: string;
  carrier: string;
  serviceLevel: string;
  selfPickup?: boolean;
  cashOnDelivery?: boolean;
}[];

export const shippingTypes = [
  { code: 'home', name: 'Home delivery', warehouse: 'RNO', channel: 'UPS-GROUND' },
  { code: 'store_pickup', name: 'Convenience store', warehouse: 'RNO', channel: 'POST-EMS' },
  { code: 'chilled', name: 'Chilled', warehouse: 'RNO', channel: 'DHL-EXPRESS' },
  { code: 'express', name: 'Express', warehouse: 'RTM', channel: 'DHL-EXPRESS' },
] as const;

/**
 * Most codes equal those of the simulated marketplace, so that Auto match finds them. Its gift set is a combination of
 * three of these and its coaster carries no SKU: both are left for a person to bind.
 */
export const products = [
  { sku: 'TEA-OOLONG-150', name: 'Oolong tea, 150 g', barcodes: ['4710000000011'], stock: { RNO: 240, RTM: 120 } },
  { sku: 'TEA-OOLONG-075', name: 'Oolong tea, 75 g', barcodes: ['4710000001018'], stock: { RNO: 60, RTM: 40 } },
  { sku: 'TEA-BLACK-100', name: 'Black tea, 100 g', barcodes: ['4710000000028'], stock: { RNO: 180, RTM: 90 } },
  {
    sku: 'TEA-JASMIN-075',
    name: 'Jasmine green tea 茉莉綠茶, 75 g',
    barcodes: ['4710000000035'],
    stock: { RNO: 150, RTM: 75 },
  },
  { sku: 'CUP-GLASS-2', name: 'Double-wall glass, pair', barcodes: ['4710000000042'], stock: { RNO: 80, RTM: 30 } },
  { sku: 'CUP-GLASS-1', name: 'Double-wall glass, single', barcodes: ['4710000001025'], stock: { RNO: 25, RTM: 0 } },
  { sku: 'POT-CLAY-S', name: 'Yixing clay pot 紫砂壺, small', barcodes: ['4710000000059'], stock: { RNO: 12, RTM: 6 } },
  {
    sku: 'HONEY-LONGAN',
    name: 'Longan honey 龍眼蜂蜜, 420 g',
    barcodes: ['4710000000073'],
    stock: { RNO: 90, RTM: 45 },
  },
  {
    sku: 'COOKIE-PINE-12',
    name: 'Pineapple cakes, box of 12',
    barcodes: ['4710000000080'],
    stock: { RNO: 100, RTM: 50 },
  },
  {
    sku: 'FILTER-PAPER',
    name: 'Paper tea filters, 100 pieces',
    barcodes: ['4710000000097'],
    stock: { RNO: 300, RTM: 150 },
  },
  { sku: 'COASTER-HAND', name: 'Hand-made coaster 手工杯墊', barcodes: ['4710000001032'], stock: { RNO: 70, RTM: 35 } },
  { sku: 'BOX-GIFT-L', name: 'Gift box, large', barcodes: ['4710000001049'], stock: { RNO: 50, RTM: 0 } },
] as const;

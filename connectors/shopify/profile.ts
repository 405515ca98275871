import type { AuthField, Profile } from '../../core/ports/connector.ts';

/** The only version the documents of this folder were validated against; Shopify serves it until 2027-10-16. */
export const apiVersion = '2026-10';

/** The whole host name of every shop; nothing else is ever called. */
export const shopHostPattern = '[a-z0-9][a-z0-9-]*\\.myshopify\\.com';

const yesNo = [
  { value: 'no', label: 'No' },
  { value: 'yes', label: 'Yes' },
] as const;

const settings: readonly AuthField[] = [
  {
    name: 'cod_methods',
    label: 'Cash-on-delivery payment names',
    help: 'Payment method names, separated by commas, that mean cash on delivery in this shop.',
    example: 'Cash on Delivery (COD)',
    required: false,
    secret: false,
  },
  {
    name: 'include_test_orders',
    label: 'Take test orders',
    help: 'Orders that Shopify marks as tests are skipped unless you say yes.',
    example: 'no',
    required: false,
    secret: false,
    options: yesNo,
  },
  {
    name: 'delivery_methods',
    label: 'Delivery methods that the warehouse ships',
    help: 'Shopify delivery methods, separated by commas. Orders with other methods (pick-up, local delivery) are skipped.',
    example: 'SHIPPING',
    required: false,
    secret: false,
  },
  {
    name: 'notify_customer',
    label: 'Shopify e-mails the buyer when a shipment is told',
    help: 'Shopify sends its own shipping confirmation when you say yes.',
    example: 'no',
    required: false,
    secret: false,
    options: yesNo,
  },
  {
    name: 'cancel_restock',
    label: 'Put the goods back into Shopify stock on cancel',
    help: 'What Shopify does with its own stock when the desk cancels an order there.',
    example: 'yes',
    required: false,
    secret: false,
    options: yesNo,
  },
  {
    name: 'cancel_refund',
    label: 'Refund the buyer on cancel',
    help: 'Refunds are final. Without it the money is left to the person who handles refunds.',
    example: 'no',
    required: false,
    secret: false,
    options: yesNo,
  },
];

export const profile: Profile = {
  platform: 'shopify',
  name: 'Shopify',
  connection: 'oauth',
  intake: 'push',
  fulfilment: 'self_ship',
  repeatShipment: 'duplicates',
  fields: [
    {
      name: 'shop',
      label: 'Shop name',
      help: 'The name before .myshopify.com. You can paste the address of your Shopify admin.',
      example: 'demo.myshopify.com',
      required: true,
      secret: false,
    },
  ],
  caveats: [
    'A custom domain (www.brand.com) cannot be used to connect: use the myshopify.com name.',
    'Orders older than 60 days are visible only when Shopify has granted the app access to all orders.',
    'Names, addresses and phone numbers need an approved request for protected customer data, unless the app is custom.',
  ],
  setupSteps: [
    { title: 'Authorize the shop', required: true, about: 'authorization' },
    { title: 'Map SKUs to warehouse SKUs', required: true, about: 'mapping' },
    {
      title: 'Pair carriers with the names that Shopify knows, so that tracking links work',
      required: false,
      about: 'carriers',
    },
    { title: 'Name the payment methods that are cash on delivery', required: false, about: 'payments' },
  ],
  settings,
  scopes: [
    'read_orders',
    'write_orders',
    'read_merchant_managed_fulfillment_orders',
    'write_merchant_managed_fulfillment_orders',
    'read_products',
    'read_inventory',
    'read_locations',
  ],
  ipAllowlist: false,
  capabilities: {
    fetchByNumber: true,
    ship: true,
    partialShip: true,
    cancel: true,
    carriers: true,
    stockPush: false,
    products: true,
    webhooks: true,
    refresh: true,
    labels: false,
  },
  notProven: [
    'Stock push: not built yet.',
    'Connecting with a pasted token or with the client credentials of your own app: not built yet; use the login.',
    'Orders older than 60 days: read_all_orders is granted by Shopify on request, so it is not asked for.',
    'Carriers: Shopify has no list to ask for. The names offered are those it documents; any other name is passed on as it is, with the tracking link.',
    'Answers 402, 423 and 404 on every call (shop frozen, locked, gone) are handled as remembered, not as tested.',
    'More than 10,000 product variants are read page by page; the bulk export is not built yet.',
    'Orders of companies (B2B catalogs) are read as ordinary orders.',
    'Shopify’s privacy webhooks (data request, redaction) are not acted on: recipient data ends with its retention time.',
  ],
  sync: {
    everyMinutes: 15,
    lookBackHours: 48,
    firstLookBackHours: 120,
    updatedSince: true,
    pageSize: 50,
    maxWindowHours: null,
  },
  // The real limit is in points and is read from every answer (client.ts); this only keeps bursts civil.
  rate: { calls: 4, perSeconds: 1, burst: 40 },
  refreshMarginSeconds: 300,
  fixedShippingMethods: false,
  cashOnDeliveryMethods: ['Cash on Delivery (COD)'],
  recipientRetentionDays: 60,
};

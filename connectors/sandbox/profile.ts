import type { Profile } from '../../core/ports/connector.ts';

export const platform = 'sandbox';

/** Most orders of one page, and of one look-up by id or number: the marketplace refuses more. */
export const pageSize = 100;
export const lookupSize = 1_000;
/** Most listings of one stock call. */
export const stockBatchSize = 100;

/** The simulated marketplace that comes with the desk in demo mode. */
export const profile: Profile = {
  platform,
  name: 'Sandbox marketplace',
  connection: 'oauth',
  intake: 'push',
  fulfilment: 'self_ship',
  repeatShipment: 'duplicates',
  carrierPairing: 'known_only',
  fields: [
    {
      name: 'shop',
      label: 'Shop name',
      help: 'Any name in letters from a to z and digits: a shop that does not exist yet is opened with a few orders.',
      example: 'teahouse',
      required: true,
      secret: false,
    },
  ],
  caveats: ['Nothing here is real: the marketplace runs inside this desk, and only in demo mode.'],
  setupSteps: [
    { title: 'Authorize the store at the marketplace', required: true, about: 'authorization' },
    { title: 'Map the SKUs of the first orders', required: true, about: 'mapping' },
    { title: 'Pair the carriers that you ship with', required: true, about: 'carriers' },
    { title: 'Choose a warehouse', required: true, about: 'warehouse' },
    { title: 'Classify payment types that are not known yet', required: false, about: 'payments' },
  ],
  scopes: ['orders', 'fulfilments', 'products', 'stock'],
  ipAllowlist: false,
  capabilities: {
    fetchByNumber: true,
    ship: true,
    partialShip: true,
    cancel: true,
    carriers: true,
    stockPush: true,
    products: true,
    webhooks: true,
    refresh: true,
    labels: false,
  },
  notProven: [],
  sync: {
    everyMinutes: 15,
    lookBackHours: 48,
    firstLookBackHours: 120,
    updatedSince: true,
    pageSize,
    maxWindowHours: null,
  },
  // It runs on the same machine: a budget that shows the mechanism without slowing a million-order sync.
  rate: { calls: 200, perSeconds: 1, burst: 200 },
  // Access tokens live one hour.
  refreshMarginSeconds: 300,
  fixedShippingMethods: false,
  cashOnDeliveryMethods: ['cash_on_delivery'],
  recipientRetentionDays: 90,
};

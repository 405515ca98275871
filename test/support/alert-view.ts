import type { AlertView } from '../../core/alert/types.ts';

const openedAt = new Date('2026-11-20T12:00:00Z');

/** An alert as the database gives it: 37 orders wait for a SKU. */
export const alertView = (over: Partial<AlertView> = {}): AlertView => ({
  id: '0199aaaa-0000-7000-8000-000000000001',
  merchantId: '0199aaaa-0000-7000-8000-000000000002',
  merchantName: 'Northwind',
  storeId: '0199aaaa-0000-7000-8000-000000000003',
  storeName: 'Northwind US',
  platform: 'shopify',
  kind: 'held:sku_unmapped',
  subject: 'x',
  state: 'open',
  orderCount: 37,
  amounts: { USD: '4210.5' },
  sample: [{ id: 'o1', number: '#1042' }],
  detail: { subject: 'TSHIRT-XL', name: 'T-shirt, XL' },
  oldestAt: new Date('2026-11-20T09:00:00Z'),
  nearestShipBy: new Date('2026-11-20T16:00:00Z'),
  version: 3,
  deliveredVersion: 2,
  channelId: 'C1',
  messageTs: '1.2',
  postingSince: null,
  assignedToId: null,
  assignedToName: null,
  snoozedUntil: null,
  snoozedByName: null,
  openedAt,
  resolvedAt: null,
  resolvedBy: null,
  resolvedVia: null,
  resolution: null,
  ...over,
});

/** The simulated marketplace's own idea of things. Money is in whole units of the shop's currency. */

/** Decimal digits; above 2^53 on purpose, and sent as JSON numbers. */
export type MarketId = string;

export interface MarketLine {
  readonly id: MarketId;
  sku: string | null;
  readonly productId: string;
  readonly name: string;
  readonly barcode: string | null;
  quantity: number;
  quantityCancelled: number;
  readonly unitPrice: number;
  readonly discountedUnitPrice: number;
  readonly requiresShipping: boolean;
}

export interface MarketRecipient {
  name: string | null;
  phone: string | null;
  email: string | null;
  country: string | null;
  state: string | null;
  city: string | null;
  district: string | null;
  address1: string | null;
  address2: string | null;
  zip: string | null;
  pickupPointCode: string | null;
}

/** A fault in the order's own data: what a desk must survive without losing the page around it. */
export type Defect = 'lines_missing' | 'negative_quantity' | 'id_missing' | 'bad_time';

export interface MarketOrder {
  readonly seq: number;
  readonly id: MarketId;
  readonly number: string;
  readonly channel: string;
  status: 'unpaid' | 'open' | 'cancelled' | 'on_hold' | 'under_review';
  /** Epoch ms, like every time in this file. */
  readonly createdAt: number;
  updatedAt: number;
  paidAt: number | null;
  readonly shipBy: number;
  readonly fulfilledBy: 'merchant' | 'marketplace';
  readonly currency: string;
  readonly shippingFee: number;
  readonly discount: number;
  paymentMethod: string | null;
  paymentStatus: 'captured' | 'pending' | 'deferred' | 'collect';
  readonly shippingMethod: string | null;
  readonly shippingProvider: string | null;
  readonly buyerNote: string | null;
  readonly tags: readonly string[];
  cancellationRequested: boolean;
  cancelReason: string | null;
  recipient: MarketRecipient;
  lines: MarketLine[];
  defect: Defect | null;
}

export interface Fulfilment {
  readonly id: MarketId;
  readonly orderId: MarketId;
  readonly createdAt: number;
  readonly carrier: string;
  readonly trackingNumber: string;
  readonly trackingUrl: string | null;
  readonly lines: readonly { readonly lineId: MarketId; readonly quantity: number }[];
}

export interface WebhookRegistration {
  readonly id: string;
  readonly url: string;
  readonly secret: string;
}

export interface WebhookDelivery {
  readonly eventId: string;
  readonly topic: string;
  readonly url: string;
  readonly body: string;
  readonly at: number;
  status: number | null;
  attempts: number;
}

/** Orders made from their index when asked for, never kept: how a million fit. */
export interface BulkOrders {
  readonly count: number;
  /** When the first was placed and last updated; each next one `stepMs` later. */
  readonly from: number;
  readonly stepMs: number;
}

export interface Shop {
  readonly shopNo: number;
  readonly handle: string;
  readonly name: string;
  readonly country: string;
  readonly currency: string;
  readonly openedAt: number;
  nextSeq: number;
  orders: MarketOrder[];
  fulfilments: Fulfilment[];
  /** Product id → offered quantity, as the desk last set it. */
  stock: Record<string, number>;
  webhooks: WebhookRegistration[];
  deliveries: WebhookDelivery[];
  readonly bulk: BulkOrders | null;
}

export interface AccessGrant {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly shop: string;
  readonly scopes: readonly string[];
  accessExpiresAt: number;
  readonly refreshExpiresAt: number;
  /** The token that was exchanged for this one stays good until this one is first used: no desk is locked out by a crash. */
  replaces: string | null;
}

export interface ConsentCode {
  readonly code: string;
  readonly shop: string;
  readonly scopes: readonly string[];
  readonly redirectUri: string;
  readonly expiresAt: number;
}

export interface MarketState {
  nextShopNo: number;
  nextEvent: number;
  shops: Shop[];
  grants: AccessGrant[];
  codes: ConsentCode[];
}

import type { PlatformOrder } from '../order/types.ts';
import type { Log } from './log.ts';

/** How a person connects a store. */
export type ConnectionKind = 'oauth' | 'keys' | 'account' | 'signing';

/** One field of a connect form: form, validation and help are made from this. */
export interface AuthField {
  /** Key under which the value is kept, in snake_case. */
  readonly name: string;
  readonly label: string;
  readonly help: string;
  readonly example: string;
  readonly required: boolean;
  /** Secret fields are encrypted, shown as asterisks and never sent back to a browser. */
  readonly secret: boolean;
  /** Source of a regular expression that the trimmed value must match as a whole. */
  readonly pattern?: string | undefined;
  /** What to say when it does not. */
  readonly patternMessage?: string | undefined;
  readonly options?: readonly { readonly value: string; readonly label: string }[] | undefined;
}

/** What the set-up checklist of a store can look up by itself. */
export type SetupTopic = 'authorization' | 'mapping' | 'carriers' | 'warehouse' | 'payments';

export interface Capabilities {
  readonly fetchByNumber: boolean;
  readonly ship: boolean;
  readonly partialShip: boolean;
  readonly cancel: boolean;
  readonly carriers: boolean;
  readonly stockPush: boolean;
  readonly products: boolean;
  readonly webhooks: boolean;
  readonly refresh: boolean;
  readonly labels: boolean;
}

/** Data only: what differs between platforms as data. */
export interface Profile {
  readonly platform: string;
  readonly name: string;
  readonly connection: ConnectionKind;
  readonly intake: 'push' | 'poll';
  readonly fulfilment: 'platform_label' | 'self_ship' | 'read_only';
  /** What a second identical shipment call does: decides whether a retry must read first. */
  readonly repeatShipment: 'safe' | 'says_already_shipped' | 'duplicates';
  /**
   * What happens to a carrier that is none of the platform's own list. `required`: without a pairing its shipment waits
   * and no call is made. `known_only`: its own name is sent, and refused where the platform does not know it. Left out:
   * any name is taken.
   */
  readonly carrierPairing?: 'required' | 'known_only' | undefined;
  /** The platform has purchase orders (b2b) beside buyers' orders: every scheduled sync reads both. Default: it has none. */
  readonly purchaseOrders?: boolean | undefined;
  readonly fields: readonly AuthField[];
  /** Sentences shown beside the form before the first test. */
  readonly caveats: readonly string[];
  /** `about` says which fact of the desk ticks the step; without it the step is advice. */
  readonly setupSteps: readonly {
    readonly title: string;
    readonly required: boolean;
    readonly about?: SetupTopic | undefined;
  }[];
  /** Settings of a store that this connector reads from `session.settings`; none is secret. */
  readonly settings?: readonly AuthField[] | undefined;
  readonly scopes: readonly string[];
  readonly ipAllowlist: boolean;
  readonly capabilities: Capabilities;
  /** What is off because it could not be proven, in words for the store's page. */
  readonly notProven: readonly string[];
  readonly sync: {
    readonly everyMinutes: number;
    readonly lookBackHours: number;
    readonly firstLookBackHours: number;
    /** Whether the platform can list by "updated since"; without it every dispatch looks again. */
    readonly updatedSince: boolean;
    readonly pageSize: number;
    /** Longest window of one listing, in hours; null where unlimited. */
    readonly maxWindowHours: number | null;
  };
  /** Spacing of calls per authorization: at most `calls` per `perSeconds`, with bursts up to `burst`. */
  readonly rate: { readonly calls: number; readonly perSeconds: number; readonly burst: number };
  /** Refresh when less than this is left, in seconds; null where tokens are not refreshed. */
  readonly refreshMarginSeconds: number | null;
  /** Whether shipping methods are fixed codes of the platform: then an unmapped one holds by default. */
  readonly fixedShippingMethods: boolean;
  /** Payment types that this platform documents as cash on delivery. */
  readonly cashOnDeliveryMethods: readonly string[];
  /** Recipient data is purged this many days after an order is closed. */
  readonly recipientRetentionDays: number;
}

/** Credentials of an authorization, opened; field names are those of `AuthField` plus tokens. */
export type Credentials = Readonly<Record<string, string>>;

/** What a connector needs to call the platform for one store. It knows nothing of our database. */
export interface ConnectorSession {
  readonly authorizationId: string;
  readonly storeId: string | null;
  /** The store's id at the platform, where known (Shopify: shop id). */
  readonly platformShopId: string | null;
  readonly credentials: Credentials;
  /** Non-secret settings of authorization and store: e.g. `{ cod_methods: 'cod,ecpay_cod' }`. */
  readonly settings: Readonly<Record<string, string>>;
  readonly http: HttpClient;
  readonly now: () => Date;
  /** For developers: a platform's version drift, a repaired answer. Ids only. */
  readonly log?: Log | undefined;
}

export interface HttpRequest {
  /** The connector's operation, for the call log: `fetchOrders`, `ship` … */
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
  /** Whole-call timeout in ms; default 30,000. */
  readonly timeoutMs?: number | undefined;
  /** Reads (and idempotent writes) may be repeated on network faults, 429 and 5xx; default true for GET only. */
  readonly idempotent?: boolean | undefined;
  /** What this call takes from the rate budget, in calls; default 1. */
  readonly cost?: number | undefined;
}

export interface HttpResponse {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/**
 * One client for all connectors: timeout, size limit, retry with jitter, Retry-After, rate budget, SSRF guard at
 * connect time, no redirects, call log, redaction. Throws `ConnectorError` (`retryable`, with `outcomeUnknown` where the
 * request may have been received) when no answer arrived; any HTTP answer that is not to be retried is returned.
 */
export interface HttpClient {
  send(request: HttpRequest): Promise<HttpResponse>;
}

/**
 * Where a store's calls may go; anything else is refused before a byte leaves. Addresses are checked when connecting,
 * at every call: private, loopback, link-local and the like are refused, save where a rule allows them.
 * `exact`: https, one of these host names · `pattern`: https, the whole host name matches (source of a regular
 * expression) · `public`: https, this host and port, public addresses only; `allowPrivate` (explicit setting) also
 * lets http and private addresses pass · `base_url`: this scheme, host and port; loopback allowed (sandbox).
 */
export type HostRule =
  | { readonly kind: 'exact'; readonly hosts: readonly string[] }
  | { readonly kind: 'pattern'; readonly pattern: string }
  | { readonly kind: 'public'; readonly host: string; readonly allowPrivate: boolean }
  | { readonly kind: 'base_url'; readonly baseUrl: string };

export interface OrderPage {
  readonly orders: readonly FetchedOrder[];
  /** Orders that are none of the desk's business (test orders, drafts, pick-up at the counter): counted with the reason. */
  readonly skipped?: readonly SkippedOrder[] | undefined;
}

export interface SkippedOrder {
  readonly platformOrderId: string;
  readonly platformOrderNumber: string;
  readonly reason: string;
}

/** One order of a page: mapped, or malformed with the reason. The raw text is kept either way. */
export type FetchedOrder =
  | { readonly ok: true; readonly order: PlatformOrder; readonly raw: string }
  | {
      readonly ok: false;
      /** As far as it could be read; else null. */
      readonly platformOrderId: string | null;
      readonly platformOrderNumber: string | null;
      readonly reason: string;
      readonly raw: string;
    };

export interface FetchWindow {
  /** Orders changed at or after this (inclusive), by the platform's update time. */
  readonly since: Date;
  /** …and before this. May lie some minutes ahead of our clock, because the platform's may be: cut it where one is refused. */
  readonly until: Date;
  readonly kind: 'b2c' | 'b2b';
}

export interface FetchByNumberResult {
  readonly orders: readonly FetchedOrder[];
  /** Numbers that gave no order, with the reason in words. */
  readonly missing: readonly { readonly number: string; readonly reason: string }[];
}

/** A shipment to be told to the platform. */
export interface ShipmentToTell {
  readonly shipmentId: string;
  readonly platformOrderId: string;
  readonly platformOrderNumber: string;
  readonly trackingNumber: string;
  /** The platform's name or code of the carrier: from the carrier pairing, else the warehouse carrier's name. */
  readonly carrier: string;
  readonly trackingUrl: string | null;
  readonly service: string | null;
  readonly shippedAt: Date;
  /** [{ platformLineId, quantity }]; never empty. */
  readonly lines: readonly { readonly platformLineId: string; readonly quantity: number }[];
  /** True when after this shipment nothing of the order is left to ship. */
  readonly completesOrder: boolean;
}

/** A fulfilment as the platform shows it. */
export interface PlatformShipment {
  readonly platformShipmentId: string;
  readonly trackingNumbers: readonly string[];
  readonly lines: readonly { readonly platformLineId: string; readonly quantity: number }[];
}

export interface ShipResult {
  /** `accepted`: told now; `already_there`: a read found it, nothing was sent. */
  readonly outcome: 'accepted' | 'already_there';
  readonly platformShipmentId: string | null;
}

export interface ShopIdentity {
  readonly platformShopId: string;
  readonly name: string;
  readonly country: string | null;
  readonly currency: string | null;
}

/** The result of a consent or a key check. */
export interface Grant {
  readonly accountId: string;
  readonly credentials: Credentials;
  readonly scopes: readonly string[];
  /** When the access token ends; null where it does not. */
  readonly expiresAt: Date | null;
  /** When even a refresh stops working; null where never. */
  readonly refreshExpiresAt: Date | null;
  /** At least one. */
  readonly shops: readonly ShopIdentity[];
}

export interface AuthorizationRequest {
  readonly state: string;
  readonly redirectUri: string;
  readonly fields: Credentials;
}

export interface CallbackRequest {
  /** The query exactly as it arrived, in order. */
  readonly query: readonly (readonly [string, string])[];
  readonly redirectUri: string;
  readonly fields: Credentials;
  readonly state: string;
}

export interface Carrier {
  readonly code: string;
  readonly name: string;
}

export interface Product {
  readonly platformProductId: string;
  readonly sku: string | null;
  readonly barcode: string | null;
  readonly name: string;
  readonly pictureUrl: string | null;
}

export interface IncomingWebhook {
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes exactly as they arrived. */
  readonly body: Uint8Array;
}

export interface ParsedWebhook {
  /** Same on redelivery: what makes the delivery unique. */
  readonly eventId: string;
  readonly topic: string;
  /** Which order to fetch; null for other topics. */
  readonly platformOrderId: string | null;
  /** `uninstalled`: the grant is gone; `order`: fetch that order; `ignore`: nothing to do. */
  readonly effect: 'order' | 'uninstalled' | 'ignore';
}

/** Application-level settings of a platform, from the environment (e.g. Shopify client id and secret). */
export type PlatformApp = Readonly<Record<string, string>>;

export interface Connector {
  readonly profile: Profile;
  /**
   * The values as kept (subdomain completed, URL normalized) or the field that is wrong. Pure. What `app` does not
   * allow explicitly (http, private addresses) is refused.
   */
  checkFields(
    fields: Credentials,
    app?: PlatformApp,
  ): { ok: true; value: Credentials } | { ok: false; field: string; message: string };
  /** Where calls with these (checked) fields or credentials may go: what the HTTP client is made with. Pure. */
  hostRule(app: PlatformApp, fields: Credentials): HostRule;
  /** `oauth` only: where to send the browser. The host comes from checked fields and the profile, never from a caller. */
  authorizeUrl?(app: PlatformApp, request: AuthorizationRequest): string;
  /** `oauth` only: verifies the callback (signature, shop, time) and exchanges the code. Throws `rejected` when forged. */
  completeAuthorization?(app: PlatformApp, request: CallbackRequest, http: HttpClient, now: () => Date): Promise<Grant>;
  /** `keys`, `account`, `signing`: tests the given fields against the platform. */
  connect?(app: PlatformApp, fields: Credentials, http: HttpClient, now: () => Date): Promise<Grant>;
  /** One harmless call. Throws as every call does. */
  testConnection(session: ConnectorSession): Promise<{ shop: ShopIdentity; scopes: readonly string[] }>;
  refresh?(app: PlatformApp, session: ConnectorSession): Promise<Omit<Grant, 'shops' | 'accountId'>>;
  fetchOrders(session: ConnectorSession, window: FetchWindow): AsyncIterable<OrderPage>;
  /** Everything still open within the store's scope, for the nightly reconciliation. */
  fetchOpenOrders(session: ConnectorSession): AsyncIterable<OrderPage>;
  fetchByNumber?(session: ConnectorSession, numbers: readonly string[]): Promise<FetchByNumberResult>;
  /** By platform order id: re-reads for holds, webhooks and fresh looks before dispatch. */
  fetchByIds(session: ConnectorSession, platformOrderIds: readonly string[]): Promise<FetchByNumberResult>;
  /** What the platform knows as shipped: read before any retry after an unknown outcome, and to confirm. */
  readShipments?(session: ConnectorSession, platformOrderId: string): Promise<readonly PlatformShipment[]>;
  /**
   * Tells one shipment. `lookFirst` is true when an earlier attempt may have arrived: then the connector reads the
   * platform and sends only what is not there.
   */
  ship?(session: ConnectorSession, shipment: ShipmentToTell, lookFirst: boolean): Promise<ShipResult>;
  /** Cancels at the platform; already cancelled is success. */
  cancel?(session: ConnectorSession, platformOrderId: string, reason: string): Promise<void>;
  carriers?(session: ConnectorSession): Promise<readonly Carrier[]>;
  products?(session: ConnectorSession): AsyncIterable<readonly Product[]>;
  /** Absolute quantity of one listing; `key` makes a repeat harmless. */
  pushStock?(
    session: ConnectorSession,
    levels: readonly { readonly platformProductId: string; readonly quantity: number; readonly key: string }[],
  ): Promise<readonly { readonly platformProductId: string; readonly error: string | null }[]>;
  /**
   * Asks the platform to call `url` on order changes; safe to repeat. `secret` is the store's own: the caller keeps it
   * as `webhook_secret` in the credentials, where `verifyWebhook` finds it (platforms that sign with the app's secret
   * ignore it).
   */
  registerWebhooks?(session: ConnectorSession, url: string, secret: string): Promise<void>;
  /** Verifies the raw bytes in constant time. False when a secret is missing. */
  verifyWebhook?(app: PlatformApp, credentials: Credentials, webhook: IncomingWebhook): boolean;
  parseWebhook?(webhook: IncomingWebhook): ParsedWebhook;
  /** The platform's unsigned greeting to a new webhook: to be answered 200 and forgotten, before any verification. */
  isPing?(webhook: IncomingWebhook): boolean;
}

/** One row of the platform call log. */
export interface CallRecord {
  readonly authorizationId: string | null;
  readonly storeId: string | null;
  readonly direction: 'out' | 'in';
  readonly operation: string;
  readonly method: string;
  /** Host and path; no query values. */
  readonly target: string;
  /** HTTP status, or null when no answer came. */
  readonly status: number | null;
  readonly durationMs: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly attempt: number;
  readonly error: string | null;
  /** Redacted excerpt, for failures only. */
  readonly requestExcerpt: string | null;
  readonly responseExcerpt: string | null;
  readonly at: Date;
}

export type RecordCall = (record: CallRecord) => void;

export interface ConnectorRegistry {
  /** Throws for a platform that has no connector here. */
  get(platform: string): Connector;
  list(): readonly Connector[];
}

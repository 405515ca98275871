import { ConnectorError, type ConnectorErrorFields } from '../../core/errors.ts';
import type {
  Capabilities,
  Connector,
  ConnectorRegistry,
  ConnectorSession,
  FetchByNumberResult,
  PlatformShipment,
  Profile,
  ShipmentToTell,
} from '../../core/ports/connector.ts';
import type { Platforms } from '../../core/ports/platforms.ts';

/** A small platform in memory: keeps what it is told, and answers as a test wishes. */
export interface TestPlatform {
  readonly connector: Connector;
  readonly connectors: ConnectorRegistry;
  readonly platforms: Platforms;
  /** What it has, by platform order id. */
  readonly fulfilments: Map<string, ShipmentToTell[]>;
  readonly cancelled: string[];
  /** Every call, as `ship!` where it looked first. */
  readonly calls: string[];
  /** The next calls of an operation fail so; `after` first lets the call take effect. */
  fail(operation: 'ship' | 'cancel' | 'readShipments' | 'fetchByIds', error: ConnectorError, after?: boolean): void;
  /** What `fetchByIds` answers; by default nothing about any order. */
  answer: (platformOrderIds: readonly string[]) => Promise<FetchByNumberResult> | FetchByNumberResult;
}

export const platformError = (kind: ConnectorErrorFields['kind'], over: Partial<ConnectorErrorFields> = {}) =>
  new ConnectorError(`sandbox ship: ${kind}`, { kind, platform: 'sandbox', operation: 'ship', ...over });

const capabilities: Capabilities = {
  fetchByNumber: true,
  ship: true,
  partialShip: true,
  cancel: true,
  carriers: true,
  stockPush: false,
  products: false,
  webhooks: false,
  refresh: false,
  labels: false,
};

const baseProfile: Profile = {
  platform: 'sandbox',
  name: 'Sandbox',
  connection: 'keys',
  intake: 'poll',
  fulfilment: 'self_ship',
  repeatShipment: 'duplicates',
  fields: [],
  caveats: [],
  setupSteps: [],
  scopes: [],
  ipAllowlist: false,
  capabilities,
  notProven: [],
  sync: {
    everyMinutes: 15,
    lookBackHours: 48,
    firstLookBackHours: 120,
    updatedSince: true,
    pageSize: 100,
    maxWindowHours: null,
  },
  rate: { calls: 100, perSeconds: 1, burst: 100 },
  refreshMarginSeconds: null,
  fixedShippingMethods: false,
  cashOnDeliveryMethods: ['cod'],
  recipientRetentionDays: 60,
};

export function testPlatform(
  over: Partial<Omit<Profile, 'capabilities'>> & { readonly capabilities?: Partial<Capabilities> } = {},
): TestPlatform {
  const fulfilments = new Map<string, ShipmentToTell[]>();
  const cancelled: string[] = [];
  const calls: string[] = [];
  const failures = new Map<string, { error: ConnectorError; after: boolean }[]>();
  const run = <T>(operation: string, effect: () => T): T => {
    calls.push(operation);
    const failure = failures.get(operation.replace('!', ''))?.shift();
    if (failure === undefined) return effect();
    if (failure.after) effect();
    throw failure.error;
  };
  const shipmentsOf = (platformOrderId: string): PlatformShipment[] =>
    (fulfilments.get(platformOrderId) ?? []).map((shipment, index) => ({
      platformShipmentId: `f-${index + 1}`,
      trackingNumbers: [shipment.trackingNumber],
      lines: shipment.lines,
    }));
  const profile = { ...baseProfile, ...over, capabilities: { ...capabilities, ...over.capabilities } };
  const connector: Connector = {
    profile,
    checkFields: (fields) => ({ ok: true, value: fields }),
    hostRule: () => ({ kind: 'exact', hosts: ['sandbox.example'] }),
    testConnection: async () => ({
      shop: { platformShopId: 'shop-1', name: 'Shop', country: null, currency: null },
      scopes: [],
    }),
    fetchOrders: async function* () {},
    fetchOpenOrders: async function* () {},
    fetchByIds: async (_session, ids) => run('fetchByIds', () => platform.answer(ids)),
    readShipments: async (_session, id) => run('readShipments', () => shipmentsOf(id)),
    ship: async (_session, shipment, lookFirst) =>
      run(lookFirst ? 'ship!' : 'ship', () => {
        const there = fulfilments.get(shipment.platformOrderId) ?? [];
        const index = there.findIndex((known) => known.trackingNumber === shipment.trackingNumber);
        if (lookFirst && index !== -1) return { outcome: 'already_there', platformShipmentId: `f-${index + 1}` };
        fulfilments.set(shipment.platformOrderId, [...there, shipment]);
        return { outcome: 'accepted', platformShipmentId: `f-${there.length + 1}` };
      }),
    cancel: async (_session, id) => run('cancel', () => void cancelled.push(id)),
  };
  const platform: TestPlatform = {
    connector,
    connectors: { get: () => connector, list: () => [connector] },
    platforms: {
      withStore: async ({ merchantId, storeId }, work) =>
        work({ connector, session: session(storeId), merchantId, authorizationId: storeId }),
    },
    fulfilments,
    cancelled,
    calls,
    fail: (operation, error, after = false) => {
      failures.set(operation, [...(failures.get(operation) ?? []), { error, after }]);
    },
    answer: () => ({ orders: [], missing: [] }),
  };
  return platform;
}

const session = (storeId: string): ConnectorSession => ({
  authorizationId: storeId,
  storeId,
  platformShopId: 'shop-1',
  credentials: {},
  settings: {},
  http: {
    send: async () => {
      throw new Error('This platform lives in memory: it makes no calls.');
    },
  },
  now: () => new Date(),
});

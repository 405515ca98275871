import { createRegistry } from '../../connectors/registry.ts';
import { profile } from '../../connectors/sandbox/profile.ts';
import { ConnectorError, type ConnectorErrorKind } from '../../core/errors.ts';
import type { PlatformOrder } from '../../core/order/types.ts';
import type {
  Connector,
  ConnectorRegistry,
  ConnectorSession,
  FetchByNumberResult,
  FetchedOrder,
  OrderPage,
  SkippedOrder,
} from '../../core/ports/connector.ts';
import type { Platforms } from '../../core/ports/platforms.ts';

/** A platform in memory behind the real ports: what it holds, how it pages, and how it fails. */
export class ScriptedPlatform {
  readonly orders = new Map<string, PlatformOrder>();
  readonly malformed: Extract<FetchedOrder, { ok: false }>[] = [];
  readonly skipped: SkippedOrder[] = [];
  /** Every call, with what it asked for. */
  readonly calls: string[] = [];
  pageSize = 2;
  maxWindowHours: number | null = null;
  /** Also has purchase orders. */
  purchaseOrders = false;
  /** Runs before every page; throw to fail. */
  beforePage: (page: number) => Promise<void> | void = () => {};
  /** Every page is given twice. */
  repeatsPages = false;

  put(...orders: readonly PlatformOrder[]): void {
    for (const order of orders) this.orders.set(order.platformOrderId, order);
  }

  failure(kind: ConnectorErrorKind, message = 'Busy'): ConnectorError {
    return new ConnectorError(`sandbox fetchOrders: ${message}`, {
      kind,
      platform: 'sandbox',
      operation: 'fetchOrders',
      platformMessage: message,
    });
  }

  get connector(): Connector {
    const rawOf = (order: PlatformOrder): FetchedOrder => ({
      ok: true,
      order,
      raw: `{"id":"${order.platformOrderId}"}`,
    });
    const pages = (orders: readonly PlatformOrder[]) => this.#pages(orders.map(rawOf));
    const lookUp = (
      asked: readonly string[],
      find: (key: string) => PlatformOrder | undefined,
    ): FetchByNumberResult => ({
      orders: [
        ...asked.flatMap((key) => {
          const order = find(key);
          return order === undefined ? [] : [rawOf(order)];
        }),
        ...this.malformed.filter((item) => item.platformOrderId !== null && asked.includes(item.platformOrderId)),
      ],
      missing: asked
        .filter((key) => find(key) === undefined && !this.malformed.some((item) => item.platformOrderId === key))
        .map((number) => ({ number, reason: 'No such order' })),
    });
    return {
      profile: {
        ...profile,
        purchaseOrders: this.purchaseOrders,
        sync: { ...profile.sync, maxWindowHours: this.maxWindowHours },
      },
      checkFields: (fields) => ({ ok: true, value: fields }),
      hostRule: () => ({ kind: 'exact', hosts: ['platform.test'] }),
      testConnection: async () => ({
        shop: { platformShopId: 'shop-1', name: 'Shop', country: null, currency: null },
        scopes: [],
      }),
      fetchOrders: (_session, window) => {
        this.calls.push(`window ${window.since.toISOString()} ${window.until.toISOString()} ${window.kind}`);
        return pages(
          [...this.orders.values()]
            .filter((order) => order.kind === window.kind)
            .filter((order) => order.platformUpdatedAt >= window.since && order.platformUpdatedAt < window.until),
        );
      },
      fetchOpenOrders: () => {
        this.calls.push('open');
        return pages([...this.orders.values()].filter((order) => order.platformState === 'open'));
      },
      fetchByIds: async (_session, ids) => {
        this.calls.push(`ids ${ids.join(',')}`);
        await this.beforePage(0);
        return lookUp(ids, (id) => this.orders.get(id));
      },
      fetchByNumber: async (_session, numbers) => {
        this.calls.push(`numbers ${numbers.join(',')}`);
        return lookUp(numbers, (number) =>
          [...this.orders.values()].find((order) => order.platformOrderNumber === number),
        );
      },
    };
  }

  get registry(): ConnectorRegistry {
    return createRegistry([this.connector]);
  }

  /** As production opens stores, without credentials: a first `needs_reauthorization` repeats the work once. */
  get platforms(): Platforms {
    return {
      withStore: async ({ merchantId, storeId }, work) => {
        const connection = {
          connector: this.connector,
          session: sessionFor(storeId),
          merchantId,
          authorizationId: 'authorization',
        };
        try {
          return await work(connection);
        } catch (error) {
          if (error instanceof ConnectorError && error.kind === 'needs_reauthorization') return work(connection);
          throw error;
        }
      },
    };
  }

  async *#pages(items: readonly FetchedOrder[]): AsyncGenerator<OrderPage> {
    const all = [...items, ...this.malformed];
    for (let page = 0; page * this.pageSize < Math.max(1, all.length); page += 1) {
      await this.beforePage(page + 1);
      const orders = all.slice(page * this.pageSize, (page + 1) * this.pageSize);
      const given = { orders, skipped: page === 0 ? this.skipped : [] };
      yield given;
      if (this.repeatsPages) yield given;
    }
  }
}

function sessionFor(storeId: string): ConnectorSession {
  return {
    authorizationId: 'authorization',
    storeId,
    platformShopId: 'shop-1',
    credentials: {},
    settings: {},
    http: { send: () => Promise.reject(new Error('A scripted platform is not called over HTTP.')) },
    now: () => new Date(),
  };
}

import type { Connector } from '../../core/ports/connector.ts';
import { authorizeUrl, checkFields, completeAuthorization, readShop, refresh } from './auth.ts';
import { fetchByIds, fetchByNumber, fetchOpenOrders, fetchOrders } from './orders.ts';
import { profile } from './profile.ts';
import { cancel, carriers, readShipments, ship } from './ship.ts';
import { products, pushStock } from './stock.ts';
import { parseWebhook, registerWebhooks, verifyWebhook } from './webhooks.ts';

export interface SandboxOptions {
  /** Where this process reaches the marketplace: `http://127.0.0.1:3000/sandbox`. No other host is ever called. */
  readonly baseUrl: string;
  /** Where a browser reaches it; default the same. */
  readonly browserUrl?: string | undefined;
}

/**
 * The connector of the simulated marketplace. A factory, unlike the others': the address is this desk's own and known
 * only once it listens. `PlatformApp` is `{ client_id, client_secret }`.
 */
export function createSandboxConnector(options: SandboxOptions): Connector {
  const baseUrl = options.baseUrl.replace(/\/+$/, '');
  const browserUrl = (options.browserUrl ?? options.baseUrl).replace(/\/+$/, '');
  return {
    profile,
    checkFields,
    hostRule: () => ({ kind: 'base_url', baseUrl }),
    authorizeUrl: (app, request) => authorizeUrl(browserUrl, app, request),
    completeAuthorization: (app, request, http, now) => completeAuthorization(baseUrl, app, request, http, now),
    testConnection: (session) => readShop(baseUrl, session),
    refresh: (app, session) => refresh(baseUrl, app, session),
    fetchOrders: (session, window) => fetchOrders(baseUrl, session, window),
    fetchOpenOrders: (session) => fetchOpenOrders(baseUrl, session),
    fetchByNumber: (session, numbers) => fetchByNumber(baseUrl, session, numbers),
    fetchByIds: (session, ids) => fetchByIds(baseUrl, session, ids),
    readShipments: (session, orderId) => readShipments(baseUrl, session, orderId),
    ship: (session, shipment, lookFirst) => ship(baseUrl, session, shipment, lookFirst),
    cancel: (session, orderId, reason) => cancel(baseUrl, session, orderId, reason),
    carriers: (session) => carriers(baseUrl, session),
    products: (session) => products(baseUrl, session),
    pushStock: (session, levels) => pushStock(baseUrl, session, levels),
    registerWebhooks: (session, url, secret) => registerWebhooks(baseUrl, session, url, secret),
    verifyWebhook: (_app, credentials, webhook) => verifyWebhook(credentials, webhook),
    parseWebhook,
  };
}

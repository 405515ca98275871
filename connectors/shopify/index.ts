import type { Connector } from '../../core/ports/connector.ts';
import { authorizeUrl, completeAuthorization, refresh, testConnection } from './auth.ts';
import { cancel } from './cancel.ts';
import { fetchByIds, fetchByNumber, fetchOpenOrders, fetchOrders } from './orders.ts';
import { profile, shopHostPattern } from './profile.ts';

import { carriers, readShipments, ship } from './ship.ts';
import { checkFields, isShopHost } from './shop-name.ts';
import { products } from './stock.ts';
import { parseWebhook, registerWebhooks, verifyWebhook } from './webhooks.ts';

/** Shopify, GraphQL Admin API only. */
export const connector: Connector = {
  profile,
  checkFields,
  // Until the shop is known no more than its form is: afterwards exactly that shop.
  hostRule: (_app, fields) =>
    isShopHost(fields.shop ?? '')
      ? { kind: 'exact', hosts: [(fields.shop ?? '').toLowerCase()] }
      : { kind: 'pattern', pattern: shopHostPattern },
  authorizeUrl,
  completeAuthorization,
  testConnection,
  refresh,
  fetchOrders,
  fetchOpenOrders,
  fetchByNumber,
  fetchByIds,
  readShipments,
  ship,
  cancel,
  carriers,
  products,
  registerWebhooks,
  verifyWebhook,
  parseWebhook,
};

import type { Connector } from '../../core/ports/connector.ts';
import { connect, testConnection } from './auth.ts';
import { fetchByIds, fetchByNumber, fetchOpenOrders, fetchOrders } from './orders.ts';
import { profile } from './profile.ts';
import { cancel, readShipments, ship } from './ship.ts';
import { products } from './stock.ts';
import { checkFields, hostRule } from './store-url.ts';
import { carriers } from './tracking.ts';
import { isPing, parseWebhook, registerWebhooks, verifyWebhook } from './webhooks.ts';

/** WooCommerce, REST API v3 of the merchant's own store. */
export const connector: Connector = {
  profile,
  checkFields,
  hostRule,
  connect,
  testConnection,
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
  isPing,
};

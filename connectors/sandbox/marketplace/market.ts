import { carriers, catalogue } from './catalogue.ts';
import { fulfilmentId, generateOrder, type OrderKindName, openingOrders } from './generator.ts';
import { createOrderBook, type OrderBook } from './orders.ts';
import type { MarketStore } from './store.ts';
import type { BulkOrders, Defect, Fulfilment, MarketOrder, MarketRecipient, Shop } from './types.ts';
import type { Topic, WebhookSender } from './webhooks.ts';

export type Refused = { readonly code: string; readonly message: string };
export type Done<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refused: Refused };

export interface FulfilmentRequest {
  readonly carrier: string;
  readonly trackingNumber: string;
  readonly trackingUrl: string | null;
  readonly lines: readonly { readonly lineId: string; readonly quantity: number }[];
}

export interface PlaceRequest {
  readonly count: number;
  readonly kind?: OrderKindName | undefined;
  readonly lineCount?: number | undefined;
}

/** What happens at the simulated marketplace, whoever asks: a buyer, a seller's desk, a test. */
export interface Market {
  shop(handle: string): Shop | null;
  shops(): readonly Shop[];
  /** Opens a shop with its first orders, or gives the one that is there. */
  openShop(handle: string): Shop;
  /** A shop of `count` two-line orders, computed on the fly, placed evenly from `from` on. */
  openBulkShop(handle: string, bulk: BulkOrders): Shop;
  book(shop: Shop): OrderBook;
  pictureUrl(productId: string): string;
  place(shop: Shop, request: PlaceRequest): readonly MarketOrder[];
  fulfil(shop: Shop, orderId: string, request: FulfilmentRequest): Done<Fulfilment>;
  cancel(shop: Shop, orderId: string, reason: string): Done<MarketOrder>;
  /** The buyer asks to cancel; the seller decides. */
  requestCancellation(shop: Shop, orderId: string): Done<MarketOrder>;
  pay(shop: Shop, orderId: string): Done<MarketOrder>;
  changeAddress(shop: Shop, orderId: string, change: Partial<MarketRecipient>): Done<MarketOrder>;
  /** Gives the order's lines without SKU the one given. */
  setSku(shop: Shop, orderId: string, sku: string): Done<MarketOrder>;
  setDefect(shop: Shop, orderId: string, defect: Defect | null): Done<MarketOrder>;
  setStock(shop: Shop, productId: string, quantity: number): Done<number>;
}

const twoDaysMs = 2 * 86_400_000;

export function createMarket(store: MarketStore, webhooks: WebhookSender, assetUrl: string, now: () => number): Market {
  const { state } = store;
  const books = new Map<string, OrderBook>();

  function book(shop: Shop): OrderBook {
    const known = books.get(shop.handle);
    if (known !== undefined) return known;
    const made = createOrderBook(shop, assetUrl);
    books.set(shop.handle, made);
    return made;
  }
  store.onNews(() => books.clear());

  const shopOf = (handle: string): Shop | null => state.shops.find((shop) => shop.handle === handle) ?? null;

  function addShop(handle: string, bulk: BulkOrders | null): Shop {
    const name = handle.replace(
      /(^|-)([a-z])/g,
      (_, dash: string, letter: string) => (dash && ' ') + letter.toUpperCase(),
    );
    const shop: Shop = {
      shopNo: state.nextShopNo,
      handle,
      name,
      country: 'TW',
      currency: 'TWD',
      openedAt: now(),
      nextSeq: 1 + (bulk?.count ?? 0),
      orders: [],
      fulfilments: [],
      stock: {},
      webhooks: [],
      deliveries: [],
      bulk,
    };
    state.nextShopNo += 1;
    state.shops.push(shop);
    store.changed.market();
    store.changed.shop(shop);
    return shop;
  }

  function addOrder(shop: Shop, createdAt: number, request: Omit<PlaceRequest, 'count'>): MarketOrder {
    const { handle, shopNo, currency } = shop;
    const order = generateOrder({ handle, shopNo, currency, seq: shop.nextSeq, createdAt, ...request });
    shop.nextSeq += 1;
    book(shop).keep(order);
    store.changed.shop(shop);
    store.changed.order(shop, order);
    return order;
  }

  function addFulfilment(shop: Shop, order: MarketOrder, request: FulfilmentRequest, at: number): Fulfilment {
    const id = fulfilmentId(shop.shopNo, shop.fulfilments.length + 1);
    const fulfilment: Fulfilment = { id, orderId: order.id, createdAt: at, ...request };
    book(shop).addFulfilment(fulfilment);
    store.changed.fulfilment(shop, fulfilment);
    return fulfilment;
  }

  /** Changes an order, marks it changed and tells who listens. */
  function change(
    shop: Shop,
    orderId: string,
    topic: Topic,
    work: (order: MarketOrder) => Refused | null,
  ): Done<MarketOrder> {
    const order = book(shop).byId(orderId);
    if (order === null) return refused('order_not_found', 'There is no such order');
    const refusal = work(order);
    if (refusal !== null) return { ok: false, refused: refusal };
    book(shop).keep(order);
    order.updatedAt = Math.max(now(), order.updatedAt + 1);
    store.changed.order(shop, order);
    webhooks.emit(shop, topic, order.id);
    return { ok: true, value: order };
  }

  return {
    shop: shopOf,
    shops: () => state.shops,
    book,
    pictureUrl: (productId) => `${assetUrl}/pictures/${productId}.svg`,
    openShop(handle) {
      const known = shopOf(handle);
      if (known !== null) return known;
      const shop = addShop(handle, null);
      const stepMs = twoDaysMs / (openingOrders.length + 1);
      openingOrders.forEach((kind, index) => {
        const createdAt = Math.floor(shop.openedAt - twoDaysMs + (index + 1) * stepMs);
        const order = addOrder(shop, createdAt, { kind });
        if (kind !== 'already_shipped') return;
        const lines = order.lines.map((line) => ({ lineId: line.id, quantity: line.quantity }));
        const request = { carrier: 'post_tw', trackingNumber: `PT${order.number}`, trackingUrl: null, lines };
        addFulfilment(shop, order, request, createdAt + 3_600_000);
        order.updatedAt = createdAt + 3_600_000;
      });
      return shop;
    },
    openBulkShop(handle, bulk) {
      if (!Number.isInteger(bulk.stepMs) || bulk.stepMs < 1)
        throw new RangeError('stepMs must be a whole number from 1');
      return shopOf(handle) ?? addShop(handle, bulk);
    },
    place(shop, request) {
      const at = now();
      const orders = Array.from({ length: request.count }, () => addOrder(shop, at, request));
      for (const order of orders) webhooks.emit(shop, 'order.created', order.id);
      return orders;
    },
    fulfil(shop, orderId, request) {
      const carrier = carriers.find(
        ({ code, name }) => code === request.carrier || name.toLowerCase() === request.carrier.trim().toLowerCase(),
      );
      if (carrier === undefined) return refused('unknown_carrier', `We do not know the carrier "${request.carrier}"`);
      if (request.trackingNumber.trim() === '')
        return refused('tracking_number_missing', 'A tracking number is needed');
      let made: Fulfilment | null = null;
      const done = change(shop, orderId, 'order.updated', (order) => {
        if (order.status === 'cancelled') return { code: 'order_cancelled', message: 'The order was cancelled' };
        if (order.status === 'unpaid') return { code: 'order_unpaid', message: 'The order is not paid' };
        const known = new Set(order.lines.map((line) => line.id));
        if (request.lines.length === 0 || request.lines.some((line) => !known.has(line.lineId) || line.quantity < 1)) {
          return { code: 'bad_lines', message: 'Name lines of this order, each with a quantity of 1 or more' };
        }
        // No look at what has shipped already: a repeated call makes a second fulfilment, as on the platforms where a
        // desk must look before it sends again.
        made = addFulfilment(shop, order, { ...request, carrier: carrier.code }, now());
        return null;
      });
      if (!done.ok) return done;
      return made === null ? refused('internal_error', 'Nothing was made') : { ok: true, value: made };
    },
    cancel: (shop, orderId, reason) =>
      change(shop, orderId, 'order.cancelled', (order) => {
        if (order.status === 'cancelled')
          return { code: 'already_cancelled', message: 'The order is cancelled already' };
        if (book(shop).fulfilments(order.id).length > 0) {
          return { code: 'already_shipped', message: 'The order has shipped' };
        }
        order.status = 'cancelled';
        order.cancelReason = reason;
        return null;
      }),
    requestCancellation: (shop, orderId) =>
      change(shop, orderId, 'order.updated', (order) => {
        order.cancellationRequested = true;
        return null;
      }),
    pay: (shop, orderId) =>
      change(shop, orderId, 'order.updated', (order) => {
        if (order.status !== 'unpaid') return { code: 'not_unpaid', message: 'The order is not waiting for payment' };
        order.status = 'open';
        order.paymentStatus = 'captured';
        order.paidAt = now();
        return null;
      }),
    changeAddress: (shop, orderId, fields) =>
      change(shop, orderId, 'order.updated', (order) => {
        order.recipient = { ...order.recipient, ...fields };
        return null;
      }),
    setSku: (shop, orderId, sku) =>
      change(shop, orderId, 'order.updated', (order) => {
        for (const line of order.lines) line.sku ??= sku;
        return null;
      }),
    setDefect: (shop, orderId, defect) =>
      change(shop, orderId, 'order.updated', (order) => {
        order.defect = defect;
        return null;
      }),
    setStock(shop, productId, quantity) {
      if (!catalogue.some((product) => product.productId === productId)) {
        return refused('product_not_found', `There is no product ${productId}`);
      }
      shop.stock[productId] = quantity;
      store.changed.shop(shop);
      return { ok: true, value: quantity };
    },
  };
}

const refused = (code: string, message: string): { ok: false; refused: Refused } => ({
  ok: false,
  refused: { code, message },
});

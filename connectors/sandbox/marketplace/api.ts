import { randomUUID } from 'node:crypto';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { z } from 'zod';
import { carriers, catalogue } from './catalogue.ts';
import type { MarketEnv } from './env.ts';
import type { Faults } from './faults.ts';
import type { Grants } from './grants.ts';
import type { Done, Market } from './market.ts';
import { decodeCursor, encodeCursor, type OrderBook } from './orders.ts';
import type { MarketStore } from './store.ts';
import { inTurn } from './turn.ts';
import type { MarketOrder } from './types.ts';
import { bareId, fulfilmentToWire, toJson } from './wire-json.ts';

export const longestPage = 100;
const defaultPage = 50;
/** Orders of one look-up by id or number. */
export const longestLookup = 1_000;
const productPage = 5;

export interface ApiDeps {
  readonly market: Market;
  readonly grants: Grants;
  readonly faults: Faults;
  readonly store: MarketStore;
  readonly newId: () => string;
}

// 64-bit ids come as numbers or as strings; a number in a body has lost its digits before anyone could look.
const idText = z.union([z.string().regex(/^\d{1,20}$/), z.number().int().nonnegative().transform(String)]);

const lookupBody = z.union([
  z.object({ ids: z.array(idText).min(1).max(longestLookup) }),
  z.object({ numbers: z.array(z.string()).min(1).max(longestLookup) }),
]);
const fulfilmentBody = z.object({
  carrier: z.string(),
  tracking_number: z.string(),
  tracking_url: z.string().nullish(),
  lines: z.array(z.object({ line_id: idText, quantity: z.number().int() })),
});
const cancelBody = z.object({ reason: z.string().optional() });
const stockBody = z.object({
  levels: z
    .array(z.object({ product_id: z.string(), quantity: z.number().int().nonnegative() }))
    .min(1)
    .max(100),
});
const webhookBody = z.object({ url: z.url(), secret: z.string().min(8) });

type Ctx = Context<MarketEnv>;

const raw = (text: string, status = 200): Response =>
  new Response(text, { status, headers: { 'content-type': 'application/json; charset=utf-8' } });

export const apiError = (status: number, code: string, message: string): Response =>
  raw(JSON.stringify({ error: { code, message } }), status);

/** The seller's API, as a real platform would have it. Every answer carries `x-request-id`. */
export function createApi(deps: ApiDeps): Hono<MarketEnv> {
  const { market, faults, store } = deps;
  const api = new Hono<MarketEnv>();
  api.use('*', async (c, next) => {
    await next();
    c.res.headers.set('x-request-id', randomUUID());
  });
  api.notFound(() => apiError(404, 'no_such_call', 'There is no such call'));

  api.get('/shop', faults.middleware('shop'), authorized(deps, null), (c) => {
    const { shopNo, handle, name, country, currency } = c.var.shop;
    const id = `sbx-${String(shopNo).padStart(6, '0')}`;
    return c.json({ id, handle, name, country, currency, scopes: c.var.grant.scopes });
  });

  api.get('/orders', faults.middleware('listOrders'), authorized(deps, 'orders'), (c) => {
    const since = timeParam(c.req.query('updated_since'), 0);
    const until = timeParam(c.req.query('updated_until'), Number.MAX_SAFE_INTEGER);
    const limit = Number(c.req.query('limit') ?? defaultPage);
    const cursor = c.req.query('cursor') ?? null;
    if (since === null || until === null)
      return apiError(400, 'bad_time', 'updated_since and updated_until are ISO times');
    if (!Number.isInteger(limit) || limit < 1 || limit > longestPage) {
      return apiError(400, 'bad_limit', `limit is 1 to ${longestPage}`);
    }
    const at = cursor === null ? null : decodeCursor(cursor);
    if (cursor !== null && at === null) return apiError(400, 'bad_cursor', 'This cursor is not one of ours');
    const onlyOpen = c.req.query('state') === 'open';
    const page = market.book(c.var.shop).list({ since, until, onlyOpen, cursor, limit });
    const again = c.var.repeatPage ? encodeCursor(at?.updatedAt ?? 0, at?.id ?? '', (at?.repeat ?? 0) + 1) : page.next;
    return raw(`{"orders":[${page.texts.join(',')}],"next_cursor":${JSON.stringify(again)}}`);
  });

  api.post('/orders/lookup', faults.middleware('lookupOrders'), authorized(deps, 'orders'), async (c) => {
    const body = await parsed(c, lookupBody);
    if (body instanceof Response) return body;
    const book = market.book(c.var.shop);
    const asked = 'ids' in body ? body.ids : body.numbers;
    const found = asked.map((key) => ('ids' in body ? book.byId(key) : book.byNumber(key)));
    const texts = found.filter((order) => order !== null).map((order) => book.json(order));
    const missing = asked.filter((_, index) => found[index] === null);
    return raw(`{"orders":[${texts.join(',')}],"missing":${JSON.stringify(missing)}}`);
  });

  api.get('/orders/:id', faults.middleware('getOrder'), authorized(deps, 'orders'), (c) =>
    withOrder(c, market.book(c.var.shop), (order, book) => raw(`{"order":${book.json(order)}}`)),
  );

  api.get('/orders/:id/fulfilments', faults.middleware('listFulfilments'), authorized(deps, 'fulfilments'), (c) =>
    withOrder(c, market.book(c.var.shop), (order, book) =>
      raw(toJson({ fulfilments: book.fulfilments(order.id).map(fulfilmentToWire) })),
    ),
  );

  api.post(
    '/orders/:id/fulfilments',
    faults.middleware('createFulfilment'),
    authorized(deps, 'fulfilments'),
    async (c) => {
      const body = await parsed(c, fulfilmentBody);
      if (body instanceof Response) return body;
      const done = market.fulfil(c.var.shop, c.req.param('id'), {
        carrier: body.carrier,
        trackingNumber: body.tracking_number,
        trackingUrl: body.tracking_url ?? null,
        lines: body.lines.map((line) => ({ lineId: line.line_id, quantity: line.quantity })),
      });
      if (!done.ok) return refusedAnswer(done);
      return raw(toJson({ fulfilment: fulfilmentToWire(done.value) }), 201);
    },
  );

  api.post('/orders/:id/cancel', faults.middleware('cancelOrder'), authorized(deps, 'orders'), async (c) => {
    const body = await parsed(c, cancelBody);
    if (body instanceof Response) return body;
    const done = market.cancel(c.var.shop, c.req.param('id'), body.reason ?? 'The seller cancelled');
    if (!done.ok) return refusedAnswer(done);
    return raw(toJson({ id: bareId(done.value.id), status: done.value.status }));
  });

  api.get('/carriers', faults.middleware('carriers'), authorized(deps, null), (c) => c.json({ carriers }));

  api.get('/products', faults.middleware('products'), authorized(deps, 'products'), (c) => {
    const from = Number(c.req.query('cursor') ?? 0);
    if (!Number.isInteger(from) || from < 0) return apiError(400, 'bad_cursor', 'This cursor is not one of ours');
    const { shop } = c.var;
    const products = catalogue.slice(from, from + productPage).map((product) => ({
      id: product.productId,
      sku: product.sku,
      barcode: product.barcode,
      name: product.name,
      price: `${product.price}.00`,
      picture_url: market.pictureUrl(product.productId),
      quantity: shop.stock[product.productId] ?? 0,
    }));
    const next = from + productPage < catalogue.length ? String(from + productPage) : null;
    return c.json({ products, next_cursor: next });
  });

  api.put('/stock', faults.middleware('stock'), authorized(deps, 'stock'), async (c) => {
    const body = await parsed(c, stockBody);
    if (body instanceof Response) return body;
    const results = body.levels.map((level) => {
      const done = market.setStock(c.var.shop, level.product_id, level.quantity);
      return { product_id: level.product_id, error: done.ok ? null : done.refused };
    });
    return c.json({ results });
  });

  api.post('/webhooks', faults.middleware('webhooks'), authorized(deps, null), async (c) => {
    const body = await parsed(c, webhookBody);
    if (body instanceof Response) return body;
    const { shop } = c.var;
    // One registration an address: registering again replaces the secret.
    shop.webhooks = [...shop.webhooks.filter((one) => one.url !== body.url), { id: deps.newId(), ...body }];
    store.changed.shop(shop);
    return c.json({ webhooks: shop.webhooks.map(({ id, url }) => ({ id, url })) }, 201);
  });

  return api;
}

/** Bearer token → shop, and the turn; `scope` is what the call needs, null for calls that every grant may make. */
function authorized(deps: ApiDeps, scope: string | null): MiddlewareHandler<MarketEnv> {
  const check: MiddlewareHandler<MarketEnv> = async (c, next) => {
    const token = /^Bearer (\S+)$/.exec(c.req.header('authorization') ?? '')?.[1];
    const grant = token === undefined ? 'unknown' : deps.grants.authenticate(token);
    if (grant === 'expired') return apiError(401, 'token_expired', 'The access token has expired');
    const shop = grant === 'unknown' ? null : deps.market.shop(grant.shop);
    if (grant === 'unknown' || shop === null) return apiError(401, 'token_revoked', 'The access token is not valid');
    if (scope !== null && !grant.scopes.includes(scope)) {
      return apiError(403, 'scope_missing', `The grant lacks the scope "${scope}"`);
    }
    c.set('shop', shop);
    c.set('grant', grant);
    return next();
  };
  return inTurn(deps.store, check);
}

async function parsed<T>(c: Ctx, schema: z.ZodType<T>): Promise<T | Response> {
  let body: unknown;
  try {
    body = await c.req.json();
  } catch {
    // Whatever is wrong with the text, the caller is told that it is not JSON.
    return apiError(400, 'bad_json', 'The body is not JSON');
  }
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  return apiError(422, 'bad_field', `${issue?.path.join('.') ?? 'body'}: ${issue?.message ?? 'not valid'}`);
}

function withOrder(c: Ctx, book: OrderBook, answer: (order: MarketOrder, book: OrderBook) => Response): Response {
  const order = book.byId(c.req.param('id') ?? '');
  return order === null ? apiError(404, 'order_not_found', 'There is no such order') : answer(order, book);
}

function refusedAnswer(done: Done<unknown> & { ok: false }): Response {
  const isUnknown = done.refused.code.endsWith('_not_found');
  return apiError(isUnknown ? 404 : 422, done.refused.code, done.refused.message);
}

/** Epoch ms of an ISO time; null when it is not one. */
function timeParam(text: string | undefined, fallback: number): number | null {
  if (text === undefined) return fallback;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : at;
}

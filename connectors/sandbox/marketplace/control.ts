import { Hono } from 'hono';
import { z } from 'zod';
import { apiError } from './api.ts';
import type { MarketEnv } from './env.ts';
import { type Faults, faultKinds, operations } from './faults.ts';
import { orderKinds } from './generator.ts';
import type { Grants } from './grants.ts';
import type { Market } from './market.ts';
import type { MarketStore } from './store.ts';
import { inTurn } from './turn.ts';
import type { Shop } from './types.ts';
import type { WebhookSender } from './webhooks.ts';

export interface ControlDeps {
  readonly market: Market;
  readonly grants: Grants;
  readonly faults: Faults;
  readonly webhooks: WebhookSender;
  readonly store: MarketStore;
  readonly setClockSkew: (ms: number) => void;
}

const faultBody = z.object({
  kind: z.enum(faultKinds),
  operation: z.enum(operations).optional(),
  times: z.number().int().positive().optional(),
  skip: z.number().int().nonnegative().optional(),
  status: z.number().int().min(200).max(599).optional(),
  retryAfter: z.string().optional(),
  delayMs: z.number().int().nonnegative().optional(),
});
const placeBody = z.object({
  count: z.number().int().min(1).max(1_000),
  kind: z.enum(orderKinds).optional(),
  lineCount: z.number().int().min(1).max(50).optional(),
});
const bulkBody = z.object({
  handle: z.string().regex(/^[a-z0-9][a-z0-9-]{1,30}$/),
  count: z.number().int().min(1).max(10_000_000),
  from: z.iso.datetime(),
  stepMs: z.number().int().min(1),
});

/**
 * What tests and benches do to the marketplace over HTTP; in-process they use `Market` and `Faults` directly. Faults and
 * the clock's skew are those of the process that is told, all else is the one marketplace's.
 */
export function createControl(deps: ControlDeps): Hono<MarketEnv> {
  const { market, faults } = deps;
  const control = new Hono<MarketEnv>();
  const turn = inTurn(deps.store);
  const withShop = (
    handle: string,
    answer: (shop: Shop) => Response | Promise<Response>,
  ): Response | Promise<Response> => {
    const shop = market.shop(handle);
    return shop === null ? apiError(404, 'shop_not_found', 'There is no such shop') : answer(shop);
  };

  control.get('/faults', (c) => c.json({ faults: faults.list() }));
  control.post('/faults', async (c) => {
    const body = faultBody.safeParse(await c.req.json());
    if (!body.success) return apiError(422, 'bad_field', z.prettifyError(body.error));
    faults.add(body.data);
    return c.json({ faults: faults.list() }, 201);
  });
  control.delete('/faults', (c) => {
    faults.clear();
    return c.body(null, 204);
  });
  control.put('/clock-skew', async (c) => {
    const body = z.object({ ms: z.number().int() }).safeParse(await c.req.json());
    if (!body.success) return apiError(422, 'bad_field', z.prettifyError(body.error));
    deps.setClockSkew(body.data.ms);
    return c.body(null, 204);
  });
  control.post('/bulk-shops', turn, async (c) => {
    const body = bulkBody.safeParse(await c.req.json());
    if (!body.success) return apiError(422, 'bad_field', z.prettifyError(body.error));
    const { handle, count, from, stepMs } = body.data;
    const shop = market.openBulkShop(handle, { count, from: Date.parse(from), stepMs });
    return c.json({ handle: shop.handle, shopNo: shop.shopNo }, 201);
  });
  control.post('/shops/:handle', turn, (c) => c.json({ handle: market.openShop(c.req.param('handle')).handle }, 201));
  control.post('/shops/:handle/orders', turn, (c) =>
    withShop(c.req.param('handle'), async (shop) => {
      const body = placeBody.safeParse(await c.req.json());
      if (!body.success) return apiError(422, 'bad_field', z.prettifyError(body.error));
      return c.json({ orders: market.place(shop, body.data).map(({ id, number }) => ({ id, number })) }, 201);
    }),
  );
  /** What the marketplace received: every order's fulfilments, by number. */
  control.get('/shops/:handle/fulfilments', turn, (c) =>
    withShop(c.req.param('handle'), (shop) =>
      c.json({
        fulfilments: shop.fulfilments.map((one) => ({
          id: one.id,
          orderId: one.orderId,
          orderNumber: market.book(shop).byId(one.orderId)?.number ?? null,
          carrier: one.carrier,
          trackingNumber: one.trackingNumber,
          lines: one.lines,
        })),
      }),
    ),
  );
  control.post('/shops/:handle/orders/:number/cancel', turn, (c) =>
    withShop(c.req.param('handle'), (shop) => {
      const order = market.book(shop).byNumber(c.req.param('number'));
      const done = market.cancel(shop, order?.id ?? '', 'The buyer changed their mind');
      return done.ok ? c.json({ status: done.value.status }) : apiError(422, done.refused.code, done.refused.message);
    }),
  );
  control.post('/shops/:handle/tokens/expire', turn, (c) => {
    deps.grants.expireAccess(c.req.param('handle'));
    return c.body(null, 204);
  });
  control.delete('/shops/:handle/tokens', turn, (c) => {
    deps.grants.revoke(c.req.param('handle'));
    return c.body(null, 204);
  });
  // No turn around it: it waits for the desk's answer.
  control.post('/shops/:handle/deliveries/:eventId/redeliver', async (c) =>
    (await deps.webhooks.redeliver(c.req.param('handle'), c.req.param('eventId')))
      ? c.body(null, 204)
      : apiError(404, 'delivery_not_found', 'There is no such delivery'),
  );
  return control;
}

import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { sandboxClientId } from '../../connectors/platforms.ts';
import type { MarketEnv } from '../../connectors/sandbox/marketplace/env.ts';
import { createMarketplace, type Marketplace } from '../../connectors/sandbox/marketplace/marketplace.ts';
import type { MarketOrder, Shop } from '../../connectors/sandbox/marketplace/types.ts';
import { fulfilmentStatus } from '../../connectors/sandbox/marketplace/wire-json.ts';

/** One call of a desk, for hooks: `GET /api/orders`. */
export interface MarketCall {
  readonly what: string;
  /** How many of this kind there were, this one counted. */
  readonly nth: number;
}

export interface ChaosMarket extends Marketplace {
  /** `http://127.0.0.1:<port>/sandbox`: what desks get as SANDBOX_URL. */
  readonly baseUrl: string;
  /** Every call so far, in order. */
  readonly calls: readonly string[];
  count(what: string): number;
  /** Awaited before the marketplace does anything. */
  before: (call: MarketCall) => Promise<void> | void;
  /** Awaited when everything was done and nothing is answered yet. */
  after: (call: MarketCall) => Promise<void> | void;
}

/** The simulated marketplace in the test's own process: it outlives the desks, and tests stand between it and them. */
export async function chaosMarket(options: {
  readonly secret: string;
  readonly redirectUris: readonly string[];
}): Promise<ChaosMarket> {
  const root = new Hono<MarketEnv>();
  const calls: string[] = [];
  const hooks: Pick<ChaosMarket, 'before' | 'after'> = { before: () => {}, after: () => {} };
  const server = createAdaptorServer({
    fetch: async (request, env) => {
      const path = new URL(request.url).pathname.replace('/sandbox', '').replace(/\d{6,}/, ':id');
      const what = `${request.method} ${path}`;
      calls.push(what);
      const call = { what, nth: countOf(what) };
      await hooks.before(call);
      const answer = await root.fetch(request, env as object);
      await hooks.after(call);
      return answer;
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const baseUrl = `http://127.0.0.1:${port}/sandbox`;
  const marketplace = createMarketplace({
    publicUrl: baseUrl,
    client: { id: sandboxClientId, secret: options.secret, redirectUris: options.redirectUris },
    now: () => new Date(),
    memory: null,
  });
  root.route('/sandbox', marketplace.app);
  const countOf = (what: string): number => calls.filter((one) => one === what).length;
  return Object.assign(hooks, marketplace, {
    baseUrl,
    calls,
    count: countOf,
    async close() {
      await marketplace.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      if ('closeAllConnections' in server) server.closeAllConnections();
      await closed;
    },
  });
}

/** What a desk must have of a shop: paid or collected on delivery or not yet known, the seller's to ship, not shipped. */
export function openInScope(market: ChaosMarket, shop: Shop): MarketOrder[] {
  const book = market.market.book(shop);
  return shop.orders.filter(
    (order) =>
      order.defect === null &&
      order.fulfilledBy === 'merchant' &&
      order.status !== 'unpaid' &&
      order.status !== 'cancelled' &&
      fulfilmentStatus(order, book.fulfilments(order.id)) !== 'fulfilled',
  );
}

import type { MiddlewareHandler } from 'hono';
import type { MarketEnv } from './env.ts';
import type { MarketStore } from './store.ts';

/** Everything behind it, and `check` before that, is one turn of the marketplace: kept before it is answered, or not at all. */
export function inTurn(
  store: MarketStore,
  check: MiddlewareHandler<MarketEnv> = (_, next) => next(),
): MiddlewareHandler<MarketEnv> {
  return async (c, next) => {
    // Read before: everybody else waits for this turn, and nobody for a slow sender.
    if (c.req.method !== 'GET') await c.req.arrayBuffer();
    return store.turn(async () => {
      const answer = await check(c, next);
      // Hono has made an answer of what was thrown behind us; the turn must fail all the same.
      if (c.error !== undefined) throw c.error;
      return answer;
    });
  };
}

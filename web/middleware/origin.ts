import { createMiddleware } from 'hono/factory';
import { isLoopback } from '../../core/config.ts';
import type { WebConfig } from '../deps.ts';
import type { WebEnv } from '../env.ts';
import { HttpRefusal } from './refusals.ts';

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);
const loopbackNames = ['localhost', '127.0.0.1', '[::1]'];

export const isUnsafe = (method: string): boolean => !safeMethods.has(method);

/** Where posts may come from: `PUBLIC_URL`, and on a machine of one's own every name of it. */
export function allowedOrigins(config: WebConfig): ReadonlySet<string> {
  const own = new URL(config.publicUrl);
  if (!config.isDemo || !isLoopback(config.host)) return new Set([own.origin]);
  const port = own.port === '' ? '' : `:${own.port}`;
  return new Set([own.origin, ...loopbackNames.map((name) => `http://${name}${port}`)]);
}

/**
 * Refuses every unsafe request that another site's page could have made. `Origin` decides where there is one (all
 * current browsers send it with a post); else `Sec-Fetch-Site`; a request with neither is no browser of ours.
 */
export function sameOrigin(config: WebConfig) {
  const allowed = allowedOrigins(config);
  return createMiddleware<WebEnv>(async (c, next) => {
    if (isUnsafe(c.req.method)) {
      const origin = c.req.header('origin');
      const site = c.req.header('sec-fetch-site');
      const isOurs =
        origin === undefined
          ? site === 'same-origin'
          : allowed.has(origin) && (site === undefined || site === 'same-origin');
      if (!isOurs) {
        throw new HttpRefusal(403, {
          code: 'wrong_origin',
          message: `This form was not sent from ${config.publicUrl}. Open the desk there and try again.`,
        });
      }
    }
    await next();
  });
}

import { createMiddleware } from 'hono/factory';
import { newId } from '../../core/ids.ts';
import type { WebConfig } from '../deps.ts';
import type { WebEnv } from '../env.ts';

/**
 * Nothing but our own files runs or styles. `form-action 'self'` also binds redirects of a posted form in some browsers:
 * a consent on a platform is therefore reached by a link (GET), never by a form's redirect.
 * Product pictures come from the platforms' hosts.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: https:",
  "connect-src 'self'",
  "font-src 'self'",
  "manifest-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Two years, as browsers' preload lists ask for. */
const hstsSeconds = 63_072_000;

/** An id for every request, and what browsers must not do with our pages. */
export function securityHeaders(config: WebConfig) {
  const isHttps = config.publicUrl.startsWith('https:');
  return createMiddleware<WebEnv>(async (c, next) => {
    const requestId = newId();
    c.set('requestId', requestId);
    await next();
    const { headers } = c.res;
    headers.set('x-request-id', requestId);
    headers.set('x-content-type-options', 'nosniff');
    headers.set('content-security-policy', contentSecurityPolicy);
    headers.set('x-frame-options', 'DENY');
    headers.set('cross-origin-opener-policy', 'same-origin');
    headers.set('cross-origin-resource-policy', 'same-origin');
    headers.set('permissions-policy', 'camera=(), microphone=(), geolocation=(), payment=()');
    // Sign-in tokens and consent answers travel in query strings: they must not leave in a Referer.
    headers.set('referrer-policy', 'same-origin');
    if (isHttps) headers.set('strict-transport-security', `max-age=${hstsSeconds}; includeSubDomains`);
    // Pages hold orders and recipients: no shared cache keeps them.
    if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
  });
}

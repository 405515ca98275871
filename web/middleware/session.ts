import { createHmac, timingSafeEqual } from 'node:crypto';
import { deleteCookie, getSignedCookie, setSignedCookie } from 'hono/cookie';
import { createMiddleware } from 'hono/factory';
import type { WebConfig, WebDeps } from '../deps.ts';
import type { WebContext, WebEnv } from '../env.ts';
import { leadTo } from '../page.tsx';
import { isUnsafe } from './origin.ts';
import { HttpRefusal } from './refusals.ts';

const isHttps = (config: WebConfig): boolean => config.publicUrl.startsWith('https:');

/**
 * With https the `__Host-` prefix keeps other hosts of the domain from setting it. Without, several desks may share a
 * host, and cookies know no ports: each installation has a name of its own, the same on all of its processes.
 */
const cookieName = (config: WebConfig): string => (isHttps(config) ? '__Host-holdfast' : `holdfast-${idOf(config)}`);

const idOf = (config: WebConfig): string =>
  createHmac('sha256', config.cookieSecret).update('cookie name').digest('hex').slice(0, 8);

/** The cookie outlives no session: the row's own expiry decides. Browsers cap it at 400 days. */
const cookieSeconds = 60 * 60 * 24 * 90;

export async function setSessionCookie(c: WebContext, config: WebConfig, sessionToken: string): Promise<void> {
  await setSignedCookie(c, cookieName(config), sessionToken, config.cookieSecret, {
    path: '/',
    httpOnly: true,
    secure: isHttps(config),
    // Lax, not Strict: the way back from a platform's consent page must arrive signed in.
    sameSite: 'Lax',
    maxAge: cookieSeconds,
  });
}

export const clearSessionCookie = (c: WebContext, config: WebConfig): void => {
  deleteCookie(c, cookieName(config), { path: '/', secure: isHttps(config) });
};

/** The token that forms of this session carry. */
export const csrfTokenFor = (config: WebConfig, sessionToken: string): string =>
  createHmac('sha256', config.cookieSecret).update(`form:${sessionToken}`).digest('base64url');

const isSame = (one: string, other: string): boolean => {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
};

/** Paths that need nobody signed in. */
const openPaths = ['/sign-in'];
const isOpen = (path: string): boolean => openPaths.includes(path);

/** Who asks, from the signed cookie. Without one, pages lead to the sign-in page and posts are refused, unread. */
export function session(deps: WebDeps) {
  const { config, sessions } = deps;
  return createMiddleware<WebEnv>(async (c, next) => {
    const sessionToken = await getSignedCookie(c, config.cookieSecret, cookieName(config));
    const signedIn = typeof sessionToken === 'string' ? await sessions.whoIs(sessionToken) : null;
    c.set('signedIn', signedIn);
    c.set('csrfToken', signedIn === null ? '' : csrfTokenFor(config, signedIn.token));
    if (isOpen(c.req.path)) return next();
    if (signedIn === null) {
      if (isUnsafe(c.req.method) && c.req.header('hx-request') !== 'true') {
        throw new HttpRefusal(401, {
          code: 'signed_out',
          message: 'You are not signed in any more. Sign in, then send the form again.',
        });
      }
      return leadTo(c, signInPath(c));
    }
    await next();
  });
}

/** Every post of a session carries its form token. */
export const formToken = createMiddleware<WebEnv>(async (c, next) => {
  if (isUnsafe(c.req.method) && !isOpen(c.req.path)) {
    const given = c.get('form')?.get('_csrf');
    if (typeof given !== 'string' || !isSame(given, c.get('csrfToken'))) {
      throw new HttpRefusal(403, {
        code: 'wrong_form_token',
        message: 'This form belongs to an older session. Load the page again, then send it.',
      });
    }
  }
  await next();
});

/** Remembers where the person wanted to go; a fragment's address is no page. */
function signInPath(c: WebContext): string {
  const url = new URL(c.req.url);
  if (c.req.method !== 'GET' || c.req.header('hx-request') === 'true' || url.pathname === '/') return '/sign-in';
  return `/sign-in?next=${encodeURIComponent(url.pathname + url.search)}`;
}

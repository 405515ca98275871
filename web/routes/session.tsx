import { Hono } from 'hono';
import { setCookie } from 'hono/cookie';
import type { Refusal } from '../../core/result.ts';
import type { WebDeps } from '../deps.ts';
import type { WebContext, WebEnv } from '../env.ts';
import { textOf } from '../form.ts';
import { HttpRefusal } from '../middleware/refusals.ts';
import { clearSessionCookie, setSessionCookie } from '../middleware/session.ts';
import { renderBare } from '../page.tsx';
import { signedInOf, themeCookie, themeOf } from '../views/frame.ts';
import { FormErrors } from '../views/parts.tsx';

const themeSeconds = 60 * 60 * 24 * 365;

/** Sign in and out, the merchant looked at, light or dark. */
export default function sessionRoutes(deps: WebDeps): Hono<WebEnv> {
  const app = new Hono<WebEnv>();

  app.get('/sign-in', (c) => signInPage(c, { token: c.req.query('token') ?? '', next: c.req.query('next') ?? '' }));

  // The link itself only shows a button: a preview of the link in a chat would use it up otherwise.
  app.post('/sign-in', async (c) => {
    const token = textOf(c, 'token');
    const next = textOf(c, 'next');
    const result = await deps.sessions.signInWithLink({ token, formerSessionToken: c.get('signedIn')?.token });
    if (!result.ok) return signInPage(c, { token: '', next, refusal: result.error });
    await setSessionCookie(c, deps.config, result.value.sessionToken);
    return c.redirect(localPath(next), 303);
  });

  app.post('/session/sign-out', async (c) => {
    await deps.sessions.signOut(signedInOf(c).token);
    clearSessionCookie(c, deps.config);
    return c.redirect('/sign-in', 303);
  });

  app.post('/session/merchant', async (c) => {
    const result = await deps.sessions.switchMerchant(signedInOf(c).token, textOf(c, 'merchantId'));
    if (!result.ok) throw new HttpRefusal(403, result.error);
    // Lists of the former merchant would show nothing of this one: begin at the overview.
    return c.redirect('/', 303);
  });

  app.post('/session/theme', (c) => {
    const theme = textOf(c, 'theme');
    setCookie(c, themeCookie, theme === 'light' || theme === 'dark' ? theme : 'system', {
      path: '/',
      sameSite: 'Lax',
      maxAge: themeSeconds,
    });
    return c.redirect(refererPath(c), 303);
  });

  return app;
}

function signInPage(
  c: WebContext,
  { token, next, refusal }: { token: string; next: string; refusal?: Refusal },
): Response | Promise<Response> {
  const options = { title: 'Sign in', theme: themeOf(c), status: refusal === undefined ? 200 : 422 } as const;
  if (token !== '') {
    return renderBare(
      c,
      options,
      <>
        <h1>Sign in to the desk</h1>
        <p class="muted">This link works once. Press the button to use it on this device.</p>
        <form method="post" action="/sign-in">
          <input type="hidden" name="token" value={token} />
          <input type="hidden" name="next" value={next} />
          <button type="submit" class="btn go" autofocus>
            Sign in
          </button>
        </form>
      </>,
    );
  }
  return renderBare(
    c,
    options,
    <>
      <h1>Sign in to the desk</h1>
      <FormErrors refusals={refusal === undefined ? [] : [refusal]} />
      <p>You need a sign-in link, which works once. An owner of the desk makes you one under Settings, People.</p>
      <ol class="steps">
        <li>
          <b>You are the owner?</b>
          <span class="muted">
            Your first link is printed when the desk starts. On the machine that runs it,{' '}
            <code>npm run owner-link</code> prints a new one, good for 15 minutes.
          </span>
        </li>
        <li>
          <b>Open the link in this browser</b>
          <span class="muted">Then press “Sign in”.</span>
        </li>
      </ol>
    </>,
  );
}

/** The path when it stays on this host, else the overview. Browsers drop tabs: `/<tab>/host` would lead to another. */
export const localPath = (path: string): string => (/^\/(?![/\\])\P{Cc}*$/u.test(path) ? path : '/');

/** The page that the form stood on. */
export function refererPath(c: WebContext): string {
  const referer = c.req.header('referer');
  if (referer === undefined || !URL.canParse(referer)) return '/';
  const url = new URL(referer);
  return localPath(url.pathname + url.search);
}

/** @jsxImportSource hono/jsx */
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { apiError } from './api.ts';
import { scopes } from './catalogue.ts';
import type { MarketEnv } from './env.ts';
import type { Faults } from './faults.ts';
import { type Grants, type MarketClient, signReturn } from './grants.ts';
import type { Market } from './market.ts';
import { Page, showPage } from './page.tsx';
import type { MarketStore } from './store.ts';
import { inTurn } from './turn.ts';

export interface OAuthDeps {
  readonly market: Market;
  readonly grants: Grants;
  readonly faults: Faults;
  readonly store: MarketStore;
  readonly client: MarketClient;
  readonly basePath: string;
  readonly now: () => number;
}

// The dash stands outside the class: browsers read a `pattern` with the v flag, which refuses it inside.
const handlePattern = /^[a-z0-9](?:[a-z0-9]|-){1,30}$/;
const scopeWords: Readonly<Record<(typeof scopes)[number], string>> = {
  orders: 'See and cancel orders',
  fulfilments: 'See and create fulfilments',
  products: 'See products',
  stock: 'Set stock',
};

const consentForm = z.object({
  client_id: z.string(),
  redirect_uri: z.string(),
  state: z.string(),
  shop: z.string(),
  decision: z.enum(['approve', 'deny']),
});

/** The consent page and the token endpoint. */
export function createOAuth(deps: OAuthDeps): Hono<MarketEnv> {
  const { client, market, grants } = deps;
  const oauth = new Hono<MarketEnv>();
  const turn = inTurn(deps.store);

  oauth.get('/authorize', turn, (c) => {
    const { client_id: clientId = '', redirect_uri: redirectUri = '', state = '', shop = '' } = c.req.query();
    const problem = problemOf(clientId, redirectUri);
    if (problem !== null) return refusedPage(c, problem);
    const known = market.shops().map((one) => one.handle);
    return showPage(
      c,
      <Page title="Connect an app" basePath={deps.basePath}>
        <h1>Connect Holdfast to your shop?</h1>
        <p>
          The app <b>{clientId}</b> asks to work with a shop of yours on the Sandbox marketplace.
        </p>
        <form method="post" action={`${deps.basePath}/oauth/authorize`}>
          <input type="hidden" name="client_id" value={clientId} />
          <input type="hidden" name="redirect_uri" value={redirectUri} />
          <input type="hidden" name="state" value={state} />
          <label>
            Shop
            <input
              name="shop"
              value={shop}
              list="shops"
              required
              pattern={handlePattern.source}
              title="2 to 31 lower-case letters, digits and dashes, e.g. teahouse"
            />
          </label>
          <datalist id="shops">
            {known.map((handle) => (
              <option value={handle} />
            ))}
          </datalist>
          <p class="hint">A shop that does not exist yet is opened, with 24 orders of the last two days.</p>
          <fieldset>
            <legend>The app may</legend>
            {scopes.map((scope) => (
              <label class="check">
                <input type="checkbox" name="scope" value={scope} checked />
                {scopeWords[scope]}
              </label>
            ))}
          </fieldset>
          <p class="actions">
            <button type="submit" name="decision" value="approve" class="primary">
              Approve
            </button>
            <button type="submit" name="decision" value="deny" formnovalidate>
              Deny
            </button>
          </p>
        </form>
      </Page>,
    );
  });

  oauth.post('/authorize', turn, async (c) => {
    const body = await c.req.parseBody({ all: true });
    const form = consentForm.safeParse(body);
    if (!form.success) return refusedPage(c, 'The form was not complete. Start again from the app.');
    const { client_id: clientId, redirect_uri: redirectUri, state, decision } = form.data;
    const problem = problemOf(clientId, redirectUri);
    if (problem !== null) return refusedPage(c, problem);
    const handle = form.data.shop.trim().toLowerCase();
    if (decision === 'deny') return goBack(c, redirectUri, { error: 'access_denied', shop: handle, state });
    if (!handlePattern.test(handle)) return refusedPage(c, 'A shop name has 2 to 31 letters, digits and dashes.');
    const asked = [body.scope ?? []].flat();
    const granted = scopes.filter((scope) => asked.includes(scope));
    const shop = market.openShop(handle);
    const code = grants.issueCode(shop.handle, granted, redirectUri);
    return goBack(c, redirectUri, { code, shop: shop.handle, state });
  });

  oauth.post('/token', deps.faults.middleware('token'), turn, async (c) => {
    const form = z.record(z.string(), z.string()).safeParse(await c.req.parseBody());
    const fields = form.success ? form.data : {};
    if (!grants.isClient(fields.client_id ?? '', fields.client_secret ?? '')) {
      return apiError(401, 'invalid_client', 'Client id or secret is wrong');
    }
    const answer =
      fields.grant_type === 'authorization_code'
        ? grants.exchange(fields.code ?? '', fields.redirect_uri ?? '')
        : fields.grant_type === 'refresh_token'
          ? grants.refresh(fields.refresh_token ?? '')
          : null;
    if (answer === null) return apiError(400, 'invalid_grant', 'The code or token is used, expired or revoked');
    return c.json(answer);
  });

  return oauth;

  function problemOf(clientId: string, redirectUri: string): string | null {
    if (clientId !== client.id) return 'This app is not known here.';
    if (!client.redirectUris.includes(redirectUri)) return 'The return address is not registered for this app.';
    return null;
  }

  function refusedPage(c: Context<MarketEnv>, problem: string): Response | Promise<Response> {
    return showPage(
      c,
      <Page title="Not possible" basePath={deps.basePath}>
        <h1>This does not work</h1>
        <p>{problem}</p>
      </Page>,
      400,
    );
  }

  function goBack(c: Context<MarketEnv>, redirectUri: string, params: Readonly<Record<string, string>>): Response {
    const signed = { ...params, timestamp: String(Math.floor(deps.now() / 1000)) };
    const target = new URL(redirectUri);
    for (const [key, value] of Object.entries(signed)) target.searchParams.set(key, value);
    target.searchParams.set('hmac', signReturn(client.secret, signed));
    return c.redirect(target.href, 303);
  }
}

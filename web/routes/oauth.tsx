import { Hono } from 'hono';
import { hashToken } from '../../core/people/token.ts';
import type { WebDeps } from '../deps.ts';
import type { WebEnv } from '../env.ts';
import { setFlash } from '../flash.ts';
import { statusOf } from '../middleware/refusals.ts';
import { renderPage } from '../page.tsx';
import { loadFrame, signedInOf } from '../views/frame.ts';
import { Notice, PageHead } from '../views/parts.tsx';
import { platformOf } from './stores.tsx';

/** The way back from a platform's consent page. */
export default function oauthRoutes(deps: WebDeps): Hono<WebEnv> {
  const app = new Hono<WebEnv>();

  app.get('/oauth/:platform/callback', async (c) => {
    const { actor, merchantId, token } = signedInOf(c);
    const platform = c.req.param('platform');
    const { profile } = platformOf(deps, platform);
    const query = [...new URL(c.req.url).searchParams];
    const state = query.find(([name]) => name === 'state')?.[1] ?? '';
    const sessionHash = await hashToken(token);
    const result = await deps.desk.commands.completeAuthorization({ actor, platform, state, query, sessionHash });
    if (!result.ok) {
      const frame = await loadFrame(c, deps);
      const title = 'The store was not authorized';
      return renderPage(
        c,
        frame,
        { title, section: 'stores', status: statusOf(result.error) },
        <div class="stack narrow">
          <PageHead title={title} lede={`Nothing was changed. ${profile.name} may be asked again at any time.`} />
          <Notice tone="danger">
            <p>{result.error.message}</p>
          </Notice>
          <div class="actions">
            <a class="btn go" href="/stores">
              To the stores
            </a>
          </div>
        </div>,
      );
    }
    const done = result.value;
    // The login belongs to the merchant it was started for, whichever another tab looks at by now.
    if (done.merchantId !== merchantId) await deps.sessions.switchMerchant(token, done.merchantId);
    if (done.outcome !== 'authorized') return c.redirect(`/authorizations/choices/${done.choiceId}`, 303);
    setFlash(c, { message: `${profile.name} is authorized. Orders are on the way; you can close the other tab.` });
    return c.redirect(`/stores/${done.storeIds[0]}`, 303);
  });

  return app;
}

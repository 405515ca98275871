import { Hono } from 'hono';
import { assetRoutes } from './assets.ts';
import type { WebDeps } from './deps.ts';
import type { WebEnv } from './env.ts';
import { errorPages } from './middleware/errors.tsx';
import { limitedBody, parsedForm, plainAddress } from './middleware/form.ts';
import { securityHeaders } from './middleware/headers.ts';
import { sameOrigin } from './middleware/origin.ts';
import { formToken, session } from './middleware/session.ts';
import authorizationRoutes from './routes/authorizations.tsx';
import bulkRoutes from './routes/bulk.tsx';
import carrierRoutes from './routes/carriers.tsx';
import dispatchRoutes from './routes/dispatch.tsx';
import eventRoutes from './routes/events.tsx';
import heldRoutes from './routes/held.tsx';
import mappingRoutes from './routes/mappings.tsx';
import oauthRoutes from './routes/oauth.tsx';
import orderDeedRoutes from './routes/order-deeds.tsx';
import orderRoutes from './routes/orders.tsx';
import outboundRoutes from './routes/outbound.tsx';
import overviewRoutes from './routes/overview.tsx';
import peopleRoutes from './routes/people.tsx';
import rulesRoutes from './routes/rules.tsx';
import searchRoutes from './routes/search.tsx';
import sessionRoutes from './routes/session.tsx';
import settingsRoutes from './routes/settings.tsx';
import slackChannelRoutes from './routes/slack-channels.tsx';
import slackPeopleRoutes from './routes/slack-people.tsx';
import slackPreviewRoutes from './routes/slack-preview.tsx';
import stockRoutes from './routes/stock.tsx';
import storeRoutes from './routes/stores.tsx';
import syncRoutes from './routes/sync.tsx';
import syncLogRoutes from './routes/sync-log.tsx';
import webhookRoutes from './routes/webhooks.tsx';

/** What stands behind the sign-in: each module brings the routes of one noun. */
const pages: readonly ((deps: WebDeps) => Hono<WebEnv>)[] = [
  sessionRoutes,
  eventRoutes,
  overviewRoutes,
  orderRoutes,
  orderDeedRoutes,
  dispatchRoutes,
  bulkRoutes,
  heldRoutes,
  searchRoutes,
  syncRoutes,
  outboundRoutes,
  mappingRoutes,
  stockRoutes,
  rulesRoutes,
  settingsRoutes,
  peopleRoutes,
  slackChannelRoutes,
  slackPeopleRoutes,
  slackPreviewRoutes,
  syncLogRoutes,
  storeRoutes,
  carrierRoutes,
  authorizationRoutes,
  oauthRoutes,
];

/** Machine doors: no browser session, no form token; each checks its own signature and limits its own bodies. */
const machineDoors: readonly ((deps: WebDeps) => Hono<WebEnv>)[] = [webhookRoutes];

/** The dashboard as one Hono app: pages, their fragments and files. The composition root mounts it at the root. */
export function createWebApp(deps: WebDeps): Hono<WebEnv> {
  const app = new Hono<WebEnv>();
  const { onError, notFound } = errorPages(deps);
  app.onError(onError);
  app.notFound(notFound);
  app.use(securityHeaders(deps.config));
  app.route('/', assetRoutes());
  for (const door of machineDoors) app.route('/', door(deps));
  // In this order: nothing of a foreign, signed-out or oversized post is read before it is refused.
  app.use(plainAddress, sameOrigin(deps.config), session(deps), limitedBody, parsedForm, formToken);
  for (const page of pages) app.route('/', page(deps));
  return app;
}

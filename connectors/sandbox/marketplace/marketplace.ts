import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { SharedMemory } from '../../../core/ports/shared-memory.ts';
import { createApi } from './api.ts';
import { catalogue } from './catalogue.ts';
import { createControl } from './control.ts';
import type { MarketEnv } from './env.ts';
import { createFaults, type Faults } from './faults.ts';
import { createGrants, type Grants, type MarketClient } from './grants.ts';
import { createMarket, type Market } from './market.ts';
import { createOAuth } from './oauth.tsx';
import { createOffice } from './office.tsx';
import { styles } from './page.tsx';
import { openStore } from './store.ts';
import { createWebhookSender, type WebhookSender } from './webhooks.ts';

export interface MarketplaceOptions {
  /** Where browsers and the connector find it, with the path that it is mounted under: `http://localhost:3000/sandbox`. */
  readonly publicUrl: string;
  readonly client: MarketClient;
  readonly now: () => Date;
  /** Keeps its state there, one for all processes that share it; null: only in this process. */
  readonly memory: SharedMemory | null;
  /** Origin of the desk in this process: takes the webhooks of a desk that is gone. */
  readonly deskUrl?: string | undefined;
}

export interface Marketplace {
  /** To be mounted under the path of `publicUrl`, before the desk's own checks of browser posts. */
  readonly app: Hono<MarketEnv>;
  readonly market: Market;
  readonly grants: Grants;
  readonly faults: Faults;
  readonly webhooks: WebhookSender;
  /** Shifts the marketplace's clock against ours, in ms. */
  setClockSkew(ms: number): void;
  /** Lets go of hanging calls. */
  close(): Promise<void>;
}

/** Nothing that the desk, a person or a test sends here comes near it. */
const longestBody = 1_048_576;

/** A sales platform to try the desk on: consent page, seller's API, buyers' deeds, faults on demand. */
export function createMarketplace(options: MarketplaceOptions): Marketplace {
  const publicUrl = options.publicUrl.replace(/\/+$/, '');
  const basePath = new URL(publicUrl).pathname.replace(/\/+$/, '');
  let skewMs = 0;
  const now = (): number => options.now().getTime() + skewMs;
  const store = openStore(options.memory);
  const newId = (): string => {
    store.state.nextEvent += 1;
    store.changed.market();
    return `evt_${String(store.state.nextEvent).padStart(8, '0')}`;
  };
  const webhooks = createWebhookSender({ now, nextEventId: newId, store, standIn: options.deskUrl ?? null });
  const market = createMarket(store, webhooks, publicUrl, now);
  const grants = createGrants(store, options.client, now);
  const faults = createFaults();
  const setClockSkew = (ms: number): void => {
    skewMs = ms;
  };

  const app = new Hono<MarketEnv>();
  // The buttons are for people on this page: another site's page must not press them.
  app.use('*', async (c, next) => {
    const site = c.req.header('sec-fetch-site');
    if (c.req.method !== 'GET' && site !== undefined && site !== 'same-origin' && site !== 'none') {
      return c.text('This request came from another site.', 403);
    }
    return next();
  });
  app.use(bodyLimit({ maxSize: longestBody, onError: (c) => c.text('This is too much at once.', 413) }));
  app.get('/style.css', (c) => c.body(styles, 200, { 'content-type': 'text/css' }));
  app.get('/pictures/:name', (c) => {
    const at = catalogue.findIndex((product) => `${product.productId}.svg` === c.req.param('name'));
    return at < 0 ? c.notFound() : c.body(picture(at), 200, { 'content-type': 'image/svg+xml' });
  });
  app.route('/api', createApi({ market, grants, faults, store, newId }));
  app.route('/oauth', createOAuth({ market, grants, faults, store, client: options.client, basePath, now }));
  app.route('/control', createControl({ market, grants, faults, webhooks, store, setClockSkew }));
  app.route('/', createOffice({ market, grants, webhooks, store, basePath }));

  return {
    app,
    market,
    grants,
    faults,
    webhooks,
    setClockSkew,
    async close() {
      webhooks.close();
      faults.close();
      await webhooks.idle();
      await options.memory?.close();
    },
  };
}

/** A plain coloured tile: enough to tell products apart. */
const picture = (index: number): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><rect width="64" height="64" rx="8" fill="hsl(${index * 36} 45% 72%)"/></svg>`;

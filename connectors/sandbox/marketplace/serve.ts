import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import type { MarketEnv } from './env.ts';
import { createMarketplace, type Marketplace, type MarketplaceOptions } from './marketplace.ts';

export interface ServedMarketplace extends Marketplace {
  /** `http://127.0.0.1:<port>/sandbox`. */
  readonly baseUrl: string;
}

/** The marketplace on a port of its own of the loopback interface: for tests and benches. */
export async function serveMarketplace(
  options: Omit<MarketplaceOptions, 'publicUrl'> & { readonly port?: number },
): Promise<ServedMarketplace> {
  const root = new Hono<MarketEnv>();
  const server = createAdaptorServer({ fetch: root.fetch });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('the marketplace has no port');
  const baseUrl = `http://127.0.0.1:${address.port}/sandbox`;
  const marketplace = createMarketplace({ ...options, publicUrl: baseUrl });
  root.route('/sandbox', marketplace.app);
  return {
    ...marketplace,
    baseUrl,
    async close() {
      await marketplace.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      if ('closeAllConnections' in server) server.closeAllConnections();
      await closed;
    },
  };
}

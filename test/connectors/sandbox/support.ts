import { randomBytes } from 'node:crypto';
import { createSandboxConnector } from '../../../connectors/sandbox/index.ts';
import type { Fault } from '../../../connectors/sandbox/marketplace/faults.ts';
import { type ServedMarketplace, serveMarketplace } from '../../../connectors/sandbox/marketplace/serve.ts';
import type { Shop } from '../../../connectors/sandbox/marketplace/types.ts';
import type { Connector, Credentials } from '../../../core/ports/connector.ts';
import type { SharedMemory } from '../../../core/ports/shared-memory.ts';
import { type TestSession, testSession } from '../../contract/session.ts';

export const redirectUri = 'http://localhost:3000/oauth/callback/sandbox';
export const app = { client_id: 'holdfast', client_secret: 'sandbox-client-secret' };

export interface SandboxBench {
  readonly marketplace: ServedMarketplace;
  readonly connector: Connector;
  /** Tokens of a shop, as a consent would give them; the shop is opened when it is not there. */
  readonly grant: (handle: string) => Credentials;
  readonly session: (shop: Shop, timeoutMs?: number) => TestSession;
  /** A bulk shop with a name of its own: `count` orders, the last one placed just now. */
  readonly bulkShop: (count: number) => Shop;
  readonly spoil: (fault: Fault) => void;
}

/** The marketplace on a real port, and a connector for it. */
export async function openSandbox(
  now: () => Date,
  memory: SharedMemory | null = null,
  deskUrl?: string,
): Promise<SandboxBench> {
  const client = { id: app.client_id, secret: app.client_secret, redirectUris: [redirectUri] };
  const marketplace = await serveMarketplace({ client, now, memory, deskUrl });
  const connector = createSandboxConnector({ baseUrl: marketplace.baseUrl });
  const { grants, market } = marketplace;
  const grant = (handle: string): Credentials => {
    const shop = market.openShop(handle);
    const code = grants.issueCode(shop.handle, connector.profile.scopes, redirectUri);
    const token = grants.exchange(code, redirectUri);
    if (token === null) throw new Error('no token');
    return { shop: shop.handle, access_token: token.access_token, refresh_token: token.refresh_token };
  };
  return {
    marketplace,
    connector,
    grant,
    session: (shop, timeoutMs) => testSession({ connector, app, credentials: grant(shop.handle), now, timeoutMs }),
    bulkShop(count) {
      const stepMs = 1_000;
      const handle = `bulk-${randomBytes(4).toString('hex')}`;
      return market.openBulkShop(handle, { count, from: now().getTime() - count * stepMs, stepMs });
    },
    spoil: (fault) => marketplace.faults.add(fault),
  };
}

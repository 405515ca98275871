/** The simulated marketplace as a process of its own, so that its work is not counted as the desk's. */
import { z } from 'zod';
import { scopes } from '../../../connectors/sandbox/marketplace/catalogue.ts';
import { serveMarketplace } from '../../../connectors/sandbox/marketplace/serve.ts';

const redirectUri = 'http://localhost/callback';

const input = z
  .object({
    client: z.object({ id: z.string(), secret: z.string() }),
    shops: z.array(z.object({ handle: z.string(), count: z.number(), from: z.iso.datetime(), stepMs: z.number() })),
  })
  .parse(JSON.parse(process.argv[2] ?? ''));

const marketplace = await serveMarketplace({
  client: { ...input.client, redirectUris: [redirectUri] },
  now: () => new Date(),
  memory: null,
});
const shops = input.shops.map(({ handle, count, from, stepMs }) => {
  const shop = marketplace.market.openBulkShop(handle, { count, from: Date.parse(from), stepMs });
  const code = marketplace.grants.issueCode(handle, scopes, redirectUri);
  const token = marketplace.grants.exchange(code, redirectUri);
  if (token === null) throw new Error(`The marketplace gave no token for ${handle}.`);
  return {
    handle,
    shopId: `sbx-${String(shop.shopNo).padStart(6, '0')}`,
    accessToken: token.access_token,
    refreshToken: token.refresh_token,
    expiresInSeconds: token.expires_in,
  };
});
process.on('SIGTERM', () => process.exit(0));
// Ctrl-C reaches the whole group; the bench ends us when it has ended the desk.
process.on('SIGINT', () => {});
process.stdout.write(`${JSON.stringify({ baseUrl: marketplace.baseUrl, shops })}\n`);

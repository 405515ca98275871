import { createSandboxConnector } from '../../connectors/sandbox/index.ts';
import type { Connector, Credentials, Grant, Profile, ShopIdentity } from '../../core/ports/connector.ts';

export interface Bazaar {
  readonly connector: Connector;
  /** What the next key test or login grants; throws instead when it is an error. */
  grant: readonly ShopIdentity[] | Error;
  /** The fields of every key test, in order. */
  readonly tested: Credentials[];
}

export const shop = (
  platformShopId: string,
  country: string | null = null,
  name = `Shop ${platformShopId}`,
): ShopIdentity => ({
  platformShopId,
  name,
  country,
  currency: null,
});

/**
 * A platform connected with keys, for what no real connector does yet: an IP allowlist, several shops in one grant. It
 * has a profile like the sandbox's and answers without any network.
 */
export function createBazaar(over: Partial<Profile> = {}): Bazaar {
  const sandbox = createSandboxConnector({ baseUrl: 'http://127.0.0.1:9/bazaar' });
  const bazaar: { connector: Connector; grant: Bazaar['grant']; tested: Credentials[] } = {
    grant: [shop('1')],
    tested: [],
    connector: {
      ...sandbox,
      profile: {
        ...sandbox.profile,
        platform: 'bazaar',
        name: 'Bazaar',
        connection: 'keys',
        refreshMarginSeconds: null,
        fields: [
          { name: 'vendor', label: 'Vendor', help: 'Your number.', example: '17', required: true, secret: false },
          { name: 'api_key', label: 'API key', help: 'From your account.', example: 'k', required: true, secret: true },
        ],
        ...over,
        capabilities: { ...sandbox.profile.capabilities, refresh: false, webhooks: false, ...over.capabilities },
      },
      checkFields: (fields) =>
        (fields.api_key ?? '') === ''
          ? { ok: false, field: 'api_key', message: 'Enter the API key.' }
          : { ok: true, value: fields },
      async connect(_app, fields) {
        bazaar.tested.push(fields);
        return granted(fields);
      },
      authorizeUrl: (_app, request) => `https://bazaar.example/login?state=${request.state}`,
      completeAuthorization: async () => granted({ access_token: 'canary-bazaar-token' }),
      async testConnection() {
        const [first] = granted({}).shops;
        if (first === undefined) throw new Error('a grant has at least one shop');
        return { shop: first, scopes: [] };
      },
    },
  };
  function granted(fields: Credentials): Grant {
    if (bazaar.grant instanceof Error) throw bazaar.grant;
    return {
      accountId: 'account',
      credentials: fields,
      scopes: sandbox.profile.scopes,
      expiresAt: null,
      refreshExpiresAt: null,
      shops: bazaar.grant,
    };
  }
  return bazaar;
}

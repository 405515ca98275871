import { ConnectorError } from '../../core/errors.ts';
import type {
  ConnectorSession,
  Credentials,
  Grant,
  HttpClient,
  PlatformApp,
  ShopIdentity,
} from '../../core/ports/connector.ts';
import { createClient, type StoreClient } from './client.ts';
import { isHiddenIndex, rejected } from './errors.ts';
import { plainText } from './plain-text.ts';
import { checkFields } from './store-url.ts';
import { currencySetting, site } from './wire.ts';

interface Site {
  readonly name: string | null;
  readonly homeUrl: string;
  readonly hasWooCommerce: boolean;
}

/**
 * Tests store and keys: finds the API (also with plain permalinks), reads an order, checks that the key may write, reads
 * the currency. What was found out (`api_style`, `auth_style`, `home_url`) is kept with the credentials. Throws
 * `rejected` with what to do; `needs_reauthorization` for keys that the store does not know; `retryable` when it does
 * not answer.
 */
export async function connect(
  app: PlatformApp,
  fields: Credentials,
  http: HttpClient,
  now: () => Date,
): Promise<Grant> {
  const checked = checkFields(fields, app);
  if (!checked.ok) throw rejected('connect', `bad_${checked.field}`, checked.message);
  const { credentials, found } = await discover(checked.value, http, now);
  const client = createClient({ credentials, http, now }, 'connect');
  await client.get('wc/v3/orders', { per_page: '1' });
  if (!(await mayWrite(client))) {
    throw rejected('connect', 'read_only_key', 'This key may only read. Make one with the permission Read/Write.');
  }
  const shop = await identityOf(client, found);
  return {
    accountId: shop.platformShopId,
    credentials: { ...credentials, auth_style: client.authStyle(), home_url: found.homeUrl },
    scopes: ['read_write'],
    expiresAt: null,
    refreshExpiresAt: null,
    shops: [shop],
  };
}

/** Reads the site's name and one order, and checks that the key may still write. Scopes: `read_write` or `read`. */
export async function testConnection(
  session: ConnectorSession,
): Promise<{ shop: ShopIdentity; scopes: readonly string[] }> {
  const client = createClient(session, 'testConnection');
  const storeUrl = session.credentials.store_url ?? '';
  const found = await readSite(client, storeUrl);
  if (found === null || !found.hasWooCommerce) throw noWooCommerce(storeUrl);
  await client.get('wc/v3/orders', { per_page: '1' });
  const scopes = (await mayWrite(client)) ? ['read_write'] : ['read'];
  return { shop: await identityOf(client, found), scopes };
}

const siteFields = { _fields: 'name,url,home,namespaces' };

/** The API under `/wp-json/`, or under `?rest_route=` where pretty permalinks are off. */
async function discover(
  fields: Credentials,
  http: HttpClient,
  now: () => Date,
): Promise<{ credentials: Credentials; found: Site }> {
  const storeUrl = fields.store_url ?? '';
  for (const apiStyle of ['path', 'query'] as const) {
    const credentials = { ...fields, api_style: apiStyle };
    try {
      const { value } = await createClient({ credentials, http, now }, 'connect').get('', siteFields);
      const found = siteOf(value, storeUrl);
      if (found === null) continue;
      if (!found.hasWooCommerce) throw noWooCommerce(storeUrl);
      return { credentials, found };
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      if (error.platformCode === 'redirect') throw redirected(storeUrl, error);
      // A security plugin shows the index to nobody: whether WooCommerce is there, the orders will tell.
      if (isHiddenIndex(error)) return { credentials, found: hiddenSite(storeUrl) };
      const isAbsent = error.httpStatus === 404 || error.platformCode === 'not_json';
      if (!isAbsent) throw error;
    }
  }
  throw rejected(
    'connect',
    'no_wordpress_api',
    `No WordPress REST API answers at ${storeUrl}. Check the address, and that no plugin switches the REST API off.`,
  );
}

async function readSite(client: StoreClient, storeUrl: string): Promise<Site | null> {
  try {
    return siteOf((await client.get('', siteFields)).value, storeUrl);
  } catch (error) {
    if (isHiddenIndex(error)) return hiddenSite(storeUrl);
    throw error;
  }
}

const hiddenSite = (storeUrl: string): Site => ({ name: null, homeUrl: storeUrl, hasWooCommerce: true });

function siteOf(value: unknown, storeUrl: string): Site | null {
  const parsed = site.safeParse(value);
  if (!parsed.success || !Array.isArray(parsed.data.namespaces)) return null;
  const homeUrl = parsed.data.home || parsed.data.url || storeUrl;
  return {
    name: plainText(parsed.data.name ?? '') || null,
    homeUrl,
    hasWooCommerce: parsed.data.namespaces.includes('wc/v3'),
  };
}

/**
 * An update of an order that cannot exist: WordPress checks the key's permission first, then says "no such order". A
 * key that may only read is refused with the same code as a wrong secret, but reading has just worked.
 */
async function mayWrite(client: StoreClient): Promise<boolean> {
  try {
    await client.put('wc/v3/orders/0', {});
    return true;
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    if (error.kind === 'needs_reauthorization') return false;
    // The key's permission is judged before everything else: any complaint about the order itself means that it passed.
    if (error.httpStatus === 400 || error.httpStatus === 404) return true;
    throw error;
  }
}

/** The site's home address is the identity; the currency is left out when the key's user may not read settings. */
async function identityOf(client: StoreClient, found: Site): Promise<ShopIdentity> {
  const home = URL.parse(found.homeUrl);
  const platformShopId =
    home === null ? found.homeUrl : `${home.host}${home.pathname}`.toLowerCase().replace(/^www\.|\/+$/g, '');
  let currency: string | null = null;
  try {
    const { value } = await client.get('wc/v3/settings/general/woocommerce_currency');
    currency = currencySetting.safeParse(value).data?.value ?? null;
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.kind === 'retryable') throw error;
  }
  return { platformShopId, name: found.name ?? platformShopId, country: null, currency };
}

const noWooCommerce = (storeUrl: string): ConnectorError =>
  rejected('connect', 'no_woocommerce', `WordPress answers at ${storeUrl}, but WooCommerce is not active there.`);

/** Redirects lose the key on the way, so the final address must be entered. */
const redirected = (storeUrl: string, error: ConnectorError): ConnectorError =>
  rejected(
    'connect',
    'redirect',
    `${storeUrl} sends its visitors elsewhere (${error.platformMessage ?? 'redirect'}). Enter the address where it ends.`,
  );

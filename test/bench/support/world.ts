import { catalogue } from '../../../connectors/sandbox/marketplace/catalogue.ts';
import { newId } from '../../../core/ids.ts';
import type { Sql } from '../../../db/client.ts';
import { createVault } from '../../../db/vault.ts';
import type { ConnectedShop } from './marketplace.ts';

/** The vault's key of every desk of the bench, as ENCRYPTION_KEYS has it. */
export const vaultKey = { id: 'k1', base64: Buffer.alloc(32, 11).toString('base64') };

/** Nobody bound it yet: it holds about every ninth two-line order of a bulk shop. */
export const unboundSku = 'COOKIE-PINE-12';
/** The same where many are to be held: in about two of three orders. */
export const commonSku = 'TEA-OOLONG-150';

export interface World {
  readonly merchantId: string;
  readonly stores: readonly WorldStore[];
  /** By warehouse SKU. */
  readonly productIds: ReadonlyMap<string, string>;
}

export interface WorldStore {
  readonly id: string;
  readonly authorizationId: string;
  readonly handle: string;
}

/** A merchant with its products and one authorized store a shop, everything bound but the shop's `unboundSku`. */
export async function createWorld(
  sql: Sql,
  shops: readonly (ConnectedShop & { readonly unboundSku: string })[],
): Promise<World> {
  const merchantId = newId();
  const salesChannelId = newId();
  await sql`insert into merchants (id, name, code) values (${merchantId}, 'Northwind', 'northwind')`;
  await sql`insert into sales_channels (merchant_id, id, name) values (${merchantId}, ${salesChannelId}, 'Web')`;
  const productIds = new Map<string, string>(catalogue.map((product) => [skuOf(product), newId()]));
  const products = [...productIds].map(([sku, id]) => ({ merchant_id: merchantId, id, sku, name: sku }));
  await sql`insert into products ${sql(products)}`;
  const stores: WorldStore[] = [];
  for (const shop of shops) {
    const store = { id: newId(), authorizationId: newId(), handle: shop.handle };
    stores.push(store);
    await connect(sql, { merchantId, salesChannelId, store, shop });
    await bindAll(sql, { merchantId, storeId: store.id, productIds, unbound: shop.unboundSku });
  }
  return { merchantId, stores, productIds };
}

async function connect(
  sql: Sql,
  given: { merchantId: string; salesChannelId: string; store: WorldStore; shop: ConnectedShop },
): Promise<void> {
  const { merchantId, salesChannelId, store, shop } = given;
  const expiresAt = new Date(Date.now() + shop.expiresInSeconds * 1_000).toISOString();
  const fields = JSON.stringify({ shop: shop.handle });
  await sql`
    insert into authorizations (merchant_id, id, platform, status, account_id, account_name, fields, scopes, expires_at, authorized_at)
    values (${merchantId}, ${store.authorizationId}, 'sandbox', 'authorized', ${shop.shopId}, ${shop.handle},
      ${fields}::text::jsonb, '{orders,fulfilments,products,stock}', ${expiresAt}::timestamptz, now())`;
  const credentialsId = newId();
  const tokens = JSON.stringify({ access_token: shop.accessToken, refresh_token: shop.refreshToken });
  const sealed = createVault([vaultKey]).seal(tokens, `credentials:${credentialsId}`);
  await sql`
    insert into credentials (merchant_id, id, authorization_id, sealed)
    values (${merchantId}, ${credentialsId}, ${store.authorizationId}, ${sealed})`;
  await sql`
    insert into stores (merchant_id, id, authorization_id, sales_channel_id, platform, name, country, currency,
      platform_shop_id, shop_name, sync_every_minutes, look_back_hours, first_look_back_hours, synced_until)
    values (${merchantId}, ${store.id}, ${store.authorizationId}, ${salesChannelId}, 'sandbox', ${shop.handle}, 'TW', 'TWD',
      ${shop.shopId}, ${shop.handle}, 15, 48, 120, now())`;
}

async function bindAll(
  sql: Sql,
  given: { merchantId: string; storeId: string; productIds: ReadonlyMap<string, string>; unbound: string },
): Promise<void> {
  const { merchantId, storeId, productIds } = given;
  const bound = catalogue.filter((product) => product.sku !== given.unbound);
  const mappings = bound.map((product) => ({
    merchant_id: merchantId,
    id: newId(),
    store_id: storeId,
    key_kind: product.sku === null ? 'product' : 'sku',
    key: product.sku ?? product.productId,
    version: 1,
    created_by: 'Mei',
  }));
  await sql`insert into sku_mappings ${sql(mappings)}`;
  const components = mappings.flatMap(({ id }, index) => {
    const product = bound[index];
    const productId = product === undefined ? undefined : productIds.get(skuOf(product));
    return productId === undefined
      ? []
      : [{ merchant_id: merchantId, mapping_id: id, product_id: productId, quantity: 1 }];
  });
  await sql`insert into mapping_components ${sql(components)}`;
}

const skuOf = (product: { readonly sku: string | null; readonly productId: string }): string =>
  product.sku ?? product.productId;

import nock from 'nock';
import { afterEach, expect, test } from 'vitest';
import { connector as woocommerce } from '../../../connectors/woocommerce/index.ts';
import { addStore } from '../../../core/commands/add-store.ts';
import { updateCredentials } from '../../../core/commands/update-credentials.ts';
import { readCredentials } from '../../../core/connect/credentials.ts';
import { fakeStore, keys, storeUrl } from '../../connectors/woocommerce/support.ts';
import { accessDesk, personOf, testClock } from '../../support/access.ts';
import { testDatabase } from '../../support/database.ts';

const database = await testDatabase();
const { ports } = accessDesk(database, { clock: testClock(), connectors: [woocommerce] });
afterEach(() => nock.cleanAll());

/** A WordPress that takes every key, and notes what it was asked. */
const shopAt = (origin: string) =>
  fakeStore(
    {
      'GET ': () => ({ json: { name: 'Shop', home: origin, namespaces: ['wc/v3'] } }),
      'GET wc/v3/orders': () => ({ json: [] }),
      'PUT wc/v3/orders/0': () => ({ status: 404, json: { code: 'woocommerce_rest_shop_order_invalid_id' } }),
      'GET wc/v3/settings/general/woocommerce_currency': () => ({ json: { value: 'EUR' } }),
    },
    { origin },
  );

async function connected() {
  const mei = await personOf(database);
  const { actor, merchantId } = mei;
  const { calls } = shopAt(storeUrl);
  const fields = { store_url: storeUrl, ...keys };
  const added = await addStore(ports, { actor, merchantId, platform: 'woocommerce', name: 'Shop', fields });
  if (!added.ok) throw new Error(added.error.message);
  await database.sql`update stores set platform_shop_id = id::text where merchant_id = ${merchantId}`;
  return { actor, merchantId, authorizationId: added.value.authorizationId, calls };
}

const evil = 'https://evil.example.test';

test('a kept secret is never sent to another address than the one it was entered for', async () => {
  const { calls: _, ...who } = await connected();
  const { calls } = shopAt(evil);
  const blank = { consumer_key: '', consumer_secret: '' };
  for (const typed of [blank, { consumer_key: keys.consumer_key, consumer_secret: ' ' }]) {
    const answer = await updateCredentials(ports, { ...who, fields: { store_url: evil, ...typed } });
    expect(answer).toMatchObject({ ok: false, error: { code: 'bad_field' } });
  }
  expect(calls).toEqual([]);
  const kept = await database.database.transaction((tx) => readCredentials(ports, tx, who));
  expect(kept?.values).toMatchObject(keys);
});

test('with the address unchanged an empty secret means the one that is kept', async () => {
  const { calls, ...who } = await connected();
  const before = calls.length;
  const fields = { store_url: `${storeUrl}/`, consumer_key: '', consumer_secret: '' };
  const answer = await updateCredentials(ports, { ...who, fields });
  expect(answer).not.toMatchObject({ ok: false, error: { code: 'bad_field' } });
  expect(calls.length).toBeGreaterThan(before);
});

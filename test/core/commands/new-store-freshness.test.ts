import { expect, test } from 'vitest';
import { addStore } from '../../../core/commands/add-store.ts';
import { isStale } from '../../../core/dispatch/look-again.ts';
import { createOutgoingRepositories } from '../../../db/repositories/outgoing.ts';
import { accessDesk, personOf, testClock } from '../../support/access.ts';
import { createBazaar } from '../../support/bazaar.ts';
import { testDatabase } from '../../support/database.ts';
import { insertOrder } from '../../support/rows.ts';

const database = await testDatabase();
const clock = testClock();

/** A store added on a desk with this FRESHNESS_MINUTES, whose last complete sync ended so long ago. */
async function order(freshnessMinutes: number | undefined, minutesAgo: number) {
  const bazaar = createBazaar();
  bazaar.grant = [{ platformShopId: crypto.randomUUID(), name: 'Shop', country: null, currency: null }];
  const desk = accessDesk(database, { clock, connectors: [bazaar.connector], freshnessMinutes });
  const { actor, merchantId } = await personOf(database);
  const fields = { vendor: '17', api_key: 'key' };
  const added = await addStore(desk.ports, { actor, merchantId, platform: 'bazaar', name: 'Shop', fields });
  const storeId = added.ok ? (added.value.storeIds[0] ?? '') : '';
  const syncedUntil = new Date(clock.now().getTime() - minutesAgo * 60_000).toISOString();
  await database.sql`update stores set synced_until = ${syncedUntil}::timestamptz where id = ${storeId}`;
  const orderId = await insertOrder(database.sql, { merchantId, storeId, authorizationId: '', salesChannelId: '' });
  const { orderLocks } = createOutgoingRepositories(database.db);
  const [locked] = await database.database.transaction((tx) => orderLocks.read(tx, merchantId, [orderId]));
  if (locked === undefined) throw new Error('There is no order.');
  return { locked, profile: bazaar.connector.profile };
}

const looksAgain = async (freshnessMinutes: number | undefined, minutesAgo: number): Promise<boolean> => {
  const { locked, profile } = await order(freshnessMinutes, minutesAgo);
  return isStale(locked, profile, clock.now());
};

test('a new store is looked at again once its last sync is older than FRESHNESS_MINUTES', async () => {
  expect(await looksAgain(3, 2)).toBe(false);
  expect(await looksAgain(3, 4)).toBe(true);
  expect(await looksAgain(60, 59)).toBe(false);
});

test('with FRESHNESS_MINUTES at 0 the platform is asked before every dispatch', async () => {
  expect(await looksAgain(0, 0.1)).toBe(true);
});

test('without FRESHNESS_MINUTES a new store has one sync period', async () => {
  const { locked, profile } = await order(undefined, 1);
  expect(locked.freshnessSeconds).toBe(profile.sync.everyMinutes * 60);
});

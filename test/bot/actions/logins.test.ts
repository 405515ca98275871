import { expect, it } from 'vitest';
import { writeCredentials } from '../../../core/connect/credentials.ts';
import { testBot } from '../../support/bot.ts';
import { showAlerts } from '../../support/causes.ts';
import { world } from '../../support/outgoing.ts';
import { testPlatform } from '../../support/platform.ts';

const platform = testPlatform({ capabilities: { refresh: true } });
const desk = await testBot({ platform });
const { sql } = desk;
const hourMs = 3_600_000;

it('tests a login and renews its token from the card, which is settled by it', async () => {
  const store = await world(sql);
  const ref = { merchantId: store.merchantId, authorizationId: store.authorizationId };
  await desk.database.database.transaction((tx) => writeCredentials(desk.ports, tx, ref, { token: 'old' }));
  const soon = new Date(desk.clock.now().getTime() + 40 * hourMs).toISOString();
  await sql`update authorizations set expires_at = ${soon}::timestamptz where id = ${store.authorizationId}`;
  await showAlerts(desk, store);
  const card = await desk.card(store.merchantId, 'authorization_expiring');
  await desk.press('test_connection', card.valueOf('test_connection'), { user: 'ana' });
  expect(desk.told().at(-1)).toBe('Shop answers.');
  const expiresAt = new Date(desk.clock.now().getTime() + 90 * 24 * hourMs);
  platform.connector.refresh = async () => ({
    credentials: { token: 'new' },
    scopes: [],
    expiresAt,
    refreshExpiresAt: null,
  });
  await desk.press('refresh_token', card.valueOf('refresh_token'), { user: 'ana' });
  expect(desk.told().at(-1)).toContain('The token is new and good until');
  await showAlerts(desk, store);
  expect((await desk.card(store.merchantId, 'authorization_expiring')).text).toContain('✔');
});

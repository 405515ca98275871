import { expect, it } from 'vitest';
import { writeCredentials } from '../../../core/connect/credentials.ts';
import { testBot } from '../../support/bot.ts';
import { showAlerts } from '../../support/causes.ts';
import { person, world } from '../../support/outgoing.ts';
import { testPlatform } from '../../support/platform.ts';

const platform = testPlatform({ capabilities: { refresh: true } });
const desk = await testBot({ platform });
const { sql } = desk;
const hourMs = 3_600_000;
const minuteMs = 60_000;

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
  const settled = await desk.card(store.merchantId, 'authorization_expiring');
  expect(settled.text).toContain('✔');
  expect(settled.words).toContain('Ana · from Slack');
  expect(
    await sql`select actor_name, via from audit_events
    where merchant_id = ${store.merchantId} and event = 'authorization.refreshed'`,
  ).toEqual([{ actor_name: 'Ana', via: 'slack' }]);
});

it('names who mended a login this time, not who mended it the time before', async () => {
  const store = await world(sql);
  const ref = { merchantId: store.merchantId, authorizationId: store.authorizationId };
  await desk.database.database.transaction((tx) => writeCredentials(desk.ports, tx, ref, { token: 'old' }));
  const breaks = () =>
    sql`update authorizations set status = 'abnormal', reason = 'HTTP 500' where id = ${store.authorizationId}`;
  const mends = { merchantId: store.merchantId, authorizationId: store.authorizationId };
  await breaks();
  await showAlerts(desk, store);
  desk.clock.pass(minuteMs);
  const web = { ...person('Olga', 'owner'), personId: desk.personIds.olga };
  expect((await desk.desk.commands.testConnection({ actor: web, ...mends })).ok).toBe(true);
  await showAlerts(desk, store);
  const first = await desk.card(store.merchantId, 'authorization_unusable');
  expect(first.words).toContain('Olga · from the dashboard');
  desk.clock.pass(minuteMs);
  await breaks();
  await showAlerts(desk, store);
  desk.clock.pass(minuteMs);
  const again = await desk.card(store.merchantId, 'authorization_unusable');
  expect(again.ts).toBe(first.ts);
  await desk.press('test_connection', again.valueOf('test_connection'), { user: 'ana' });
  await showAlerts(desk, store);
  const { words } = await desk.card(store.merchantId, 'authorization_unusable');
  expect(words).toContain('Ana · from Slack');
  expect(words).not.toContain('Olga');
});

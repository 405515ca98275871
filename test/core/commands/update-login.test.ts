import { afterAll, expect, test } from 'vitest';
import { createSandboxConnector } from '../../../connectors/sandbox/index.ts';
import { addStore } from '../../../core/commands/add-store.ts';
import { beginAuthorization } from '../../../core/commands/begin-authorization.ts';
import { completeAuthorization } from '../../../core/commands/complete-authorization.ts';
import { refreshAuthorization } from '../../../core/commands/refresh-authorization.ts';
import { settleAuthorizationChoice } from '../../../core/commands/settle-authorization-choice.ts';
import { updateCredentials } from '../../../core/commands/update-credentials.ts';
import type { Connector, Credentials } from '../../../core/ports/connector.ts';
import { accessDesk, consent, personOf, sandboxMarketplace, testClock } from '../../support/access.ts';
import { testDatabase } from '../../support/database.ts';

const database = await testDatabase();
const clock = testClock();
const marketplace = await sandboxMarketplace(clock);
afterAll(() => marketplace.close());

/** The marketplace, noting for which shop each client was opened, as a platform with a host for each shop is asked. */
const shops: (string | undefined)[] = [];
const sandbox = createSandboxConnector(marketplace);
const connector: Connector = {
  ...sandbox,
  hostRule: (app, fields) => {
    shops.push(fields.shop);
    return sandbox.hostRule(app, fields);
  },
};
const { ports } = accessDesk(database, { clock, connectors: [connector] });
const { sql } = database;
const sessionHash = 'a'.repeat(64);

async function connected(shop: string) {
  const { actor, merchantId } = await personOf(database);
  const added = await addStore(ports, { actor, merchantId, platform: 'sandbox', name: 'Main', fields: { shop } });
  if (!added.ok) throw new Error(added.error.message);
  const { authorizationId, storeIds } = added.value;
  const who = { actor, merchantId, authorizationId };
  await loggedIn(who, shop);
  return { who, storeId: storeIds[0] ?? '' };
}

type Who = Awaited<ReturnType<typeof connected>>['who'];

async function started(who: Who): Promise<string> {
  const begun = await beginAuthorization(ports, { ...who, sessionHash });
  if (!begun.ok) throw new Error(begun.error.message);
  return begun.value.url;
}

async function returned(who: Who, query: readonly (readonly [string, string])[]) {
  const state = query.find(([name]) => name === 'state')?.[1] ?? '';
  return completeAuthorization(ports, { actor: who.actor, platform: 'sandbox', state, query, sessionHash });
}

const loggedIn = async (who: Who, shop: string) => returned(who, await consent(await started(who), shop));

const fieldsOf = async (who: Who): Promise<unknown> =>
  (await sql`select fields from authorizations where id = ${who.authorizationId}`)[0]?.fields;

/** The credentials that a call is made with, and the shop that its client was opened for. */
async function called(who: Who, storeId: string): Promise<{ credentials: Credentials; shop: string | undefined }> {
  const credentials = await ports.platforms.withStore(
    { merchantId: who.merchantId, storeId },
    async ({ connector, session }) => {
      await connector.testConnection(session);
      return session.credentials;
    },
  );
  return { credentials, shop: shops.at(-1) };
}

const update = (who: Who, shop: string) => updateCredentials(ports, { ...who, fields: { shop } });

test('another shop in Update Authorization is not mixed with the tokens of the old one', async () => {
  const { who, storeId } = await connected('one-shop');
  const before = await called(who, storeId);
  expect(await update(who, 'two-shop')).toMatchObject({ ok: true, value: { next: 'authorize' } });
  expect(await fieldsOf(who)).toEqual({ shop: 'one-shop' });
  expect(await called(who, storeId)).toEqual(before);
  expect(Object.keys(before.credentials).filter((name) => name.includes('pending'))).toEqual([]);
});

test('the login goes to the new shop, and only its end puts the new shop in force', async () => {
  const { who } = await connected('first-shop');
  await update(who, 'second-shop');
  const url = await started(who);
  expect(new URL(url).searchParams.get('shop')).toBe('second-shop');
  const asked = await returned(who, await consent(url, 'second-shop'));
  if (!asked.ok || asked.value.outcome !== 'different_shop') throw new Error('expected the choice');
  expect(await fieldsOf(who)).toEqual({ shop: 'first-shop' });
  const choice = { actor: who.actor, merchantId: who.merchantId, choiceId: asked.value.choiceId };
  const settled = await settleAuthorizationChoice(ports, { ...choice, choice: 'replace' });
  if (!settled.ok) throw new Error(settled.error.message);
  expect(await fieldsOf(who)).toEqual({ shop: 'second-shop' });
  expect(await called(who, settled.value.storeIds[0] ?? '')).toMatchObject({ shop: 'second-shop' });
});

test('a renewed token keeps the old shop, and what was typed still waits', async () => {
  const { who, storeId } = await connected('kept-shop');
  await update(who, 'later-shop');
  expect(await refreshAuthorization(ports, who)).toMatchObject({ ok: true });
  expect(await called(who, storeId)).toMatchObject({ shop: 'kept-shop' });
  expect(new URL(await started(who)).searchParams.get('shop')).toBe('later-shop');
});

test('with the choice cancelled the next login goes to the old shop again', async () => {
  const { who } = await connected('stays-shop');
  await update(who, 'regretted-shop');
  const asked = await loggedIn(who, 'regretted-shop');
  const choiceId = asked.ok && asked.value.outcome !== 'authorized' ? asked.value.choiceId : '';
  const cancel = { actor: who.actor, merchantId: who.merchantId, choiceId, choice: 'cancel' } as const;
  expect(await settleAuthorizationChoice(ports, cancel)).toMatchObject({ ok: true });
  expect(new URL(await started(who)).searchParams.get('shop')).toBe('stays-shop');
});

test('a login that was under way when the fields changed is over', async () => {
  const { who } = await connected('under-way');
  const query = await consent(await started(who), 'under-way');
  await update(who, 'changed-shop');
  expect(await returned(who, query)).toMatchObject({ ok: false, error: { code: 'state_refused' } });
});

test('before the first login the fields are simply corrected', async () => {
  const { actor, merchantId } = await personOf(database);
  const fields = { shop: 'mistyped' };
  const added = await addStore(ports, { actor, merchantId, platform: 'sandbox', name: 'Main', fields });
  const who = { actor, merchantId, authorizationId: added.ok ? added.value.authorizationId : '' };
  await update(who, 'right-shop');
  expect(await fieldsOf(who)).toEqual({ shop: 'right-shop' });
});

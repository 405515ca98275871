import { expect, test } from 'vitest';
import { addStore } from '../../../core/commands/add-store.ts';
import { renewWebhooks } from '../../../core/commands/renew-webhooks.ts';
import type { Connector } from '../../../core/ports/connector.ts';
import { createDatabase } from '../../../db/database.ts';
import { createJobs } from '../../../db/jobs.ts';
import { accessDesk, personOf, testClock } from '../../support/access.ts';
import { createBazaar } from '../../support/bazaar.ts';
import { testDatabase } from '../../support/database.ts';

const database = await testDatabase();
const { sql } = database;

/** Bazaar with webhooks, on a host of its own: only a public desk can be called from there. */
function bazaar() {
  const made = createBazaar({ capabilities: { ...createBazaar().connector.profile.capabilities, webhooks: true } });
  const connector: Connector = { ...made.connector, hostRule: () => ({ kind: 'exact', hosts: ['bazaar.example'] }) };
  const deskAt = (publicUrl: string) =>
    accessDesk(database, {
      clock: testClock(),
      connectors: [connector, createBazaar({ platform: 'silent' }).connector],
      publicUrl,
    });
  return { made, deskAt };
}
const { made, deskAt } = bazaar();
const open = deskAt('https://desk.example.com');

async function added(platform = 'bazaar'): Promise<string> {
  made.grant = [{ platformShopId: crypto.randomUUID(), name: 'Shop', country: null, currency: null }];
  const { actor, merchantId } = await personOf(database);
  const fields = { vendor: '17', api_key: 'key' };
  const answer = await addStore(open.ports, { actor, merchantId, platform, name: 'Shop', fields });
  if (!answer.ok) throw new Error(answer.error.message);
  return answer.value.storeIds[0] ?? '';
}

const renewed = (desk = open) => desk.queued('webhooks.register').map((payload) => Object.values(payload)[1]);

test('every night each sound, enabled store asks its platform again to be called', async () => {
  const one = await added();
  const two = await added();
  const disabled = await added();
  const revoked = await added();
  const expired = await added();
  const deleted = await added();
  await added('silent');
  await sql`update stores set status = 'disabled' where id = ${disabled}`;
  await sql`update stores set deleted_at = now() where id = ${deleted}`;
  await sql`update authorizations set status = 'revoked' where id in (select authorization_id from stores where id = ${revoked})`;
  await sql`update authorizations set status = 'expired' where id in (select authorization_id from stores where id = ${expired})`;
  await sql`update authorizations set status = 'expiring' where id in (select authorization_id from stores where id = ${two})`;
  open.queued('webhooks.register');
  expect(await renewWebhooks(open.ports)).toBe(2);
  expect(renewed().sort()).toEqual([one, two].sort());
});

test('a desk that no platform reaches asks for nothing', async () => {
  const local = deskAt('http://localhost:3000');
  await added();
  expect(await renewWebhooks(local.ports)).toBe(0);
  expect(renewed(local)).toEqual([]);
});

test('two nights in a row leave one waiting job a store, in the queue of its authorization', async () => {
  const store = await added();
  const ports = { ...open.ports, database: createDatabase(database.db), jobs: createJobs() };
  await renewWebhooks(ports);
  await renewWebhooks(ports);
  const rows = await sql`select j.key, q.queue_name from graphile_worker._private_jobs j
    join graphile_worker._private_job_queues q on q.id = j.job_queue_id where j.key = ${`webhooks.register:${store}`}`;
  const [row] = await sql`select authorization_id from stores where id = ${store}`;
  expect(rows).toMatchObject([{ queue_name: `authorization:${row?.authorization_id}` }]);
});

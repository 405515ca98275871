import { beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../core/ids.ts';
import { testBot } from '../support/bot.ts';
import { showAlerts } from '../support/causes.ts';
import { type World, world } from '../support/outgoing.ts';

const desk = await testBot();
const { clock, sql } = desk;
const minuteMs = 60_000;

let store: World;
beforeEach(async () => {
  store = await world(sql);
});

const cardOf = async (kind: string) => {
  await showAlerts(desk, store);
  const rows = await sql`select 1 from alerts where merchant_id = ${store.merchantId} and kind = ${kind}`;
  return rows.length === 0 ? null : desk.card(store.merchantId, kind);
};
const run = (over: { readonly minutesAgo: number; readonly mode?: string; readonly status?: string }) =>
  sql`insert into runs (id, merchant_id, store_id, authorization_id, kind, mode, status, actor_name, via, created_at)
    values (${newId()}, ${store.merchantId}, ${store.storeId}, ${store.authorizationId}, 'sync', ${over.mode ?? 'scheduled'},
      ${over.status ?? 'queued'}, 'Holdfast', 'system', ${new Date(clock.now().getTime() - over.minutesAgo * minuteMs).toISOString()})`;

describe('a store that stands still without a failure has a card', () => {
  it('when its scheduled sync has not ended for hours, until it has', async () => {
    await run({ minutesAgo: 110 });
    await run({ minutesAgo: 300, mode: 'first', status: 'running' });
    await run({ minutesAgo: 300, mode: 'time_range' });
    await run({ minutesAgo: 300, status: 'done' });
    expect(await cardOf('sync_failing')).toBeNull();
    clock.pass(11 * minuteMs);
    const card = await cardOf('sync_failing');
    expect(card?.text).toContain('Sync is behind');
    expect(card?.words).toContain('has not ended. Another store of the same account');
    await sql`update runs set error = 'temporarily unavailable (503)' where merchant_id = ${store.merchantId} and mode = 'scheduled'`;
    expect((await cardOf('sync_failing'))?.words).toContain('last answer to it: “temporarily unavailable (503)”');
    expect(card?.actions).toContain('sync_now');
    await sql`update runs set status = 'done' where merchant_id = ${store.merchantId}`;
    expect((await cardOf('sync_failing'))?.text).toMatch(/^✔ .*it syncs again/);
  });

  it('not before four of its periods have passed', async () => {
    await sql`update stores set sync_every_minutes = 60 where id = ${store.storeId}`;
    await run({ minutesAgo: 230 });
    expect(await cardOf('sync_failing')).toBeNull();
    clock.pass(11 * minuteMs);
    expect(await cardOf('sync_failing')).not.toBeNull();
  });

  it('when credentials were saved and nobody has tested them, and none while the store is disabled', async () => {
    await sql`update authorizations set status = 'unverified', reason = 'Credentials changed and not tested yet.', created_at = ${clock.now().toISOString()} where id = ${store.authorizationId}`;
    expect(await cardOf('authorization_unusable')).toBeNull();
    clock.pass(16 * minuteMs);
    const card = await cardOf('authorization_unusable');
    expect(card?.text).toContain('Authorization is not tested yet');
    expect(card?.words).toContain('Until a test succeeds no orders come in');
    expect(card?.actions).toContain('test_connection');
    expect(card?.actions).not.toContain('refresh_token');
    await sql`update stores set status = 'disabled' where id = ${store.storeId}`;
    expect((await cardOf('authorization_unusable'))?.text).toMatch(/^■ .*the store was disabled/);
    await sql`update stores set status = 'enabled' where id = ${store.storeId}`;
    await sql`update authorizations set status = 'authorized', reason = null where id = ${store.authorizationId}`;
  });
});

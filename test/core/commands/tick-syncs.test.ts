import { beforeEach, describe, expect, test } from 'vitest';
import { processWebhook } from '../../../core/commands/process-webhook.ts';
import { runSync } from '../../../core/commands/run-sync.ts';
import { tickSyncs } from '../../../core/commands/tick-syncs.ts';
import { newId } from '../../../core/ids.ts';
import { slotOf, splitWindow, windowFor } from '../../../core/sync/window.ts';
import { testDatabase } from '../../support/database.ts';
import { intakePorts } from '../../support/intake.ts';
import { anOrder } from '../../support/orders.ts';
import { insertStore, type TestStore } from '../../support/rows.ts';
import { ScriptedPlatform } from '../../support/scripted-platform.ts';

const { database, sql } = await testDatabase();
const base = intakePorts(database);
let platform: ScriptedPlatform;
let store: TestStore;
const ports = () => ({ ...base, platforms: platform.platforms, connectors: platform.registry });
const never = new AbortController().signal;

beforeEach(async () => {
  await sql`update stores set status = 'disabled'`;
  await sql`delete from runs`;
  store = await insertStore(sql, 'Northwind');
  platform = new ScriptedPlatform();
  base.clock.set('2026-11-21T08:00:00Z');
});

const tick = (slot: string) => {
  base.clock.set(slot);
  return tickSyncs(ports(), { slot });
};
const runRows = () => sql`select * from runs where store_id = ${store.storeId} order by created_at, id`;
const work = (runId: string) => runSync(ports(), { merchantId: store.merchantId, runId, signal: never });

describe('the schedule', () => {
  test('makes one run a period, however many schedulers tick, and none while one waits', async () => {
    const slot = '2026-11-21T08:00:00Z';
    const made = await Promise.all([tick(slot), tick(slot), tick(slot)]);
    expect(made.reduce((sum, one) => sum + one.runs, 0)).toBe(1);
    const [run] = await runRows();
    expect(run).toMatchObject({ mode: 'first', status: 'queued', actor_name: 'Holdfast', via: 'system' });
    expect(await tick('2026-11-21T08:20:00Z')).toMatchObject({ runs: 0 });
    await work(run?.id);
    let made15 = 0;
    for (let minute = 21; minute < 36; minute += 1) {
      made15 += (await tick(`2026-11-21T08:${minute}:00Z`)).runs;
    }
    expect(made15).toBe(1);
    expect((await runRows()).map((row) => row.mode)).toEqual(['first', 'scheduled']);
  });

  test('leaves out stores that are disabled, deleted or not authorized', async () => {
    await sql`update authorizations set status = 'expired' where id = ${store.authorizationId}`;
    expect(await tick('2026-11-21T08:00:00Z')).toMatchObject({ runs: 0 });
    await sql`update authorizations set status = 'expiring' where id = ${store.authorizationId}`;
    await sql`update stores set status = 'disabled' where id = ${store.storeId}`;
    expect(await tick('2026-11-21T08:00:00Z')).toMatchObject({ runs: 0 });
    await sql`update stores set status = 'enabled' where id = ${store.storeId}`;
    expect(await tick('2026-11-21T08:00:00Z')).toMatchObject({ runs: 1 });
  });

  test('compares once a night where the merchant is, and makes up for a missed night by day', async () => {
    await sql`update merchants set timezone = 'Asia/Taipei' where id = ${store.merchantId}`;
    await sql`update stores set synced_until = now(), created_at = '2026-11-01' where id = ${store.storeId}`;
    // 01:30 there.
    expect(await tick('2026-11-20T17:30:00Z')).toMatchObject({ reconciliations: 0 });
    expect(await tick('2026-11-20T18:01:00Z')).toMatchObject({ reconciliations: 1 });
    expect(await tick('2026-11-21T03:00:00Z')).toMatchObject({ reconciliations: 0 });
    expect(await tick('2026-11-22T09:00:00Z')).toMatchObject({ reconciliations: 1 });
  });

  test('ends a run whose process died, so that it blocks its store no longer', async () => {
    await tick('2026-11-21T08:00:00Z');
    const [run] = await runRows();
    await sql`update runs set status = 'running', pulse_at = '2026-11-21T08:00:00Z' where id = ${run?.id}`;
    await tick('2026-11-21T08:14:00Z');
    expect((await runRows()).map((row) => row.status)).toEqual(['running']);
    await tick('2026-11-21T08:16:00Z');
    // The next slot, wherever in the period it begins.
    await tick('2026-11-21T08:31:00Z');
    const rows = await runRows();
    expect(rows[0]).toMatchObject({ status: 'failed', outcome: 'failed' });
    expect(rows[1]).toMatchObject({ status: 'queued' });
    const [row] = await sql`select failing_runs from stores where id = ${store.storeId}`;
    expect(row?.failing_runs).toBe(1);
  });

  test('enqueues again a run whose job was lost', async () => {
    await tick('2026-11-21T08:00:00Z');
    const [run] = await runRows();
    const key = `sync.run:${run?.id}`;
    await sql`select graphile_worker.remove_job(${key})`;
    await tick('2026-11-21T08:05:00Z');
    expect(await sql`select id from graphile_worker.jobs where key = ${key}`).toHaveLength(0);
    await tick('2026-11-21T08:11:00Z');
    expect(await sql`select id from graphile_worker.jobs where key = ${key}`).toHaveLength(1);
  });
});

describe('windows', () => {
  const at = (text: string) => new Date(text);
  const settings = { syncedUntil: at('2026-11-20T12:00:00Z'), lookBackHours: 48, firstLookBackHours: 120 };

  test('begin at the look-back or at the end of the last one, whichever is earlier', () => {
    const now = at('2026-11-21T12:00:00Z');
    expect(windowFor('scheduled', settings, now)).toEqual({ since: at('2026-11-19T12:00:00Z'), until: now });
    const late = { ...settings, syncedUntil: at('2026-11-01T00:00:00Z') };
    expect(windowFor('immediate', late, now).since).toEqual(late.syncedUntil);
    expect(windowFor('scheduled', { ...settings, syncedUntil: null }, now).since).toEqual(at('2026-11-16T12:00:00Z'));
  });

  test('are cut without gap or overlap', () => {
    const parts = splitWindow({ since: at('2026-11-01T00:00:00Z'), until: at('2026-11-03T01:00:00Z') }, 24);
    expect(parts.map((part) => [part.since.toISOString(), part.until.toISOString()])).toEqual([
      ['2026-11-01T00:00:00.000Z', '2026-11-02T00:00:00.000Z'],
      ['2026-11-02T00:00:00.000Z', '2026-11-03T00:00:00.000Z'],
      ['2026-11-03T00:00:00.000Z', '2026-11-03T01:00:00.000Z'],
    ]);
  });

  test('of different stores begin at different minutes of the period', () => {
    const slots = Array.from({ length: 200 }, () => slotOf(newId(), 15, at('2026-11-21T12:00:00Z')).toISOString());
    expect(new Set(slots).size).toBe(15);
  });
});

describe('a webhook', () => {
  async function deliver(platformOrderId: string, receivedAt = '2026-11-21T07:59:00Z'): Promise<string> {
    const id = newId();
    await sql`insert into webhook_deliveries (id, merchant_id, authorization_id, store_id, event_id, topic, effect, platform_order_id, received_at)
      values (${id}, ${store.merchantId}, ${store.authorizationId}, ${store.storeId}, ${id}, 'orders/updated', 'order', ${platformOrderId}, ${receivedAt}::timestamptz)`;
    return id;
  }
  const take = (deliveryId: string, isLastAttempt = false) =>
    processWebhook(ports(), { merchantId: store.merchantId, deliveryId, signal: never, isLastAttempt });
  const rowOf = async (id: string) => {
    const [row] =
      await sql`select processed_at is not null as processed, error from webhook_deliveries where id = ${id}`;
    return row;
  };

  test('fetches its order; several about one order are answered by one look', async () => {
    platform.put(anOrder({ platformOrderId: '1' }));
    const [first, second, later] = [await deliver('1'), await deliver('1'), await deliver('1', '2026-11-21T08:05:00Z')];
    expect(await take(first)).toBe('taken');
    expect(await take(second)).toBe('nothing_to_do');
    expect(platform.calls).toEqual(['ids 1']);
    expect(await sql`select id from orders where store_id = ${store.storeId}`).toHaveLength(1);
    base.clock.set('2026-11-21T08:06:00Z');
    expect(await take(later)).toBe('taken');
  });

  test('is tried again when the platform is busy, and keeps the reason when it stays so', async () => {
    platform.beforePage = () => {
      throw platform.failure('retryable', 'Busy');
    };
    const id = await deliver('1');
    await expect(take(id)).rejects.toThrow('Busy');
    expect(await rowOf(id)).toEqual({ processed: false, error: null });
    expect(await take(id, true)).toBe('failed');
    expect(await rowOf(id)).toEqual({ processed: false, error: 'Busy' });
  });

  test('about an order that the platform does not show changes nothing', async () => {
    const id = await deliver('404');
    expect(await take(id)).toBe('taken');
    expect(await rowOf(id)).toMatchObject({ processed: true });
    expect(await sql`select id from orders where store_id = ${store.storeId}`).toHaveLength(0);
  });
});

import { beforeEach, describe, expect, test } from 'vitest';
import { reconcileStore } from '../../../core/commands/reconcile-store.ts';
import { requestSync } from '../../../core/commands/request-sync.ts';
import { runSync } from '../../../core/commands/run-sync.ts';
import { newId } from '../../../core/ids.ts';
import type { Actor } from '../../../core/people/actor.ts';
import { testDatabase } from '../../support/database.ts';
import { intakePorts } from '../../support/intake.ts';
import { aLine, anOrder } from '../../support/orders.ts';
import { insertStore, type TestStore } from '../../support/rows.ts';
import { ScriptedPlatform } from '../../support/scripted-platform.ts';

const { database, sql } = await testDatabase();
const mei: Actor = {
  personId: newId(),
  name: 'Mei',
  via: 'web',
  grants: [{ role: 'operator', merchantIds: 'all', warehouseIds: 'all' }],
};
const base = intakePorts(database);
let platform: ScriptedPlatform;
let store: TestStore;
const ports = () => ({ ...base, platforms: platform.platforms, connectors: platform.registry });
const now = new Date('2026-11-21T08:00:00Z');
const never = new AbortController().signal;

beforeEach(async () => {
  store = await insertStore(sql, 'Northwind');
  platform = new ScriptedPlatform();
  base.clock.set(now);
});

const order = (id: string, hoursAgo = 1, over: Parameters<typeof anOrder>[0] = {}) =>
  anOrder({
    platformOrderId: id,
    platformOrderNumber: `#${id}`,
    platformUpdatedAt: new Date(now.getTime() - hoursAgo * 3_600_000),
    ...over,
  });

async function ask(mode: Parameters<typeof requestSync>[1]['mode'] = { kind: 'immediate' }): Promise<string> {
  const asked = await requestSync(ports(), {
    actor: mei,
    merchantId: store.merchantId,
    storeIds: [store.storeId],
    mode,
    orderKind: 'b2c',
  });
  if (!asked.ok) throw new Error(asked.error.message);
  const [run] = asked.value.runs;
  if (run === undefined) throw new Error('no run');
  return run.runId;
}

const work = (runId: string, isLastAttempt = false) =>
  runSync(ports(), { merchantId: store.merchantId, runId, signal: never, isLastAttempt });

const runRow = async (runId: string) => {
  const [row] = await sql`select * from runs where id = ${runId}`;
  if (row === undefined) throw new Error('no run');
  return row;
};
const storeRow = async () => {
  const [row] = await sql`select * from stores where id = ${store.storeId}`;
  if (row === undefined) throw new Error('no store');
  return row;
};
const deskIds = async () =>
  (await sql`select platform_order_id as id from orders where store_id = ${store.storeId} order by 1`).map(
    (row) => row.id,
  );
const items = async (runId: string, result: string) =>
  (await sql`select numbers, reason from run_items where run_id = ${runId} and result = ${result} order by id`).map(
    (row) => ({
      ...row,
    }),
  );

describe('a request', () => {
  test('makes a run and its job in the queue of the authorization', async () => {
    const runId = await ask();
    expect(await runRow(runId)).toMatchObject({ status: 'queued', mode: 'immediate', actor_name: 'Mei', via: 'web' });
    const [job] = await sql`select queue_name from graphile_worker.jobs where key = ${`sync.run:${runId}`}`;
    expect(job?.queue_name).toBe(`authorization:${store.authorizationId}`);
  });

  test('joins the one that waits, also when two people ask at the same instant', async () => {
    const [first, second] = await Promise.all([ask(), ask()]);
    expect(first).toBe(second);
    const range = { kind: 'time_range', since: new Date('2026-11-01Z'), until: new Date('2026-11-02Z') } as const;
    expect(await ask(range)).toBe(await ask(range));
    expect(await ask(range)).not.toBe(first);
  });

  test('is refused with what to do where the store cannot be synced', async () => {
    const asking = (change: Partial<Parameters<typeof requestSync>[1]> = {}) =>
      requestSync(ports(), {
        actor: mei,
        merchantId: store.merchantId,
        storeIds: [store.storeId],
        mode: { kind: 'immediate' },
        orderKind: 'b2c',
        ...change,
      });
    await sql`update stores set status = 'disabled' where id = ${store.storeId}`;
    expect(await asking()).toMatchObject({ ok: false, error: { code: 'store_disabled' } });
    await sql`update stores set status = 'enabled' where id = ${store.storeId}`;
    await sql`update authorizations set status = 'expired' where id = ${store.authorizationId}`;
    expect(await asking()).toMatchObject({ ok: false, error: { code: 'not_authorized' } });
    expect(await asking({ storeIds: [newId()] })).toMatchObject({ ok: false, error: { code: 'not_found' } });
    const viewer = { ...mei, grants: [{ role: 'viewer', merchantIds: 'all', warehouseIds: 'all' } as const] };
    expect(await asking({ actor: viewer })).toMatchObject({ ok: false, error: { code: 'not_permitted' } });
    const until = new Date('2026-11-01Z');
    expect(await asking({ mode: { kind: 'time_range', since: until, until } })).toMatchObject({
      ok: false,
      error: { code: 'invalid_input', field: 'mode' },
    });
    expect(await asking({ mode: { kind: 'order_numbers', numbers: [' '] } })).toMatchObject({ ok: false });
  });
});

describe('a sync', () => {
  test('takes every page and ends with what it found', async () => {
    platform.put(order('1'), order('2'), order('3'), order('4'), order('5'));
    const runId = await ask();
    expect(await work(runId)).toBe('orders');
    expect(await deskIds()).toEqual(['1', '2', '3', '4', '5']);
    expect(await runRow(runId)).toMatchObject({
      status: 'done',
      outcome: 'orders',
      fetched: 5,
      created: 5,
      pulse_at: null,
      error: null,
    });
    const row = await storeRow();
    expect(new Date(row.synced_until)).toEqual(now);
    expect(row).toMatchObject({ last_sync_outcome: 'orders', failing_runs: 0 });
  });

  test('looks back to the last complete window, at least the look-back; the first time further', async () => {
    await work(await ask());
    expect(platform.calls[0]).toBe('window 2026-11-16T08:00:00.000Z 2026-11-21T08:15:00.000Z b2c');
    await work(await ask());
    expect(platform.calls[1]).toBe('window 2026-11-19T08:00:00.000Z 2026-11-21T08:15:00.000Z b2c');
    base.clock.set('2026-11-30T08:00:00Z');
    await work(await ask());
    expect(platform.calls[2]).toBe('window 2026-11-21T08:00:00.000Z 2026-11-30T08:15:00.000Z b2c');
  });

  test('cuts a long window into what the platform accepts', async () => {
    platform.maxWindowHours = 24;
    platform.put(order('old', 30), order('new', 1));
    const range = {
      kind: 'time_range',
      since: new Date('2026-11-19T08:00:00Z'),
      until: new Date('2027-01-01Z'),
    } as const;
    await work(await ask(range));
    expect(platform.calls).toEqual([
      'window 2026-11-19T08:00:00.000Z 2026-11-20T08:00:00.000Z b2c',
      'window 2026-11-20T08:00:00.000Z 2026-11-21T08:00:00.000Z b2c',
    ]);
    expect(await deskIds()).toEqual(['new', 'old']);
  });

  test('of a time range that begins after a gap moves no mark over it: the next sync fetches the gap', async () => {
    const mark = new Date('2026-11-10T08:00:00Z');
    await sql`update stores set synced_until = ${mark.toISOString()}::timestamptz where id = ${store.storeId}`;
    platform.put(order('in the gap', 24 * 8), order('in the range', 1.5));
    const since = new Date('2026-11-21T06:00:00Z');
    await work(await ask({ kind: 'time_range', since, until: new Date('2026-11-21T07:00:00Z') }));
    expect(await deskIds()).toEqual(['in the range']);
    expect(new Date((await storeRow()).synced_until)).toEqual(mark);
    await work(await ask());
    expect(await deskIds()).toEqual(['in the gap', 'in the range']);
    expect(new Date((await storeRow()).synced_until)).toEqual(now);
  });

  test('purchase orders come with every scheduled sync where the platform has them, and hold its mark back', async () => {
    platform.purchaseOrders = true;
    platform.put(order('1'), order('po-1', 1, { kind: 'b2b' }));
    let refuses = true;
    platform.beforePage = () => {
      if (refuses && platform.calls.at(-1)?.endsWith('b2b') === true) throw platform.failure('retryable');
    };
    const runId = await ask();
    await work(runId, true);
    expect((await runRow(runId)).status).toBe('failed');
    expect((await storeRow()).synced_until).toBeNull();
    refuses = false;
    const again = await ask();
    expect(await work(again)).toBe('orders');
    expect(platform.calls.map((call) => call.slice(-3))).toEqual(['b2c', 'b2b', 'b2c', 'b2b']);
    expect(await deskIds()).toEqual(['1', 'po-1']);
    expect((await storeRow()).synced_until).not.toBeNull();
  });

  test('a platform without purchase orders is not asked for them, and says so to a person', async () => {
    await work(await ask());
    expect(platform.calls).toEqual([expect.stringMatching(/b2c$/)]);
    const asked = { actor: mei, merchantId: store.merchantId, storeIds: [store.storeId], orderKind: 'b2b' } as const;
    expect(await requestSync(ports(), { ...asked, mode: { kind: 'immediate' } })).toMatchObject({
      ok: false,
      error: { code: 'not_supported', message: expect.stringContaining('reads no purchase orders') },
    });
  });

  test('says why a number was not taken', async () => {
    platform.put(order('1'), order('2', 1, { platformState: 'shipped' }));
    const runId = await ask({ kind: 'order_numbers', numbers: ['#1', '#2', '#9'] });
    expect(await work(runId)).toBe('orders');
    expect(await items(runId, 'skipped')).toEqual([{ numbers: ['#2'], reason: 'Already shipped' }]);
    expect(await items(runId, 'missing')).toEqual([{ numbers: ['#9'], reason: 'No such order' }]);
    const again = await ask({ kind: 'order_numbers', numbers: ['#1'] });
    await work(again);
    expect(await items(again, 'unchanged')).toEqual([{ numbers: ['#1'], reason: 'The desk has it as it is' }]);
  });

  test('tells its outcomes apart: nothing new, only skipped, partial', async () => {
    expect(await work(await ask())).toBe('no_new_orders');
    platform.put(order('1', 1, { platformState: 'shipped' }));
    expect(await work(await ask())).toBe('skipped_only');
    platform.malformed.push({ ok: false, platformOrderId: 'x', platformOrderNumber: null, reason: 'torn', raw: '{' });
    expect(await work(await ask())).toBe('partial');
  });

  test('keeps a malformed order, tries it again at every tick, and forgets it when it can be read', async () => {
    platform.malformed.push({ ok: false, platformOrderId: '7', platformOrderNumber: '#7', reason: 'torn', raw: '{' });
    const runId = await ask();
    await work(runId);
    expect(await items(runId, 'failed')).toContainEqual({ numbers: ['#7'], reason: 'torn' });
    platform.malformed.length = 0;
    platform.put(order('7', 24 * 30));
    platform.calls.length = 0;
    await work(await ask());
    expect(platform.calls).toContain('ids 7');
    expect(await deskIds()).toEqual(['7']);
    const [open] =
      await sql`select count(*)::int as count from malformed_orders where store_id = ${store.storeId} and resolved_at is null`;
    expect(open?.count).toBe(0);
  });

  test('reads again what the platform can cure, although its time of change is old', async () => {
    platform.put(order('1', 24 * 4, { lines: [aLine({ sku: null, platformProductId: '9', platformLineId: 'l' })] }));
    await work(await ask());
    platform.put(order('1', 24 * 4, { lines: [aLine({ sku: 'TEA-1', platformLineId: 'l' })] }));
    await work(await ask());
    const holds = await sql`select code from holds where store_id = ${store.storeId} and closed_at is null`;
    expect(holds.map((hold) => hold.code)).toEqual(['sku_unmapped']);
  });

  test('held orders that it only read again are told apart from those that the platform gave', async () => {
    const noSku = { lines: [aLine({ sku: null, platformProductId: '9', platformLineId: 'l' })] };
    platform.put(order('1', 24 * 4, noSku), order('2', 24 * 4, noSku));
    await work(await ask());
    const runId = await ask();
    expect(await work(runId)).toBe('no_new_orders');
    expect(await runRow(runId)).toMatchObject({ fetched: 0, unchanged: 0, updated: 0 });
    const reason = 'Held; at the platform nothing has changed';
    expect(await items(runId, 'reread')).toEqual([{ numbers: ['#1', '#2'], reason }]);
    platform.put(order('2', 24 * 4, { lines: [aLine({ sku: 'TEA-1', platformLineId: 'l' })] }));
    const cured = await ask();
    expect(await work(cured)).toBe('orders');
    expect(await runRow(cured)).toMatchObject({ fetched: 1, unchanged: 0, updated: 1 });
    expect(await items(cured, 'reread')).toEqual([{ numbers: ['#1'], reason }]);
  });
});

describe('when the platform fails', () => {
  test('a trouble that may pass is tried again, and the run says so meanwhile', async () => {
    platform.put(order('1'), order('2'), order('3'));
    let isBroken = true;
    platform.beforePage = (page) => {
      if (page === 2 && isBroken) throw platform.failure('retryable', 'Too many requests');
    };
    const runId = await ask();
    await expect(work(runId)).rejects.toThrow('Too many requests');
    const row = await runRow(runId);
    expect(row).toMatchObject({ status: 'running', created: 2 });
    expect(row.error).toContain('Too many requests');
    expect((await storeRow()).synced_until).toBeNull();
    isBroken = false;
    expect(await work(runId)).toBe('orders');
    expect(await runRow(runId)).toMatchObject({ status: 'done', created: 3, error: null });
  });

  test('at the last attempt the run has failed, and the store counts it', async () => {
    platform.beforePage = () => {
      throw platform.failure('retryable', 'Down');
    };
    const runId = await ask();
    expect(await work(runId, true)).toBe('failed');
    expect(await runRow(runId)).toMatchObject({ status: 'failed', outcome: 'failed' });
    expect(await storeRow()).toMatchObject({ failing_runs: 1, last_sync_outcome: 'failed', synced_until: null });
    platform.beforePage = () => {};
    await work(await ask());
    expect(await storeRow()).toMatchObject({ failing_runs: 0 });
  });

  test('a lost grant and a refusal fail at once, in words for a person', async () => {
    platform.beforePage = () => {
      throw platform.failure('needs_reauthorization');
    };
    const first = await ask();
    expect(await work(first)).toBe('failed');
    expect((await runRow(first)).error).toContain('update authorization');
    platform.beforePage = () => {
      throw platform.failure('permanent', 'The answer has no list');
    };
    const second = await ask();
    expect(await work(second)).toBe('failed');
    expect((await runRow(second)).error).toBe('The answer has no list.');
    platform.beforePage = () => {
      throw platform.failure('permanent', ' ');
    };
    const third = await ask();
    expect(await work(third)).toBe('failed');
    expect((await runRow(third)).error).toBe('The platform gave no reason.');
  });

  test('complete windows stay complete when a later one fails', async () => {
    platform.maxWindowHours = 60;
    platform.put(order('1', 100), order('2', 1));
    let pages = 0;
    platform.beforePage = () => {
      pages += 1;
      if (pages === 2) throw platform.failure('retryable');
    };
    await expect(work(await ask())).rejects.toThrow();
    expect(new Date((await storeRow()).synced_until)).toEqual(new Date('2026-11-18T20:00:00Z'));
    expect(await deskIds()).toEqual(['1']);
  });

  test('a mark from when our clock was ahead is set anew by the next sync, and not by a range of long ago', async () => {
    base.clock.set('2026-12-21T08:00:00Z');
    await work(await ask());
    base.clock.set(now);
    const range = { since: new Date('2026-11-01T00:00:00Z'), until: new Date('2026-11-02T00:00:00Z') };
    await work(await ask({ kind: 'time_range', ...range }));
    expect(new Date((await storeRow()).synced_until)).toEqual(new Date('2026-12-21T08:00:00Z'));
    await work(await ask());
    expect(new Date((await storeRow()).synced_until)).toEqual(now);
  });

  test('a token refreshed in the middle loses nothing', async () => {
    platform.put(order('1'), order('2'), order('3'), order('4'));
    let refusals = 0;
    platform.beforePage = (page) => {
      if (page === 2 && refusals === 0) {
        refusals += 1;
        throw platform.failure('needs_reauthorization');
      }
    };
    const runId = await ask();
    expect(await work(runId)).toBe('orders');
    expect(await deskIds()).toEqual(['1', '2', '3', '4']);
  });

  test('a shutdown in the middle leaves the run for the next process', async () => {
    platform.put(order('1'), order('2'), order('3'), order('4'));
    const shutdown = new AbortController();
    platform.beforePage = (page) => {
      if (page === 2) shutdown.abort(new Error('shutting down'));
    };
    const runId = await ask();
    const input = { merchantId: store.merchantId, runId, signal: shutdown.signal };
    await expect(runSync(ports(), input)).rejects.toThrow('shutting down');
    expect(await runRow(runId)).toMatchObject({ status: 'running' });
    platform.beforePage = () => {};
    await work(runId);
    expect(await deskIds()).toEqual(['1', '2', '3', '4']);
  });
});

describe('twice', () => {
  test('pages given twice change nothing', async () => {
    platform.repeatsPages = true;
    platform.put(order('1'), order('2'), order('3'));
    const runId = await ask();
    await work(runId);
    expect(await deskIds()).toEqual(['1', '2', '3']);
    expect(await runRow(runId)).toMatchObject({ created: 3 });
  });

  test('a run worked on by two at once ends with exactly the platform’s orders', async () => {
    platform.put(...Array.from({ length: 20 }, (_, index) => order(String(index + 100))));
    const runId = await ask();
    await Promise.all([work(runId), work(runId)]);
    expect(await deskIds()).toHaveLength(20);
    expect(await runRow(runId)).toMatchObject({ status: 'done' });
    expect(await work(runId)).toBeNull();
  });

  test('two syncs of a store at once take each order once', async () => {
    platform.put(...Array.from({ length: 20 }, (_, index) => order(String(index + 100))));
    const range = { kind: 'time_range', since: new Date('2026-11-01Z'), until: new Date('2026-12-01Z') } as const;
    await Promise.all([work(await ask()), work(await ask(range))]);
    expect(await deskIds()).toHaveLength(20);
  });
});

describe('reconciliation', () => {
  const reconcile = () =>
    reconcileStore(ports(), { merchantId: store.merchantId, storeId: store.storeId, signal: never });

  test('takes what the desk lacks, and counts it as recovered', async () => {
    platform.put(order('1'), order('old', 24 * 60));
    await work(await ask());
    expect(await deskIds()).toEqual(['1']);
    expect(await reconcile()).toBe('orders');
    expect(await deskIds()).toEqual(['1', 'old']);
    const [run] = await sql`select * from runs where store_id = ${store.storeId} and kind = 'reconciliation'`;
    expect(run).toMatchObject({ status: 'done', created: 1, recovered: 1 });
    expect((await storeRow()).reconciled_at).not.toBeNull();
  });

  test('asks about what only the desk has open, and says what the platform no longer shows', async () => {
    platform.put(order('1'), order('2'), order('3'));
    await work(await ask());
    platform.put(order('2', 0.5, { platformState: 'cancelled' }));
    platform.orders.delete('3');
    platform.calls.length = 0;
    base.followed.length = 0;
    base.clock.set('2026-11-21T09:00:00Z');
    await reconcile();
    expect(platform.calls).toEqual(['open', 'ids 2,3']);
    expect(base.followed).toEqual([expect.objectContaining({ stateAfter: 'cancelled' })]);
    const [run] = await sql`select id from runs where store_id = ${store.storeId} and kind = 'reconciliation'`;
    expect(await items(run?.id, 'missing')).toEqual([{ numbers: ['3'], reason: 'No such order' }]);
  });
});

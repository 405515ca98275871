import { beforeEach, expect, test } from 'vitest';
import { housekeepDaily, housekeepMinute } from '../../../core/commands/housekeeping.ts';
import { ingestPage } from '../../../core/commands/ingest-page.ts';
import { newId } from '../../../core/ids.ts';
import type { Tx } from '../../../core/ports/database.ts';
import { unwrap } from '../../../db/database.ts';
import { testDatabase } from '../../support/database.ts';
import { fetched, intakePorts } from '../../support/intake.ts';
import { aLine, anOrder } from '../../support/orders.ts';
import { readsOf } from '../../support/reads.ts';
import { insertStore, type TestStore } from '../../support/rows.ts';
import { ScriptedPlatform } from '../../support/scripted-platform.ts';

const { database, sql } = await testDatabase();
const platform = new ScriptedPlatform();
const limits = { callLogDays: 30, rawPayloadDays: 30 };
const ports = { ...intakePorts(database), connectors: platform.registry, limits };
const never = new AbortController().signal;
let store: TestStore;

beforeEach(async () => {
  store = await insertStore(sql, 'Northwind');
  ports.clock.set('2026-11-21T08:00:00Z');
});

test('order counts add up to what is there, whoever folds them and how often', async () => {
  const take = (count: number, sku: string) =>
    ingestPage(ports, {
      merchantId: store.merchantId,
      storeId: store.storeId,
      runId: null,
      page: fetched(...Array.from({ length: count }, () => anOrder({ lines: [aLine({ sku })] }))),
    });
  await take(3, 'NEW');
  await Promise.all([housekeepMinute(ports), take(4, 'OTHER'), housekeepMinute(ports)]);
  await housekeepMinute(ports);
  await sql`update orders set status = 'processing', open_hold_count = 0 where id in (select id from orders where store_id = ${store.storeId} limit 2)`;
  await housekeepMinute(ports);
  await housekeepMinute(ports);
  const rows =
    await sql`select status, held, count::int as count from order_counts where store_id = ${store.storeId} and count <> 0 order by status`;
  expect(rows.map((row) => ({ ...row }))).toEqual([
    { status: 'pending', held: true, count: 5 },
    { status: 'processing', held: false, count: 2 },
  ]);
  expect(await sql`select 1 as one from order_count_deltas where store_id = ${store.storeId}`).toHaveLength(0);
});

test('recipients go when the platform’s time after closing is over, corrections and notes with them', async () => {
  await ingestPage(ports, {
    merchantId: store.merchantId,
    storeId: store.storeId,
    runId: null,
    page: fetched(
      anOrder({ platformOrderId: 'old', buyerNote: 'For Ada' }),
      anOrder({ platformOrderId: 'recent' }),
      anOrder({ platformOrderId: 'open' }),
    ),
  });
  const corrected = newId();
  await sql`insert into recipients (id, merchant_id, name) values (${corrected}, ${store.merchantId}, 'Ada Corrected')`;
  // The sandbox lets them be kept for 90 days.
  await sql`update orders set status = 'completed', completed_at = '2026-08-01T00:00:00Z', corrected_recipient_id = ${corrected}
    where store_id = ${store.storeId} and platform_order_id = 'old'`;
  await sql`update orders set status = 'cancelled', cancelled_at = '2026-11-01T00:00:00Z'
    where store_id = ${store.storeId} and platform_order_id = 'recent'`;
  const previous = newId();
  await sql`insert into recipients (id, merchant_id, name) values (${previous}, ${store.merchantId}, 'Ada Before')`;
  await sql`insert into order_exceptions (id, merchant_id, store_id, order_id, code, message, opened_at, previous_recipient_id)
    select ${newId()}, merchant_id, store_id, id, 'platform_changed_after_dispatch', 'changed', now(), ${previous}
    from orders where store_id = ${store.storeId} and platform_order_id = 'old'`;
  const removed = await housekeepDaily(ports, never);
  expect(removed.recipients).toBe(3);
  expect(await sql`select name from recipients where id = ${previous} and purged_at is not null`).toEqual([
    { name: null },
  ]);
  const rows =
    await sql`select o.platform_order_id as id, r.name, r.buyer_note, r.address1, r.purged_at is not null as purged
    from orders o join recipients r on r.merchant_id = o.merchant_id and r.id in (o.recipient_id, o.corrected_recipient_id)
    where o.store_id = ${store.storeId} order by 1`;
  expect(rows.map((row) => ({ ...row }))).toEqual([
    { id: 'old', name: null, buyer_note: null, address1: null, purged: true },
    { id: 'old', name: null, buyer_note: null, address1: null, purged: true },
    { id: 'open', name: 'Ada Example', buyer_note: null, address1: 'Example Street 1', purged: false },
    { id: 'recent', name: 'Ada Example', buyer_note: null, address1: 'Example Street 1', purged: false },
  ]);
  expect((await housekeepDaily(ports, never)).recipients).toBe(0);
});

test('raw answers, call log, webhooks, labels, sessions and old runs go when their time is over', async () => {
  const { merchantId, storeId, authorizationId } = store;
  await ingestPage(ports, { merchantId, storeId, runId: null, page: fetched(anOrder()) });
  await sql`update raw_payloads set received_at = '2026-10-01' where merchant_id = ${merchantId}`;
  for (const at of ['2026-10-01', '2026-11-20']) {
    await sql`insert into platform_calls (id, merchant_id, store_id, direction, operation, method, target, duration_ms, request_bytes, response_bytes, attempt, at)
      values (${newId()}, ${merchantId}, ${storeId}, 'out', 'fetchOrders', 'GET', 'x', 1, 1, 1, 1, ${at}::timestamptz)`;
    await sql`insert into webhook_deliveries (id, merchant_id, authorization_id, store_id, event_id, topic, effect, received_at)
      values (${newId()}, ${merchantId}, ${authorizationId}, ${storeId}, ${newId()}, 't', 'order', ${at}::timestamptz)`;
    await sql`insert into files (id, merchant_id, kind, name, content_type, size, sha256, body, purge_at)
      values (${newId()}, ${merchantId}, 'label', 'l.pdf', 'application/pdf', 1, 'x', ''::bytea, ${at === '2026-10-01' ? at : '2027-01-01'}::timestamptz)`;
  }
  const runId = newId();
  await sql`insert into runs (id, merchant_id, kind, mode, status, actor_name, via, finished_at)
    values (${runId}, ${merchantId}, 'sync', 'immediate', 'done', 'Mei', 'web', '2026-01-01')`;
  await sql`insert into run_items (id, merchant_id, run_id, page, result, numbers) values (${newId()}, ${merchantId}, ${runId}, 1, 'created', '{1}')`;
  const removed = await housekeepDaily(ports, never);
  expect(removed).toMatchObject({ raw_payloads: 1, platform_calls: 1, webhook_deliveries: 1, files: 1, runs: 1 });
  expect(await sql`select id from run_items where run_id = ${runId}`).toHaveLength(0);
});

test('what is past its time is found by an index, however many rows are young', async () => {
  const many = 20_000;
  await sql.begin(async (tx) => {
    // Their orders are not needed here.
    await tx`set local session_replication_role = replica`;
    await tx`insert into raw_payloads (merchant_id, order_id, body, received_at)
      select ${store.merchantId}, gen_random_uuid(), '{}', '2026-11-20'::timestamptz + n * interval '1 second'
      from generate_series(1, ${many}::int) n`;
    await tx`insert into runs (id, merchant_id, kind, mode, status, actor_name, via, created_at, finished_at)
      select gen_random_uuid(), ${store.merchantId}, 'sync', 'scheduled', 'done', 'Holdfast', 'system', at, at
      from (select '2026-11-01'::timestamptz + n * interval '1 second' as at from generate_series(1, ${many}::int) n) t`;
  });
  await sql`analyze raw_payloads, runs`;
  const scans = (work: (tx: Tx) => Promise<unknown>) =>
    ports.database.transaction(async (tx) =>
      (await readsOf(unwrap(tx), ['raw_payloads', 'runs'], () => work(tx))).map((reads) => reads.scans),
    );
  const { housekeeping, runs } = ports.intake;
  const before = new Date('2026-10-22T08:00:00Z');
  expect(await scans((tx) => housekeeping.purge(tx, 'raw_payloads', before, 5_000))).toEqual([0, 0]);
  expect(await scans((tx) => housekeeping.purge(tx, 'runs', before, 5_000))).toEqual([0, 0]);
  expect(await scans((tx) => runs.reap(tx, before, ports.clock.now()))).toEqual([0, 0]);
  expect(await scans((tx) => runs.listStale(tx, before))).toEqual([0, 0]);
  // The measure sees a scan where there is one.
  expect(
    await scans((tx) => unwrap(tx).execute('select max(page_count) from (select pages as page_count from runs) r')),
  ).toEqual([0, 1]);
});

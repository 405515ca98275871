import { expect, test } from 'vitest';
import { newId } from '../../core/ids.ts';
import type { CallRecord } from '../../core/ports/connector.ts';
import { connectDatabase } from '../../db/client.ts';
import { createCallRecorder } from '../../db/repositories/platform-calls.ts';
import { testDatabase } from '../support/database.ts';
import { eventually } from '../support/jobs.ts';
import { recordingLog, silentLog } from '../support/log.ts';
import { insertStore } from '../support/rows.ts';

const { db, sql } = await testDatabase();
const store = await insertStore(sql);

const call = (over: Partial<CallRecord> = {}): CallRecord => ({
  authorizationId: store.authorizationId,
  storeId: store.storeId,
  direction: 'out',
  operation: 'fetchOrders',
  method: 'GET',
  target: 'shop.example/orders',
  status: 200,
  durationMs: 12.4,
  requestBytes: 0,
  responseBytes: 2_000,
  attempt: 1,
  error: null,
  requestExcerpt: null,
  responseExcerpt: null,
  at: new Date(),
  ...over,
});

const rows = (operation: string) => sql`select * from platform_calls where operation = ${operation}`;

test('a call stands in the log within a second, under its merchant', async () => {
  const recorder = createCallRecorder(db, silentLog);
  recorder.record(call({ operation: 'soon' }));
  const found = await eventually(async () => {
    const written = await rows('soon');
    return written.length > 0 ? written : null;
  }, 3_000);
  expect(found).toMatchObject([{ merchant_id: store.merchantId, store_id: store.storeId, duration_ms: 12 }]);
});

test('thousands of calls are written once each, the last ones by the flush at shutdown', async () => {
  const recorder = createCallRecorder(db, silentLog);
  for (let index = 0; index < 2_300; index += 1) recorder.record(call({ operation: 'many' }));
  await Promise.all([recorder.flush(), recorder.flush()]);
  expect(await rows('many')).toHaveLength(2_300);
});

test('text that PostgreSQL cannot keep loses only what it cannot keep', async () => {
  const recorder = createCallRecorder(db, silentLog);
  recorder.record(call({ operation: 'odd', responseExcerpt: 'a\u0000b\ud800c', authorizationId: newId() }));
  await recorder.flush();
  expect(await rows('odd')).toMatchObject([{ response_excerpt: 'ab\ufffdc', merchant_id: null }]);
});

test('with the database away nothing is thrown, the newest rows wait, and are written when it is back', async () => {
  const { log, lines } = recordingLog();
  const away = connectDatabase('postgres://nobody@127.0.0.1:1/none', { max: 1 });
  const recorder = createCallRecorder(away.db, log);
  for (let index = 0; index < 5_010; index += 1) recorder.record(call({ operation: `waits-${index}` }));
  await recorder.flush();
  expect(recorder.dropped()).toBe(10);
  expect(lines.some((line) => line.message.includes('call log'))).toBe(true);
  await away.close();
});

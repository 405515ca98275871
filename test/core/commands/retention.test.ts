import { expect, test } from 'vitest';
import { createRegistry } from '../../../connectors/registry.ts';
import { housekeepDaily } from '../../../core/commands/housekeeping.ts';
import { newId } from '../../../core/ids.ts';
import type { RetentionSettings } from '../../../core/ports/retention.ts';
import { testDatabase } from '../../support/database.ts';
import { intakePorts } from '../../support/intake.ts';
import { insertOrder, insertStore } from '../../support/rows.ts';

const { database, sql } = await testDatabase();
const now = '2026-11-21T08:00:00Z';
const store = await insertStore(sql);

const daysAgo = (days: number): string => new Date(Date.parse(now) - days * 86_400_000).toISOString();

/** One call, one order as it came and one unreadable order of each age. */
async function rowsOf(ages: readonly number[]): Promise<void> {
  await sql`delete from platform_calls`;
  await sql`delete from raw_payloads`;
  await sql`delete from malformed_orders`;
  for (const age of ages) {
    const at = daysAgo(age);
    await sql`insert into platform_calls (id, merchant_id, direction, operation, method, target, duration_ms, request_bytes,
        response_bytes, attempt, at)
      values (${newId()}, ${store.merchantId}, 'out', ${`${age}`}, 'GET', 'shop.example/', 1, 0, 0, 1, ${at}::timestamptz)`;
    const orderId = await insertOrder(sql, store);
    await sql`insert into raw_payloads (merchant_id, order_id, body, received_at)
      values (${store.merchantId}, ${orderId}, ${`${age}`}, ${at}::timestamptz)`;
    await sql`insert into malformed_orders (id, merchant_id, store_id, identity, reason, body, first_seen_at, last_seen_at)
      values (${newId()}, ${store.merchantId}, ${store.storeId}, ${`${age}`}, 'No line.', '{', ${at}::timestamptz, ${at}::timestamptz)`;
  }
}

const night = (limits: RetentionSettings) =>
  housekeepDaily(
    { ...intakePorts(database, now), connectors: createRegistry([]), limits },
    new AbortController().signal,
  );

/** Which ages are left, in days. */
async function left(): Promise<{ calls: number[]; payloads: number[]; malformed: number[] }> {
  const ages = (rows: readonly { age?: string }[]) => rows.map(({ age }) => Number(age)).sort((a, b) => a - b);
  return {
    calls: ages(await sql<{ age: string }[]>`select operation as age from platform_calls`),
    payloads: ages(await sql<{ age: string }[]>`select body as age from raw_payloads`),
    malformed: ages(await sql<{ age: string }[]>`select identity as age from malformed_orders`),
  };
}

test('calls go after CALL_LOG_DAYS, orders as they came after RAW_PAYLOAD_DAYS', async () => {
  await rowsOf([1, 4, 8, 60]);
  await night({ callLogDays: 3, rawPayloadDays: 7 });
  expect(await left()).toEqual({ calls: [1], payloads: [1, 4], malformed: [1, 4] });
});

test('a longer time keeps more of them', async () => {
  await rowsOf([1, 4, 8, 60]);
  await night({ callLogDays: 90, rawPayloadDays: 10 });
  expect(await left()).toEqual({ calls: [1, 4, 8, 60], payloads: [1, 4, 8], malformed: [1, 4, 8] });
});

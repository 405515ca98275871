import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMemoryPacingStore } from '../../connectors/shared/pacing.ts';
import { newId } from '../../core/ids.ts';
import { createPacingStore } from '../../db/repositories/pacing.ts';
import { testDatabase } from '../support/database.ts';

const { db } = await testDatabase();
const store = createPacingStore(db);
const start = new Date('2026-11-21T09:00:00Z').getTime();
const dayMs = 86_400_000;

test('answers like the formula, whatever is asked in whatever order and wherever the clock jumps', async () => {
  const step = fc.record({
    afterMs: fc.integer({ min: -200, max: 5_000 }),
    cost: fc.integer({ min: 1, max: 12 }),
    maxWaitMs: fc.integer({ min: 0, max: 4_000 }),
    blockMs: fc.option(fc.integer({ min: 0, max: 3_000 }), { freq: 6 }),
    jumpMs: fc.option(fc.constantFrom(-dayMs, -90_000, 90_000, dayMs), { freq: 5 }),
  });
  const rate = fc.record({
    calls: fc.integer({ min: 1, max: 20 }),
    perSeconds: fc.integer({ min: 1, max: 10 }),
    burst: fc.integer({ min: 1, max: 10 }),
  });
  await fc.assert(
    fc.asyncProperty(rate, fc.array(step, { minLength: 1, maxLength: 12 }), async (pace, steps) => {
      const authorizationId = newId();
      const memory = createMemoryPacingStore();
      let at = start;
      for (const { afterMs, cost, maxWaitMs, blockMs, jumpMs } of steps) {
        at += afterMs + (jumpMs ?? 0);
        const where = { authorizationId, bucket: '*' };
        if (blockMs !== null) {
          const until = new Date(at + blockMs);
          const block = { ...where, until, now: new Date(at) };
          await Promise.all([store.block(block), memory.block(block)]);
        }
        const request = { ...where, cost, rate: pace, maxWaitMs, now: new Date(at) };
        const [real, expected] = await Promise.all([store.reserve(request), memory.reserve(request)]);
        // Both round up; a tick of the clock's microseconds may fall to either side.
        expect(Math.abs(real.waitMs - expected.waitMs)).toBeLessThanOrEqual(1);
        if (Math.abs(expected.waitMs - maxWaitMs) > 1) expect(real.taken).toBe(expected.taken);
        else if (real.taken !== expected.taken) return;
      }
    }),
    { numRuns: 100 },
  );
});

test('twenty processes at once are given one call each, spaced by the rate', async () => {
  const authorizationId = newId();
  const rate = { calls: 2, perSeconds: 1, burst: 4 };
  const now = new Date(start);
  const request = { authorizationId, bucket: '*', cost: 1, rate, maxWaitMs: 60_000, now };
  const answers = await Promise.all(Array.from({ length: 20 }, () => store.reserve(request)));
  const waits = answers.map((answer) => answer.waitMs).sort((a, b) => a - b);
  expect(waits).toEqual([0, 0, 0, 0, ...Array.from({ length: 16 }, (_, index) => (index + 1) * 500)]);
});

test('a reservation that would wait too long takes nothing', async () => {
  const authorizationId = newId();
  const rate = { calls: 1, perSeconds: 180, burst: 1 };
  const ask = (maxWaitMs: number) =>
    store.reserve({ authorizationId, bucket: 'orders', cost: 1, rate, maxWaitMs, now: new Date(start) });
  expect(await ask(0)).toEqual({ taken: true, waitMs: 0 });
  expect(await ask(60_000)).toEqual({ taken: false, waitMs: 180_000 });
  expect(await ask(60_000)).toEqual({ taken: false, waitMs: 180_000 });
  expect(await ask(200_000)).toEqual({ taken: true, waitMs: 180_000 });
});

test('a platform that asks to wait holds back every process, and the later moment wins', async () => {
  const where = { authorizationId: newId(), bucket: '*' };
  const rate = { calls: 10, perSeconds: 1, burst: 10 };
  await store.block({ ...where, until: new Date(start + 5_000), now: new Date(start) });
  await store.block({ ...where, until: new Date(start + 2_000), now: new Date(start) });
  const answer = await store.reserve({ ...where, cost: 1, rate, maxWaitMs: 10_000, now: new Date(start) });
  expect(answer).toEqual({ taken: true, waitMs: 5_000 });
  const elsewhere = { ...where, authorizationId: newId() };
  expect(await store.reserve({ ...elsewhere, cost: 1, rate, maxWaitMs: 0, now: new Date(start) })).toEqual({
    taken: true,
    waitMs: 0,
  });
});

describe('a clock that was a day ahead', () => {
  const rate = { calls: 2, perSeconds: 1, burst: 40 };
  const bucket = () => {
    const where = { authorizationId: newId(), bucket: '*' };
    return {
      reserve: (atMs: number, cost = 1) =>
        store.reserve({ ...where, cost, rate, maxWaitMs: 60_000, now: new Date(atMs) }),
      block: (atMs: number, ms: number) => store.block({ ...where, until: new Date(atMs + ms), now: new Date(atMs) }),
    };
  };

  test('stops no calls once it is set back', async () => {
    const { reserve } = bucket();
    await reserve(start + dayMs);
    expect(await reserve(start)).toEqual({ taken: true, waitMs: 0 });
  });

  test('leaves the debt of a used bucket, which is earned back from now on', async () => {
    const { reserve } = bucket();
    await reserve(start + dayMs, 40);
    await reserve(start + dayMs, 120);
    expect(await reserve(start)).toEqual({ taken: false, waitMs: 60_500 });
    expect(await reserve(start + 1_000)).toEqual({ taken: true, waitMs: 59_500 });
  });

  test('keeps what the platform asked for, and no longer', async () => {
    const { reserve, block } = bucket();
    await block(start + dayMs, 20 * 60_000);
    expect(await reserve(start)).toEqual({ taken: false, waitMs: 20 * 60_000 });
    expect(await reserve(start + 15 * 60_000)).toEqual({ taken: false, waitMs: 5 * 60_000 });
    expect(await reserve(start + 20 * 60_000)).toEqual({ taken: true, waitMs: 0 });
  });

  test('does not hold a later wait back', async () => {
    const { reserve, block } = bucket();
    await block(start + dayMs, 5_000);
    await block(start, 30_000);
    expect(await reserve(start)).toEqual({ taken: true, waitMs: 30_000 });
  });
});

test('an hour that the platform asked for is kept to the end, also by a machine whose clock is a little behind', async () => {
  const where = { authorizationId: newId(), bucket: '*' };
  const rate = { calls: 10, perSeconds: 1, burst: 10 };
  const hourMs = 3_600_000;
  await store.block({ ...where, until: new Date(start + hourMs), now: new Date(start) });
  const ask = (atMs: number) => store.reserve({ ...where, cost: 1, rate, maxWaitMs: 60_000, now: new Date(atMs) });
  expect(await ask(start - 30_000)).toEqual({ taken: false, waitMs: hourMs + 30_000 });
  expect(await ask(start + hourMs - 61_000)).toEqual({ taken: false, waitMs: 61_000 });
  expect(await ask(start + hourMs)).toEqual({ taken: true, waitMs: 0 });
});

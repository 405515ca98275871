import fc from 'fast-check';
import { expect, test } from 'vitest';
import { afterCall, editBucket, nextCallAt, postBucket, rateOf } from '../../core/alert/slack-rate.ts';
import { newId } from '../../core/ids.ts';
import type { Tx } from '../../core/ports/database.ts';
import { createAlertRepository } from '../../db/repositories/alerts.ts';
import { testDatabase } from '../support/database.ts';

const { database } = await testDatabase();
const alerts = createAlertRepository({ renewablePlatforms: [] });
const start = new Date('2026-11-21T09:00:00Z').getTime();
const dayMs = 86_400_000;
const at = (ms: number): Date => new Date(start + ms);
const within = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => database.transaction(work);

const channel = (): string => postBucket(newId());

/** One post at that moment, if it is the channel's turn; else in how many ms it is. */
const post = (bucket: string, nowMs: number): Promise<number> =>
  within(async (tx) => {
    const taken = (await alerts.buckets(tx, [bucket], at(nowMs))).get(bucket)?.freeAt;
    const rate = rateOf(bucket);
    const turnAt = nextCallAt(taken, rate);
    if (turnAt > at(nowMs)) return turnAt.getTime() - at(nowMs).getTime();
    await alerts.saveBuckets(tx, new Map([[bucket, afterCall(taken, rate, at(nowMs))]]), at(nowMs));
    return 0;
  });
const note = (bucket: string, nowMs: number, earnedMs = 1_000): Promise<Date | null> =>
  within((tx) => alerts.noteCall(tx, bucket, at(nowMs), earnedMs));
const block = (bucket: string, nowMs: number, ms: number): Promise<void> =>
  within((tx) => alerts.blockBucket(tx, bucket, at(nowMs + ms), at(nowMs)));

test('a post made while the clock was a day ahead costs its channel the usual second', async () => {
  const bucket = channel();
  expect(await post(bucket, dayMs)).toBe(0);
  expect(await post(bucket, 0)).toBe(1_000);
  expect(await post(bucket, 400)).toBe(600);
  expect(await post(bucket, 1_000)).toBe(0);
});

test('answers to people count, and no more than they cost once the clock is set back', async () => {
  const bucket = channel();
  for (let no = 0; no < 5; no += 1) await note(bucket, dayMs);
  await note(bucket, 0);
  expect(await post(bucket, 0)).toBe(6_000);
});

test("Slack's Retry-After is kept as long as Slack said, whichever way the clock was set", async () => {
  const bucket = channel();
  await block(bucket, dayMs, 600_000);
  expect(await note(bucket, 0, 0)).toEqual(at(600_000));
  expect(await note(bucket, 599_000)).toEqual(at(600_000));
  await block(bucket, 599_000, 3_600_000);
  await note(bucket, dayMs);
  expect(await note(bucket, 600_000)).toEqual(at(599_000 + 3_600_000));
});

test('a wait that Slack asks for now is not lost in one from the day ahead', async () => {
  const bucket = channel();
  await block(bucket, dayMs, 5_000);
  await block(bucket, 0, 30_000);
  expect(await note(bucket, 0)).toEqual(at(30_000));
});

test('another machine whose clock is a little behind keeps to what was taken', async () => {
  const bucket = channel();
  await post(bucket, 0);
  expect(await post(bucket, -30_000)).toBe(31_000);
});

test('the turn is never further off than what was taken, however the clock was set between', async () => {
  const step = fc.record({
    afterMs: fc.integer({ min: 0, max: 2_000 }),
    jumpMs: fc.option(fc.constantFrom(-dayMs, -90_000, 90_000, dayMs), { freq: 3 }),
    isAnswer: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('post', 'edit'), fc.array(step, { maxLength: 12 }), async (kind, steps) => {
      const bucket = kind === 'edit' ? editBucket : channel();
      await within(async (tx) => alerts.saveBuckets(tx, new Map([[bucket, at(0)]]), at(0)));
      const { perCallMs } = rateOf(bucket);
      let nowMs = 0;
      let calls = 0;
      for (const { afterMs, jumpMs, isAnswer } of steps) {
        nowMs += afterMs + (jumpMs ?? 0);
        if (isAnswer) {
          await note(bucket, nowMs, perCallMs);
          calls += 1;
        } else {
          const waitMs = await post(bucket, nowMs);
          expect(waitMs).toBeLessThanOrEqual(calls * perCallMs + 1);
          if (waitMs === 0) calls += 1;
        }
      }
    }),
    { numRuns: 40 },
  );
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryPacingStore, createPacer } from '../../../connectors/shared/pacing.ts';
import { failureOf } from './support.ts';

describe('pacing', () => {
  const rate = { calls: 2, perSeconds: 1, burst: 3 };

  function paced(maxWaitMs = 60_000) {
    let nowMs = Date.UTC(2026, 10, 21);
    const waits: number[] = [];
    const store = createMemoryPacingStore();
    const make = (authorizationId: string) =>
      createPacer({
        platform: 'test',
        authorizationId,
        store,
        rate,
        operationRates: { search: { calls: 1, perSeconds: 180, burst: 1 } },
        maxWaitMs,
        now: () => new Date(nowMs),
        sleep: async (ms) => {
          waits.push(ms);
          nowMs += ms;
        },
      });
    const pass = (ms: number): void => {
      nowMs += ms;
    };
    return { make, waits, pass };
  }

  it('lets a burst through, then one call per half second', async () => {
    const { make, waits } = paced();
    const pacer = make('a');
    for (let call = 0; call < 6; call += 1) await pacer.take('fetchOrders');
    expect(waits).toEqual([500, 500, 500]);
  });

  it('never lets more through than the rate and one burst, whenever the calls come', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 2_000 }), { minLength: 1, maxLength: 40 }), async (gaps) => {
        const { make, waits, pass } = paced(10_000_000);
        const pacer = make('a');
        let elapsedMs = 0;
        for (const [index, gap] of gaps.entries()) {
          pass(gap);
          elapsedMs += gap;
          const before = waits.length;
          await pacer.take('fetchOrders');
          if (waits.length > before) elapsedMs += waits.at(-1) ?? 0;
          expect(index + 1).toBeLessThanOrEqual(rate.burst + (elapsedMs / 1_000) * rate.calls + 1e-6);
        }
      }),
    );
  });

  it('counts a dear call for what it costs', async () => {
    const { make, waits } = paced();
    const pacer = make('a');
    await pacer.take('fetchOrders', 3);
    await pacer.take('fetchOrders', 2);
    expect(waits).toEqual([1_000]);
  });

  it('keeps accounts apart, and an operation with a rate of its own apart from the rest', async () => {
    const { make, waits } = paced(200_000);
    await make('a').take('fetchOrders', 3);
    await make('b').take('fetchOrders', 3);
    await make('a').take('search');
    expect(waits).toEqual([]);
    await make('a').take('search');
    expect(waits).toEqual([180_000]);
  });

  it('refuses a wait beyond its limit and takes nothing for it', async () => {
    const { make, waits, pass } = paced(1_000);
    const pacer = make('a');
    await pacer.take('search');
    const error = await failureOf(pacer.take('search'));
    expect(error).toMatchObject({ kind: 'retryable', platformCode: 'rate_budget', retryAfterMs: 180_000 });
    pass(180_000);
    await pacer.take('search');
    expect(waits).toEqual([]);
  });

  it('holds everybody of the account back once the platform throttles', async () => {
    const { make, waits } = paced();
    await make('a').penalize('fetchOrders', 5_000);
    await make('a').penalize('fetchOrders', 2_000);
    await make('a').take('ship');
    await make('b').take('ship');
    expect(waits).toEqual([5_000]);
  });
});

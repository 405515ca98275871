import { describe, expect, it } from 'vitest';
import { readArguments } from './arguments.ts';
import { type Figure, isWithin, type Measurement, resultLine } from './figure.ts';
import { figures } from './figures/all.ts';
import { once } from './support/once.ts';
import { percentile } from './support/percentile.ts';
import { ordersWhileAllRan, rateBetween } from './support/progress.ts';

const known = ['list_p95_ms', 'rss_peak_mb', 'cold_start_ms'];
const budget: Figure['budget'] = { text: '≤ 30 ms', limit: 30, direction: 'at most', fromRows: 1_000 };
const figure = (over: Partial<Figure['budget']> = {}): Figure => ({
  name: 'list_p95_ms',
  unit: 'ms',
  budget: { ...budget, ...over },
  measure: () => Promise.reject(new Error('not measured here')),
});
const measured = (value: number, over: Partial<Measurement> = {}): Measurement => ({
  value,
  floor: null,
  rows: 1_000,
  ...over,
});

describe('what the bench is asked for', () => {
  it('is every figure with small tables when nothing is said', () => {
    expect(readArguments([], known)).toEqual({ ok: true, value: { isFull: false, figures: known } });
  });

  it('is the million orders with --full, wherever it stands', () => {
    expect(readArguments(['rss_peak_mb', '--full'], known)).toEqual({
      ok: true,
      value: { isFull: true, figures: ['rss_peak_mb'] },
    });
  });

  it('is each named figure once, in the order in which they build on each other', () => {
    const asked = readArguments(['cold_start_ms', 'list_p95_ms', 'cold_start_ms'], known);
    expect(asked).toEqual({ ok: true, value: { isFull: false, figures: ['list_p95_ms', 'cold_start_ms'] } });
  });

  it('names what there is when a figure or an option is mistyped', () => {
    const figureError = readArguments(['list_p95'], known);
    expect(figureError).toEqual({
      ok: false,
      error: 'There is no figure list_p95. There are: list_p95_ms, rss_peak_mb, cold_start_ms.',
    });
    expect(readArguments(['--fast'], known)).toMatchObject({ ok: false, error: expect.stringContaining('--fast') });
  });
});

describe('a line of the bench', () => {
  it('carries value, floor, ratio, budget, verdict and rows, and is one line of JSON', () => {
    const line = resultLine(figure(), measured(12.3456, { floor: 4, note: 'newest first' }));
    expect(line).toEqual({
      figure: 'list_p95_ms',
      value: 12.35,
      unit: 'ms',
      floor: 4,
      ratio: 3.09,
      budget: '≤ 30 ms',
      ok: true,
      rows: 1_000,
      note: 'newest first',
    });
    expect(JSON.stringify(line)).not.toContain('\n');
  });

  it('has neither ratio nor note where there is no floor and nothing to add', () => {
    const line = resultLine(figure(), measured(12));
    expect(line.ratio).toBeNull();
    expect('note' in line).toBe(false);
  });

  it('judges before it rounds', () => {
    expect(resultLine(figure(), measured(30.004))).toMatchObject({ value: 30, ok: false });
    expect(resultLine(figure(), measured(30))).toMatchObject({ ok: true });
  });
});

describe('the verdict', () => {
  it('is open below the rows that the budget speaks of, good or bad', () => {
    expect(isWithin(budget, measured(1, { rows: 999 }))).toBeNull();
    expect(isWithin(budget, measured(99, { rows: 999 }))).toBeNull();
  });

  it('turns round where more is better', () => {
    const rate = { ...budget, limit: 4_000, direction: 'at least' } as const;
    expect(isWithin(rate, measured(4_000))).toBe(true);
    expect(isWithin(rate, measured(3_999))).toBe(false);
  });

  it('asks for the share of the floor too, where the budget names one', () => {
    const rate = { ...budget, limit: 4_000, direction: 'at least', leastRatio: 0.4 } as const;
    expect(isWithin(rate, measured(5_000, { floor: 10_000 }))).toBe(true);
    expect(isWithin(rate, measured(5_000, { floor: 20_000 }))).toBe(false);
    expect(isWithin(rate, measured(5_000))).toBe(false);
  });
});

describe('what is read from samples', () => {
  const samples = [
    { atMs: 0, orders: 0, running: 4 },
    { atMs: 1_000, orders: 100, running: 4 },
    { atMs: 2_000, orders: 300, running: 4 },
    { atMs: 4_000, orders: 400, running: 3 },
  ];

  it('is the rate between two counts, also between two looks', () => {
    expect(rateBetween(samples, 100, 300)).toBe(200);
    expect(rateBetween(samples, 200, 400)).toBeCloseTo(80);
  });

  it('is how far it had come when the first sync ended', () => {
    expect(ordersWhileAllRan(samples)).toBe(300);
    expect(ordersWhileAllRan([])).toBe(0);
  });

  it('is nothing when a count was never reached', () => {
    expect(rateBetween(samples, 100, 401)).toBeNull();
    expect(rateBetween([], 1, 2)).toBeNull();
  });

  it('is the value that the given share of all does not exceed', () => {
    const values = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(percentile(values, 0.95)).toBe(95);
    expect(percentile([7], 0.95)).toBe(7);
    expect(() => percentile([], 0.5)).toThrow(RangeError);
  });
});

describe('the figures', () => {
  it('have names of their own and a budget in words', () => {
    expect(new Set(figures.map((one) => one.name)).size).toBe(figures.length);
    expect(figures.filter((one) => !/^[≤≥]/.test(one.budget.text))).toEqual([]);
  });

  it('share what is costly: it is built once', async () => {
    let built = 0;
    const stage = once(async () => {
      built += 1;
      return built;
    });
    expect(await Promise.all([stage(), stage()])).toEqual([1, 1]);
  });
});

import type { Bench } from '../stages.ts';
import type { Browser } from './browser.ts';
import { percentile } from './percentile.ts';

const warmUps = 5;
const fullRounds = 60;
const smallRounds = 8;

export const roundsOf = (bench: Bench): number => (bench.scale.isFull ? fullRounds : smallRounds);

export interface Opened {
  readonly name: string;
  readonly path: string;
  /** p95 of the rounds. */
  readonly ms: number;
}

/** One page again and again, one request after the other. */
export async function openOften(
  bench: Bench,
  browser: Browser,
  page: { readonly name: string; readonly path: string },
  rounds: number,
): Promise<Opened> {
  const times: number[] = [];
  for (let round = -warmUps; round < rounds; round += 1) {
    const { tookMs } = await browser.get(page.path);
    if (round >= 0) times.push(tookMs);
  }
  const ms = percentile(times, 0.95);
  bench.say(`  ${ms.toFixed(1).padStart(6)} ms  ${page.name}`);
  return { ...page, ms };
}

export function slowestOf(opened: readonly Opened[]): Opened {
  const [slowest] = opened.toSorted((a, b) => b.ms - a.ms);
  if (slowest === undefined) throw new Error('No page was opened.');
  return slowest;
}

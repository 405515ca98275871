import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DeskProcess, startDesk, statusOf } from '../../support/desk-process.ts';
import type { Figure } from '../figure.ts';
import { nodeArguments } from '../support/child.ts';
import { median } from '../support/percentile.ts';
import { benchFolder } from '../support/server.ts';

const fullRuns = 7;
const smallRuns = 2;
/** How often /readyz is asked: what the answer may be late by. */
const lookMs = 10;
const longestMs = 60_000;

/** As `npm start` with nothing set: the desk's own PostgreSQL, which exists but does not run, is started with it. */
export const coldStart: Figure = {
  name: 'cold_start_ms',
  unit: 'ms',
  budget: { text: '≤ 3,000 ms', limit: 3_000, direction: 'at most', fromRows: 0 },
  async measure(bench) {
    const dataDir = await benchFolder('cluster');
    const environment = { DATA_DIR: dataDir, LOG_LEVEL: 'warn' };
    bench.say('starting a desk once, so that its database exists');
    const first = await startDesk(environment);
    bench.atEnd(async () => {
      await first.end('SIGTERM');
      await rm(dataDir, { recursive: true, force: true });
    });
    await first.ready();
    await first.end('SIGTERM');

    const runs = bench.scale.isFull ? fullRuns : smallRuns;
    bench.say(`starting it ${runs} times`);
    const times: number[] = [];
    for (let run = 0; run < runs; run += 1) {
      const beganAt = performance.now();
      const desk = await startDesk(environment);
      bench.atEnd(() => desk.end('SIGKILL'));
      await untilReady(desk);
      times.push(performance.now() - beganAt);
      await desk.end('SIGTERM');
    }
    const slowest = Math.round(Math.max(...times));
    const note = `floor: Node with tsx and nothing to run; slowest of ${runs}: ${slowest} ms`;
    return { value: median(times), floor: await bareNodeMs(runs), rows: 0, note };
  },
};

async function untilReady(desk: DeskProcess): Promise<void> {
  const deadline = performance.now() + longestMs;
  while ((await statusOf(`${desk.origin}/readyz`)) !== 200) {
    if (desk.child.exitCode !== null || performance.now() > deadline) {
      throw new Error(`The desk did not become ready:\n${desk.output()}`);
    }
    await sleep(lookMs);
  }
}

async function bareNodeMs(runs: number): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const beganAt = performance.now();
    const child = spawn(process.execPath, [...nodeArguments, join(import.meta.dirname, '../support/nothing.ts')]);
    await once(child, 'exit');
    times.push(performance.now() - beganAt);
  }
  return median(times);
}

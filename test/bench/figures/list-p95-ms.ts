import type { Figure } from '../figure.ts';
import { million } from '../stages.ts';
import { bareListMs } from '../support/bare-list.ts';
import { listCases, pathOf } from '../support/list-cases.ts';
import { percentile } from '../support/percentile.ts';

const warmUps = 5;
const fullRounds = 60;
const smallRounds = 20;

export const listP95: Figure = {
  name: 'list_p95_ms',
  unit: 'ms',
  budget: { text: '≤ 30 ms at 1,000,000 orders, the worst list', limit: 30, direction: 'at most', fromRows: million },
  async measure(bench) {
    const { browser, client, orders } = await bench.listDesk();
    const cases = listCases(orders);
    const rounds = bench.scale.isFull ? fullRounds : smallRounds;
    bench.say(`opening ${cases.length} lists ${rounds} times each`);
    let worst = { name: '', path: '', ms: -1 };
    for (const one of cases) {
      const path = await pathOf(one, browser, client.sql);
      const times: number[] = [];
      for (let round = -warmUps; round < rounds; round += 1) {
        const { tookMs } = await browser.get(path);
        if (round >= 0) times.push(tookMs);
      }
      const ms = percentile(times, 0.95);
      bench.say(`  ${ms.toFixed(1).padStart(6)} ms  ${one.name}`);
      if (ms > worst.ms) worst = { name: one.name, path, ms };
    }
    const floor = await bareListMs(client.url, worst.path, rounds);
    return { value: worst.ms, floor, rows: orders, note: `worst of ${cases.length}: ${worst.name}` };
  },
};

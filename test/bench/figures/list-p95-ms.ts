import type { Figure } from '../figure.ts';
import { million } from '../stages.ts';
import { bareListMs } from '../support/bare-list.ts';
import { listCases, pathOf } from '../support/list-cases.ts';
import { type Opened, openOften, roundsOf, slowestOf } from '../support/open-often.ts';

export const listP95: Figure = {
  name: 'list_p95_ms',
  unit: 'ms',
  budget: { text: '≤ 30 ms at 1,000,000 orders, the worst list', limit: 30, direction: 'at most', fromRows: million },
  async measure(bench) {
    const { browser, client, orders } = await bench.listDesk();
    const cases = listCases(orders);
    const rounds = roundsOf(bench);
    bench.say(`opening ${cases.length} lists ${rounds} times each`);
    const opened: Opened[] = [];
    for (const one of cases) {
      opened.push(
        await openOften(bench, browser, { name: one.name, path: await pathOf(one, browser, client.sql) }, rounds),
      );
    }
    const worst = slowestOf(opened);
    const floor = await bareListMs(client.url, worst.path, rounds);
    return { value: worst.ms, floor, rows: orders, note: `worst of ${cases.length}: ${worst.name}` };
  },
};

import type { Figure } from '../figure.ts';
import { million } from '../stages.ts';
import { ordersWhileAllRan, rateBetween } from '../support/progress.ts';

/** The small table of the comparison; what was ingested until then has warmed everything up. */
const smallTable = 10_000;
const smallPart = 20_000;
const lastPart = 0.1;

export const ingestCostRatio: Figure = {
  name: 'ingest_cost_ratio_1m',
  unit: 'times',
  budget: { text: '≤ 1.2', limit: 1.2, direction: 'at most', fromRows: million },
  async measure(bench) {
    const { orders, progress } = await bench.ingested();
    const atFirst = rateBetween(progress, smallTable, Math.min(orders, smallTable + smallPart));
    const end = ordersWhileAllRan(progress);
    const atLast = rateBetween(progress, end - orders * lastPart, end);
    if (atFirst === null || atLast === null) throw new Error('The sync was too short to be measured.');
    return {
      value: atFirst / atLast,
      floor: null,
      rows: orders,
      note: `${Math.round(atFirst)}/s with 10,000 orders in the table, ${Math.round(atLast)}/s at the end`,
    };
  },
};

import type { Figure } from '../figure.ts';

export const resyncUnchangedSpeedup: Figure = {
  name: 'resync_unchanged_speedup',
  unit: 'times',
  budget: { text: '≥ 5×', limit: 5, direction: 'at least', fromRows: 0 },
  async measure(bench) {
    const { orders } = await bench.ingested();
    const held = await bench.heldOrders();
    const perOrder = (ms: number): string => `${Math.round((ms * 1_000) / held.orders)} µs`;
    return {
      value: held.firstMs / held.againMs,
      floor: null,
      rows: orders,
      note: `${perOrder(held.firstMs)} an order at first, ${perOrder(held.againMs)} unchanged; pages of 100, one after the other`,
    };
  },
};

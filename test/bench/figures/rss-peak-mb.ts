import type { Figure } from '../figure.ts';
import { million } from '../stages.ts';

export const rssPeak: Figure = {
  name: 'rss_peak_mb',
  unit: 'MB',
  budget: { text: '≤ 350 MB, flat', limit: 350, direction: 'at most', fromRows: million },
  async measure(bench) {
    const { orders, peakMb, readyMb, quarterMb } = await bench.ingested();
    const quarters = quarterMb.map((mb) => Math.round(mb)).join(', ');
    return {
      value: peakMb,
      floor: readyMb,
      rows: orders,
      note: `floor: before the first order; by quarters: ${quarters}`,
    };
  },
};

import type { Figure } from '../figure.ts';
import { million } from '../stages.ts';
import { copySameRows } from '../support/copy-floor.ts';
import { ordersWhileAllRan, rateBetween } from '../support/progress.ts';

/** "Sustained at" a size: the last part of the way there, while all stores still sync. */
const lastPart = 0.2;

export const ingestOrdersPerSecond: Figure = {
  name: 'ingest_orders_per_s',
  unit: 'orders/s',
  budget: {
    text: '≥ 4,000/s sustained at 1,000,000 rows, ≥ 0.4 of the floor',
    limit: 4_000,
    direction: 'at least',
    leastRatio: 0.4,
    fromRows: million,
  },
  async measure(bench) {
    const { orders, progress, desk, cpu } = await bench.ingested();
    const end = ordersWhileAllRan(progress);
    const sustained = rateBetween(progress, end - orders * lastPart, end);
    const whole = rateBetween(progress, 1, orders);
    if (sustained === null || whole === null) throw new Error('The sync was too short to be measured.');
    const server = await bench.server();
    const count = bench.scale.floorOrders;
    bench.say(`copying ${count.toLocaleString('en')} of these orders into empty tables`);
    const floorUrl = await server.createDatabase('floor');
    const floor = await copySameRows(desk.client.url, floorUrl, count);
    await server.dropDatabase('floor');
    const spent =
      cpu === null
        ? ''
        : `; processor an order: desk ${cpu.deskUs} µs, PostgreSQL ${cpu.postgresUs} µs, marketplace ${cpu.marketplaceUs} µs`;
    return {
      value: sustained,
      floor,
      rows: orders,
      note: `the last ${lastPart * 100} %; ${Math.round(whole)}/s over all${spent}`,
    };
  },
};

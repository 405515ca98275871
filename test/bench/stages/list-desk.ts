import { connectDatabase, type DatabaseClient } from '../../../db/client.ts';
import { eventually } from '../../support/jobs.ts';
import type { Bench } from '../stages.ts';
import { type Browser, signIn } from '../support/browser.ts';
import { startBenchDesk } from '../support/desk.ts';
import { fillList } from './fill-list.ts';

export interface ListDesk {
  readonly client: DatabaseClient;
  /** Signed in at a desk of role `web` over that database. */
  readonly browser: Browser;
  readonly orders: number;
}

/** A desk whose database is full, and somebody who looks at its pages. */
export async function openListDesk(bench: Bench): Promise<ListDesk> {
  const server = await bench.server();
  const url = await server.createDatabase('list');
  const client = connectDatabase(url, { max: 2 });
  bench.atEnd(() => client.close());
  const orders = bench.scale.listOrders;
  bench.say(`filling a database with ${orders.toLocaleString('en')} orders`);
  await fillList(client.sql, orders);
  const desk = await startBenchDesk(bench, { DATABASE_URL: url, ROLES: 'web' });
  // Printed a moment after it is ready.
  const link = await eventually(async () => /https?:\/\/\S+\/sign-in\?token=\S+/.exec(desk.output())?.[0] ?? null);
  return { client, browser: await signIn(desk.origin, link), orders };
}

import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterEach, expect, test, vi } from 'vitest';
import { startEmbedded } from '../../db/embedded/supervisor.ts';
import { testDatabase } from '../support/database.ts';
import {
  addStore,
  authorize,
  dispatch,
  killed,
  ordersOf,
  ship,
  signIn,
  synced,
  syncNow,
  type Visitor,
} from '../support/desk-driver.ts';
import { type DeskProcess, freePort, startDesk } from '../support/desk-process.ts';
import { eventually } from '../support/jobs.ts';
import { silentLog } from '../support/log.ts';

// Whole processes on a machine that may be busy.
vi.setConfig({ testTimeout: 180_000 });

const endings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const ending of endings.splice(0).reverse()) await ending();
});

async function desk(environment: Record<string, string>): Promise<DeskProcess> {
  const port = environment.PORT ?? `${await freePort()}`;
  const started = await startDesk({ PORT: port, PUBLIC_URL: `http://127.0.0.1:${port}`, ...environment });
  endings.push(() =>
    started.child.exitCode === null && started.child.signalCode === null ? started.end('SIGTERM') : Promise.resolve(),
  );
  await started.ready();
  return started;
}

async function newFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'holdfast-beside-')));
  endings.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** What this desk's marketplace was told: tracking numbers by order. */
async function received(origin: string): Promise<readonly { orderId: string; trackingNumber: string }[]> {
  const answer = await fetch(`${origin}/sandbox/control/shops/teahouse/fulfilments`);
  return ((await answer.json()) as { fulfilments: { orderId: string; trackingNumber: string }[] }).fulfilments;
}

const place = async (origin: string, count: number): Promise<readonly string[]> => {
  const answer = await fetch(`${origin}/sandbox/control/shops/teahouse/orders`, {
    method: 'POST',
    body: JSON.stringify({ count, kind: 'plain', lineCount: 1 }),
  });
  return ((await answer.json()) as { orders: { id: string }[] }).orders.map(({ id }) => id);
};

/** Two desks over one database: a life that goes through both, and through the end of the first. */
async function livesOn(url: string, environments: readonly [Record<string, string>, Record<string, string>]) {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  endings.push(() => sql.end({ timeout: 5 }));
  const first = await desk(environments[0]);
  // Before the second starts: the link that it prints ends the first one's.
  const owner = await signIn(first);
  const second = await desk(environments[1]);
  const store = await addStore({ sql }, owner, 'teahouse');
  await authorize(owner, store);
  const beside = owner.at(second);
  const placed = [...(await place(first.origin, 2)), ...(await place(second.origin, 2))];
  expect(new Set(placed).size).toBe(4);

  const told = new Map<string, string>();
  const shipNext = async (person: Visitor, id: string, trackingNumber: string): Promise<void> => {
    const order = (await ordersOf(sql, store.storeId)).find(({ platformOrderId }) => platformOrderId === id);
    if (order === undefined) throw new Error(`The order ${id} did not arrive.`);
    expect((await dispatch({ sql }, person, order)).status).toBe(303);
    await ship({ sql }, person, order.id, trackingNumber);
    told.set(id, trackingNumber);
  };
  const everythingIsIn = async (origins: readonly string[]): Promise<void> => {
    for (const origin of origins) {
      await eventually(async () => {
        const there = await received(origin);
        return [...told].every(([id, number]) =>
          there.some((one) => one.orderId === id && one.trackingNumber === number),
        );
      }, 30_000);
    }
  };

  await syncNow({ sql }, beside, store.storeId);
  await synced(sql, store.storeId, 4);
  for (const [index, id] of placed.entries()) {
    await shipNext(index % 2 === 0 ? beside : owner, id, `BESIDE-${index}`);
  }
  await everythingIsIn([first.origin, second.origin]);

  await killed(first);
  const [alone] = await place(second.origin, 1);
  await syncNow({ sql }, beside, store.storeId);
  await shipNext(beside, alone ?? '', 'ALONE-0');
  await everythingIsIn([second.origin]);

  await killed(second);
  const third = await desk({ ...environments[0], PORT: `${await freePort()}`, PUBLIC_URL: '' });
  await everythingIsIn([third.origin]);
  const answer = await fetch(`${third.origin}/sandbox/office/teahouse`);
  const page = await answer.text();
  for (const number of told.values()) expect(page).toContain(number);
  const [health] = await sql<
    { status: string }[]
  >`select status from authorizations where id = ${store.authorizationId}`;
  expect(health?.status).toBe('authorized');
  const numbers = (await received(third.origin)).map(({ trackingNumber }) => trackingNumber);
  expect(numbers.filter((number) => /^(BESIDE|ALONE)-/.test(number)).sort()).toEqual([...told.values()].sort());
}

test('two starts beside each other have one marketplace, also when the first is killed', async () => {
  const dataDir = join(await newFolder(), '.data');
  const options = { dataDir, durable: false, settings: { fsync: 'off' } };
  const embedded = await startEmbedded({ ...options, log: silentLog });
  endings.push(() => embedded.leave());
  await livesOn(embedded.url, [{ DATA_DIR: dataDir }, { DATA_DIR: dataDir }]);
});

test('so have demos over one database without a folder in common, one of them without pages', async () => {
  const { url } = await testDatabase();
  const shared = { DATABASE_URL: url, DEMO: '1', ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}` };
  const worker = await desk({ ...shared, DATA_DIR: await newFolder(), ROLES: 'worker' });
  await livesOn(url, [
    { ...shared, DATA_DIR: await newFolder(), ROLES: 'web,scheduler' },
    { ...shared, DATA_DIR: await newFolder(), ROLES: 'web,bot,worker' },
  ]);
  expect((await fetch(`${worker.origin}/sandbox`)).status).toBe(200);
});

import { silentLog } from '../../support/log.ts';
import type { Bench } from '../stages.ts';
import { cpuTimeMs, familyCpuTimeMs, parentOf } from '../support/cpu-time.ts';
import { endBenchDesk, startBenchDesk } from '../support/desk.ts';
import { type BenchDesk, openDesk } from '../support/desk-ports.ts';
import { type BenchMarketplace, type BulkShop, startMarketplace } from '../support/marketplace.ts';
import type { Progress } from '../support/progress.ts';
import { residentMemory } from '../support/resident-memory.ts';
import { runSyncs } from '../support/run-syncs.ts';
import { commonSku, createWorld, unboundSku, type World, type WorldStore } from '../support/world.ts';

export interface Ingested {
  /** The desk's parts over that database, in this process; nobody else works on it any more. */
  readonly desk: BenchDesk;
  readonly world: World;
  /** Not synced yet: its orders are held by `commonSku`. */
  readonly heldStore: WorldStore;
  /** A window with every order of every shop. */
  readonly since: Date;
  readonly until: Date;
  readonly orders: number;
  readonly progress: readonly Progress[];
  readonly readyMb: number;
  readonly peakMb: number;
  /** At each quarter of the orders: flat or growing. */
  readonly quarterMb: readonly number[];
  /** Processor time an order, which says more than the clock on a busy machine; null where the system does not count it. */
  readonly cpu: { readonly deskUs: number; readonly postgresUs: number; readonly marketplaceUs: number } | null;
}

const storeCount = 4;
const stepMs = 1_000;
const dayMs = 86_400_000;
/** Long ago, so that what the schedule starts meanwhile (the last days) finds nothing. */
const placedDaysAgo = 60;
/** Two of three orders have the common SKU; more than enough to hold as many as asked for. */
const heldShopFactor = 2;

/** All roles in one process sync four stores whole, from a marketplace in another; watched from here. */
export async function ingest(bench: Bench): Promise<Ingested> {
  const { scale } = bench;
  const server = await bench.server();
  const url = await server.createDatabase('ingest');
  const since = new Date(Math.floor(Date.now() / stepMs) * stepMs - placedDaysAgo * dayMs);
  const perStore = scale.ingestOrders / storeCount;
  const shops: BulkShop[] = Array.from({ length: storeCount }, (_, no) => ({
    handle: `bulk-${no + 1}`,
    count: perStore,
    from: since,
    stepMs,
  }));
  shops.push({ handle: 'waiting', count: scale.heldOrders * heldShopFactor, from: since, stepMs });
  const marketplace = await startMarketplace(shops);
  bench.atEnd(() => marketplace.end());
  const desk = openDesk(url, marketplace.baseUrl, silentLog);
  bench.atEnd(() => desk.close());
  const connected = marketplace.shops.map((shop) => ({
    ...shop,
    unboundSku: shop.handle === 'waiting' ? commonSku : unboundSku,
  }));
  const world = await createWorld(desk.client.sql, connected);
  const heldStore = world.stores.at(-1);
  if (heldStore === undefined) throw new Error('There are no stores.');

  const until = new Date(since.getTime() + (perStore + scale.heldOrders * heldShopFactor) * stepMs);
  const watched = await watchDesk(bench, { url, marketplace, desk, world, since, until });
  return { desk, world, heldStore, since, until, orders: scale.ingestOrders, ...watched };
}

async function watchDesk(
  bench: Bench,
  given: { url: string; marketplace: BenchMarketplace; desk: BenchDesk; world: World; since: Date; until: Date },
): Promise<Pick<Ingested, 'progress' | 'readyMb' | 'peakMb' | 'quarterMb' | 'cpu'>> {
  const { url, marketplace, desk, world, since, until } = given;
  const running = await startBenchDesk(bench, { DATABASE_URL: url, DEMO: '1', SANDBOX_URL: marketplace.baseUrl });
  const memory: number[] = [];
  let peakMb = 0;
  const look = async (): Promise<void> => {
    const resident = await residentMemory(running.child.pid ?? 0);
    if (resident === null) throw new Error('The desk ended in the middle of its sync.');
    memory.push(resident.nowMb);
    peakMb = Math.max(peakMb, resident.peakMb);
  };
  await look();
  bench.say(`syncing ${bench.scale.ingestOrders.toLocaleString('en')} orders of ${storeCount} stores`);
  const cpuSince = await startCpuCount(desk, running.child.pid ?? 0, marketplace.pid);
  const storeIds = world.stores.slice(0, storeCount).map((store) => store.id);
  const progress = await runSyncs(desk, { merchantId: world.merchantId, storeIds, since, until, onLook: look });
  const cpu = await cpuSince(bench.scale.ingestOrders);
  await look();
  await endBenchDesk(bench, running);
  const [readyMb = 0] = memory;
  const quarterMb = [0.25, 0.5, 0.75, 1].map((part) => memory[Math.ceil(memory.length * part) - 1] ?? 0);
  return { progress, readyMb, peakMb, quarterMb, cpu };
}

async function startCpuCount(
  desk: BenchDesk,
  deskPid: number,
  marketplacePid: number,
): Promise<(orders: number) => Promise<Ingested['cpu']>> {
  const [backend] = await desk.client.sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
  const server = (await parentOf(backend?.pid ?? 0)) ?? 0;
  const count = async (): Promise<(number | null)[]> => [
    await cpuTimeMs(deskPid),
    await familyCpuTimeMs(server),
    await cpuTimeMs(marketplacePid),
  ];
  const before = await count();
  return async (orders) => {
    const spent = (await count()).map((after, index) => (after ?? Number.NaN) - (before[index] ?? Number.NaN));
    const [deskUs = 0, postgresUs = 0, marketplaceUs = 0] = spent.map((ms) => Math.round((ms * 1_000) / orders));
    return Number.isNaN(deskUs + postgresUs + marketplaceUs) ? null : { deskUs, postgresUs, marketplaceUs };
  };
}

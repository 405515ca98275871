import { type AlertDesk, openAlertDesk } from './stages/alert-desk.ts';
import { type HeldOrders, holdOrders } from './stages/hold-orders.ts';
import { type Ingested, ingest } from './stages/ingest.ts';
import { type ListDesk, openListDesk } from './stages/list-desk.ts';
import { once } from './support/once.ts';
import { type BenchServer, startServer } from './support/server.ts';

export interface Scale {
  readonly isFull: boolean;
  /** Orders that are fetched and written by the desk. */
  readonly ingestOrders: number;
  /** Orders of the floor: enough for a steady rate. */
  readonly floorOrders: number;
  /** Orders that one SKU holds. */
  readonly heldOrders: number;
  /** Orders of the list. */
  readonly listOrders: number;
  /** New causes of alerts, one a second. */
  readonly newCauses: number;
  /** Cards whose cause is settled elsewhere. */
  readonly changedCards: number;
  /** Orders that are held at once, twenty a cause; and how long Slack's calls are counted. */
  readonly stormOrders: number;
  readonly stormWatchMs: number;
  /** Orders that are synced while buttons are pressed. */
  readonly busyOrders: number;
}

export const million = 1_000_000;

export const fullScale: Scale = {
  isFull: true,
  ingestOrders: million,
  floorOrders: 200_000,
  heldOrders: 10_000,
  listOrders: million,
  newCauses: 60,
  changedCards: 32,
  stormOrders: 10_000,
  stormWatchMs: 60_000,
  busyOrders: 100_000,
};
/** Everything in less than a minute on two cores. */
export const smallScale: Scale = {
  isFull: false,
  ingestOrders: 20_000,
  floorOrders: 10_000,
  heldOrders: 1_000,
  listOrders: 10_000,
  newCauses: 2,
  changedCards: 2,
  stormOrders: 1_000,
  stormWatchMs: 3_000,
  busyOrders: 2_000,
};

/** What figures share; each part is made when the first of them asks. */
export interface Bench {
  readonly scale: Scale;
  readonly server: () => Promise<BenchServer>;
  /** A database filled by a desk of all roles from a marketplace in a process of its own. */
  readonly ingested: () => Promise<Ingested>;
  /** In the same database: orders that one SKU holds, and what taking their pages cost. */
  readonly heldOrders: () => Promise<HeldOrders>;
  /** A full database of its own, with somebody signed in at its desk. */
  readonly listDesk: () => Promise<ListDesk>;
  /** A running desk of its own that shows its alerts in a Slack of the bench. */
  readonly alertDesk: () => Promise<AlertDesk>;
  /** Called at the end, the latest first. */
  atEnd(close: () => Promise<unknown>): void;
  /** Progress for whoever watches; the figures alone go to standard output. */
  say(text: string): void;
  /** Ends processes and removes folders. Never throws. */
  close(): Promise<void>;
}

export function createBench(scale: Scale, say: (text: string) => void): Bench {
  const closers: (() => Promise<unknown>)[] = [];
  const bench: Bench = {
    scale,
    server: once(async () => {
      say('starting a PostgreSQL with default settings');
      const server = await startServer();
      bench.atEnd(() => server.stop());
      return server;
    }),
    ingested: once(() => ingest(bench)),
    heldOrders: once(() => holdOrders(bench)),
    listDesk: once(() => openListDesk(bench)),
    alertDesk: once(() => openAlertDesk(bench)),
    atEnd: (close) => void closers.push(close),
    say,
    async close() {
      for (const close of closers.splice(0).reverse()) {
        await close().catch((error: unknown) => say(`closing failed: ${String(error)}`));
      }
    },
  };
  return bench;
}

import { callableStatuses } from '../connect/health.ts';
import { newId } from '../ids.ts';
import { systemActor } from '../people/actor.ts';
import type { OrderPage } from '../ports/connector.ts';
import type { IntakeStore, RunOutcome, SyncRun } from '../ports/intake.ts';
import type { StoreConnection } from '../ports/platforms.ts';
import { runToEnd, type SyncPorts } from '../sync/run-to-end.ts';
import { SyncWork } from '../sync/sync-work.ts';

/** Orders of the desk compared in one step. */
const stepSize = 500;

export interface ReconcileStoreInput {
  readonly merchantId: string;
  readonly storeId: string;
  readonly signal: AbortSignal;
  /** The job engine will not try again. Default false. */
  readonly isLastAttempt?: boolean | undefined;
}

/**
 * Compares everything that the platform still shows as open within the store's scope with the desk. What the desk lacks
 * is taken and counted as recovered; what only the desk has open is read again by id. Its row in the log is of kind
 * `reconciliation`. Returns the outcome; null when the store cannot be called. Throws what may pass (see `runToEnd`).
 */
export async function reconcileStore(ports: SyncPorts, input: ReconcileStoreInput): Promise<RunOutcome | null> {
  const begun = await begin(ports, input);
  if (begun === null) return null;
  const attempt = { ...begun, signal: input.signal, isLastAttempt: input.isLastAttempt ?? false };
  return runToEnd(ports, attempt, (connection, signal) => compare(ports, begun.run, connection, signal));
}

async function compare(
  ports: SyncPorts,
  run: SyncRun,
  connection: StoreConnection,
  signal: AbortSignal,
): Promise<void> {
  const work = new SyncWork(ports, run, signal);
  const listed = new Set<string>();
  const { connector, session } = connection;
  await work.pages(connector.fetchOpenOrders(session), (page) => {
    for (const id of idsOf(page)) listed.add(id);
  });
  // Orders that came in after the listing began are newer than it.
  const before = run.startedAt ?? run.createdAt;
  let after = '';
  for (;;) {
    const page = { after, before, limit: stepSize };
    const open = await ports.database.transaction((tx) =>
      ports.intake.orders.listOpen(tx, run.merchantId, run.storeId, page),
    );
    const unlisted = open.filter((id) => !listed.has(id));
    await work.platformIds(connection, unlisted);
    const last = open.at(-1);
    if (last === undefined || open.length < stepSize) return;
    after = last;
  }
}

const idsOf = (page: OrderPage): string[] =>
  page.orders.flatMap((item) => (item.ok ? item.order.platformOrderId : (item.platformOrderId ?? [])));

async function begin(
  ports: SyncPorts,
  input: ReconcileStoreInput,
): Promise<{ readonly run: SyncRun; readonly store: IntakeStore } | null> {
  const now = ports.clock.now();
  return ports.database.transaction(async (tx) => {
    const store = await ports.intake.stores.lock(tx, input.merchantId, input.storeId);
    if (store === null || !store.isEnabled || !callableStatuses.has(store.authorizationStatus)) return null;
    const { runId } = await ports.intake.runs.request(
      tx,
      {
        id: newId(),
        merchantId: store.merchantId,
        storeId: store.id,
        authorizationId: store.authorizationId,
        kind: 'reconciliation',
        mode: 'nightly',
        orderKind: 'b2c',
        since: null,
        until: null,
        numbers: [],
        personId: null,
        actorName: systemActor.name,
        via: systemActor.via,
      },
      now,
    );
    const run = await ports.intake.runs.claim(tx, store.merchantId, runId, now);
    return run === null ? null : { run, store };
  });
}

import { settleAlerts } from '../alert/settle-job.ts';
import { newId } from '../ids.ts';
import { systemActor } from '../people/actor.ts';
import type { Tx } from '../ports/database.ts';
import type { IntakePorts, IntakeStore, NewRun } from '../ports/intake.ts';
import type { AnyJob } from '../ports/jobs.ts';
import type { BasePorts } from '../ports/ports.ts';
import { reconcileJob, syncJob } from '../sync/sync-job.ts';
import { slotOf } from '../sync/window.ts';

export type TickPorts = Pick<BasePorts, 'database' | 'clock' | 'jobs' | 'connectors'> & IntakePorts;

/** Without a pulse for so long a run belongs to a dead process: several times what retries of its job may wait. */
const reapAfterMs = 15 * 60_000;
/** A run that waits longer may have lost its job; enqueuing it again is harmless. */
const staleAfterMs = 10 * 60_000;
/** Reconciliation runs at night where the merchant is. */
const nightHour = 2;

const hourMs = 3_600_000;

/**
 * What the schedule does every minute: one run for each enabled store whose period begins, the nightly comparison where
 * it is night, and the tidying of runs that nobody works on. Any number of processes may do it for one slot.
 * `slot` is the tick's minute, ISO 8601.
 */
export async function tickSyncs(
  ports: TickPorts,
  input: { readonly slot: string },
): Promise<{ readonly runs: number; readonly reconciliations: number }> {
  const slot = new Date(input.slot);
  return ports.database.transaction(async (tx) => {
    const now = ports.clock.now();
    const jobs: AnyJob[] = [];
    jobs.push(...(await reapDead(ports, tx, now)));
    jobs.push(...(await reviveStale(ports, tx, now)));
    const platforms = new Set(ports.connectors.list().map(({ profile }) => profile.platform));
    const stores = (await ports.intake.stores.listSyncable(tx)).filter((store) => platforms.has(store.platform));
    const synced = await startDue(ports, tx, stores, slot, now);
    const compared = await startNightly(ports, tx, stores, slot);
    jobs.push(...synced, ...compared);
    await ports.jobs.enqueue(tx, jobs);
    return { runs: synced.length, reconciliations: compared.length };
  });
}

async function startDue(
  { intake }: TickPorts,
  tx: Tx,
  stores: readonly IntakeStore[],
  slot: Date,
  now: Date,
): Promise<AnyJob[]> {
  const slots = stores.map((store) => ({ scope: store.id, slot: slotOf(store.id, store.syncEveryMinutes, slot) }));
  const taken = await intake.runs.takeSlots(tx, 'sync.store', slots);
  const runs = stores.filter((store) => taken.has(store.id)).map((store) => scheduledRun(store));
  const inserted = new Set(await intake.runs.insertMany(tx, runs, now));
  return runs.filter((run) => inserted.has(run.id)).map((run) => syncJob({ ...run, runId: run.id }, false));
}

const scheduledRun = (store: IntakeStore): NewRun => ({
  id: newId(),
  merchantId: store.merchantId,
  storeId: store.id,
  authorizationId: store.authorizationId,
  kind: 'sync',
  mode: store.syncedUntil === null ? 'first' : 'scheduled',
  orderKind: 'b2c',
  since: null,
  until: null,
  numbers: [],
  personId: null,
  actorName: systemActor.name,
  via: systemActor.via,
});

/** Once a local day, from the night hour on: a night that nobody was up for is made up by day. */
async function startNightly(
  { intake }: TickPorts,
  tx: Tx,
  stores: readonly IntakeStore[],
  slot: Date,
): Promise<AnyJob[]> {
  const nights = stores
    // A new store has just been fetched whole.
    .filter((store) => store.syncedUntil !== null && slot.getTime() - store.createdAt.getTime() > 24 * hourMs)
    .map((store) => ({ store, local: localTime(slot, store.timezone) }))
    .filter(({ local }) => local.hour >= nightHour);
  const slots = nights.map(({ store, local }) => ({ scope: store.id, slot: local.day }));
  const taken = await intake.runs.takeSlots(tx, 'sync.reconcile', slots);
  return nights
    .filter(({ store }) => taken.has(store.id))
    .map(({ store: { id: storeId, merchantId, authorizationId } }) =>
      reconcileJob({ merchantId, storeId, authorizationId }),
    );
}

/** The local date, as midnight UTC of that date, and the local hour. */
function localTime(at: Date, timezone: string): { readonly day: Date; readonly hour: number } {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: timezone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(at);
  const of = (type: Intl.DateTimeFormatPartTypes): string => parts.find((part) => part.type === type)?.value ?? '';
  return { day: new Date(`${of('year')}-${of('month')}-${of('day')}T00:00:00Z`), hour: Number(of('hour')) };
}

async function reapDead({ intake }: TickPorts, tx: Tx, now: Date): Promise<AnyJob[]> {
  const dead = await intake.runs.reap(tx, new Date(now.getTime() - reapAfterMs), now);
  for (const { merchantId, storeId } of dead) {
    if (storeId === null) continue;
    const result = { merchantId, storeId, at: now, outcome: 'failed', reconciled: false } as const;
    await intake.stores.recordResult(tx, result);
  }
  return [...new Set(dead.map((run) => run.merchantId))].map(settleAlerts);
}

async function reviveStale({ intake }: TickPorts, tx: Tx, now: Date): Promise<AnyJob[]> {
  const stale = await intake.runs.listStale(tx, new Date(now.getTime() - staleAfterMs));
  return stale.map((run) => (run.kind === 'sync' ? syncJob(run, false) : reconcileJob(run)));
}

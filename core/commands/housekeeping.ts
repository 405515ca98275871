import { settleAlerts } from '../alert/settle-job.ts';
import type { ConnectorRegistry } from '../ports/connector.ts';
import type { IntakePorts, Purgeable, PurgeCursor } from '../ports/intake.ts';
import type { BasePorts } from '../ports/ports.ts';
import type { RetentionPorts, RetentionSettings } from '../ports/retention.ts';

export type HousekeepingPorts = Pick<BasePorts, 'database' | 'clock' | 'jobs' | 'log'> &
  IntakePorts & { readonly connectors: ConnectorRegistry };

const dayMs = 24 * 3_600_000;

/** Rows of one transaction: short enough to keep nobody waiting. */
const stepSize = 5_000;
const releaseStep = 500;
/** Deltas of one fold; a page of ingest leaves a handful. */
const foldStep = 50_000;

/** What says that an event or a press was had before: far longer than anybody repeats one. */
const repeatDays = 30;
/** Half a year of the sync log. */
const runDays = 180;

/**
 * How long each table keeps its rows, in days after the moment that counts for it. Unreadable orders are raw payloads,
 * too. Rows that name their own end go when it has come.
 */
const keepDays = (limits: RetentionSettings): Readonly<Record<Purgeable, number>> => ({
  raw_payloads: limits.rawPayloadDays,
  malformed_orders: limits.rawPayloadDays,
  platform_calls: limits.callLogDays,
  webhook_deliveries: repeatDays,
  interactions: repeatDays,
  runs: runDays,
  files: 0,
  sessions: 0,
  login_links: 0,
  oauth_states: 0,
});

/** Where a platform's connector is not here any more: the shortest that a platform asks for. */
const defaultRetentionDays = 30;

/** Every minute: releases holds whose time has come, and adds up the order counts. Safe to run twice. */
export async function housekeepMinute(
  ports: HousekeepingPorts,
): Promise<{ readonly releasedHolds: number; readonly foldedDeltas: number }> {
  return { releasedHolds: await releaseDueHolds(ports), foldedDeltas: await foldCounts(ports) };
}

/** Every night: removes what is past its time, recipient data first. Stops between steps when `signal` aborts. */
export async function housekeepDaily(
  ports: HousekeepingPorts & RetentionPorts,
  signal: AbortSignal,
): Promise<Readonly<Record<string, number>>> {
  const removed: Record<string, number> = {};
  removed.recipients = await purgeRecipients(ports, signal);
  for (const [what, days] of Object.entries(keepDays(ports.limits))) {
    removed[what] = await purge(ports, signal, what as Purgeable, days);
  }
  ports.log.info({ removed }, 'removed what was past its time');
  return removed;
}

async function releaseDueHolds(ports: HousekeepingPorts): Promise<number> {
  let released = 0;
  for (;;) {
    const step = await ports.database.transaction(async (tx) => {
      const due = await ports.intake.holds.releaseDue(tx, ports.clock.now(), releaseStep);
      await ports.jobs.enqueue(tx, due.merchantIds.map(settleAlerts));
      return due.closed;
    });
    released += step;
    if (step < releaseStep) return released;
  }
}

async function foldCounts(ports: HousekeepingPorts): Promise<number> {
  let folded = 0;
  for (;;) {
    const step = await ports.database.transaction((tx) => ports.intake.housekeeping.foldOrderCounts(tx, foldStep));
    folded += step;
    if (step < foldStep) return folded;
  }
}

/** Each platform says how long recipients may be kept after an order is closed. */
async function purgeRecipients(ports: HousekeepingPorts, signal: AbortSignal): Promise<number> {
  const now = ports.clock.now();
  const rules = ports.connectors.list().map(({ profile }) => ({
    platform: profile.platform,
    closedBefore: new Date(now.getTime() - profile.recipientRetentionDays * dayMs),
  }));
  const otherwise = new Date(now.getTime() - defaultRetentionDays * dayMs);
  let purged = 0;
  let after: PurgeCursor | null = null;
  do {
    signal.throwIfAborted();
    const cursor: PurgeCursor | null = after;
    const step: { readonly purged: number; readonly next: PurgeCursor | null } = await ports.database.transaction(
      (tx) => ports.intake.housekeeping.purgeRecipients(tx, rules, otherwise, now, cursor, stepSize),
    );
    purged += step.purged;
    after = step.next;
  } while (after !== null);
  return purged;
}

async function purge(ports: HousekeepingPorts, signal: AbortSignal, what: Purgeable, days: number): Promise<number> {
  const before = new Date(ports.clock.now().getTime() - days * dayMs);
  let removed = 0;
  for (;;) {
    signal.throwIfAborted();
    const step = await ports.database.transaction((tx) => ports.intake.housekeeping.purge(tx, what, before, stepSize));
    removed += step;
    if (step < stepSize) return removed;
  }
}

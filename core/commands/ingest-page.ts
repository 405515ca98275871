import { settleAlerts, settlePageAlerts } from '../alert/settle-job.ts';
import { newId } from '../ids.ts';
import { evaluateHolds, type HoldContext } from '../order/holds.ts';
import { systemActor } from '../people/actor.ts';
import type { FetchedOrder, SkippedOrder } from '../ports/connector.ts';
import type { Tx } from '../ports/database.ts';
import type { HoldClosing, IntakePorts, IntakeStore, KnownOrder, NewOrder, RunCounts } from '../ports/intake.ts';
import type { BasePorts } from '../ports/ports.ts';
import { loadHoldContext } from '../sync/hold-context.ts';
import { type OrderChange, orderChange } from '../sync/order-change.ts';
import { noCounts, PageTally } from '../sync/page-tally.ts';
import { olderCopy, skipRule } from '../sync/skip-rule.ts';
import { type ReadableOrder, type SortedPage, sortPage, type UnreadableOrder } from '../sync/sort-page.ts';

export type IngestPorts = Pick<BasePorts, 'database' | 'clock' | 'jobs'> & IntakePorts;

export interface IngestPageInput {
  readonly merchantId: string;
  readonly storeId: string;
  /** The run whose log and counts this page belongs to; null for a single look (webhook, dispatch). */
  readonly runId: string | null;
  readonly page: { readonly orders: readonly FetchedOrder[]; readonly skipped?: readonly SkippedOrder[] | undefined };
  /** How many pages of the platform these are, for the run's row; default 1. */
  readonly pages?: number | undefined;
  /** False: the caller brings the alerts in line later, `alertsChanged` says whether it must. Default true. */
  readonly settlesAlerts?: boolean | undefined;
  /** New orders count as recovered: they should have been here. */
  readonly recovers?: boolean | undefined;
  /** The platform was asked for these very orders: remember when. */
  readonly asked?: boolean | undefined;
  /** The desk looked whether the platform has cured them: those that are as they were are no orders of the run. */
  readonly rereads?: boolean | undefined;
}

export type IngestResult =
  | {
      readonly outcome: 'taken';
      readonly counts: RunCounts;
      readonly changedOrderIds: readonly string[];
      readonly alertsChanged: boolean;
    }
  /** The store was deleted, or its run has ended meanwhile: nothing was written. */
  | { readonly outcome: 'no_store' | 'run_ended' };

const byThePlatform: HoldClosing = { by: systemActor.name, via: 'system', resolution: 'platform' };

/**
 * Takes a page of platform orders: all of it or nothing, in one transaction and a fixed number of statements. Orders
 * that are as they were cost no write, older copies never overwrite newer, and what the desk owns is not touched.
 */
export async function ingestPage(ports: IngestPorts, input: IngestPageInput): Promise<IngestResult> {
  const sorted = sortPage(input.page.orders);
  try {
    // The pages of a run are fetched again unless its window is marked complete, which is an ordinary commit.
    const isRepeatable = input.runId !== null;
    return await ports.database.transaction((tx) => ingestIn(ports, tx, input, sorted), { isRepeatable });
  } catch (error) {
    if (error instanceof RunEnded) return { outcome: 'run_ended' };
    throw error;
  }
}

/** Thrown to roll the page back: who ended the run must not find orders that it took afterwards. */
export class RunEnded extends Error {}

/** As `ingestPage`, in the caller's transaction, before it locks any order. Throws `RunEnded`. */
export async function ingestIn(
  ports: IngestPorts,
  tx: Tx,
  input: IngestPageInput,
  sorted: SortedPage = sortPage(input.page.orders),
): Promise<IngestResult> {
  const { intake } = ports;
  const at = ports.clock.now();
  const store = await intake.stores.lock(tx, input.merchantId, input.storeId);
  if (store === null) return { outcome: 'no_store' };
  const tally = new PageTally();
  const ids = sorted.readable.map((item) => item.order.platformOrderId);
  const known = ids.length === 0 ? [] : await intake.orders.findKnown(tx, store.merchantId, store.id, ids);
  const split = splitPage(sorted, known, tally);

  const lockedIds = split.changed.map((item) => item.known.id);
  const stored = lockedIds.length === 0 ? [] : await intake.orders.lock(tx, store.merchantId, lockedIds);
  const judged = [...split.fresh, ...split.changed].map((item) => item.order);
  const context = judged.length === 0 ? null : await loadHoldContext(intake.rules, tx, store, judged);
  const created = context === null ? [] : split.fresh.map((item) => newOrder(item, context));
  const incoming = new Map(split.changed.map((item) => [item.known.id, item]));
  const changes: OrderChange[] = [];
  for (const row of stored) {
    const item = incoming.get(row.id);
    if (item === undefined || context === null) continue;
    changes.push(orderChange(row, item, context, { merchantId: store.merchantId, storeId: store.id }));
  }

  await saveOrders(ports, tx, store, { created, changes, touched: split.touched }, at);
  if (input.asked === true && split.same.length > 0) {
    const sameIds = split.same.map((item) => item.known.id);
    await intake.orders.seen(tx, store.merchantId, sameIds, at);
    for (const { order, known: row } of split.same) {
      if (input.rereads === true) {
        tally.add('reread', order.platformOrderNumber, row.id, 'reread', 'Held; at the platform nothing has changed');
      } else tally.add('unchanged', order.platformOrderNumber, row.id, 'unchanged', 'The desk has it as it is');
    }
  }
  const malformedChanged = await saveMalformed(ports, tx, store, input.runId, sorted, at);
  const followed = changes.flatMap((change) => change.platformChange ?? []);
  if (followed.length > 0) await ports.followPlatformChanges(tx, followed);

  const counts = countPage(input, sorted, { split, created, changes }, tally);
  if (input.runId !== null) {
    const pages = { count: input.pages ?? 1, counts, items: tally.items() };
    const isRunning = await intake.runs.recordPages(tx, store.merchantId, input.runId, pages, at);
    if (!isRunning) throw new RunEnded();
  }
  const holdsChanged =
    created.some((order) => order.holds.length > 0) ||
    changes.some(({ holds }) => holds.open.length + holds.closeIds.length + holds.redescribe.length > 0);
  // Last: the job's key is one row for the merchant, and whoever enqueues it next waits for this commit.
  const alertsChanged = holdsChanged || malformedChanged;
  if (alertsChanged && input.settlesAlerts !== false) {
    const settle = input.runId === null ? settleAlerts : settlePageAlerts;
    await ports.jobs.enqueue(tx, [settle(store.merchantId)]);
  }
  const changedOrderIds = [...created.map((order) => order.id), ...changes.map((change) => change.row.id)];
  return { outcome: 'taken', counts, changedOrderIds, alertsChanged };
}

interface Split {
  readonly fresh: ReadableOrder[];
  readonly changed: (ReadableOrder & { readonly known: KnownOrder })[];
  /** Only the platform's time moved. */
  readonly touched: { readonly id: string; readonly platformUpdatedAt: Date }[];
  readonly same: (ReadableOrder & { readonly known: KnownOrder })[];
  skipped: number;
}

function splitPage(sorted: SortedPage, known: readonly KnownOrder[], tally: PageTally): Split {
  const knownById = new Map(known.map((row) => [row.platformOrderId, row]));
  const split: Split = { fresh: [], changed: [], touched: [], same: [], skipped: 0 };
  for (const item of sorted.readable) {
    const { order } = item;
    const row = knownById.get(order.platformOrderId);
    if (row === undefined) {
      const skip = skipRule(order);
      if (skip === null) split.fresh.push(item);
      else {
        split.skipped += 1;
        tally.add('skipped', order.platformOrderNumber, null, skip.code, skip.reason);
      }
    } else if (order.platformUpdatedAt < row.platformUpdatedAt) {
      if (row.contentHash === item.contentHash) split.same.push({ ...item, known: row });
      else {
        split.skipped += 1;
        tally.add('skipped', order.platformOrderNumber, row.id, olderCopy.code, olderCopy.reason);
      }
    } else if (row.contentHash !== item.contentHash) {
      split.changed.push({ ...item, known: row });
    } else {
      split.same.push({ ...item, known: row });
      if (order.platformUpdatedAt > row.platformUpdatedAt) {
        split.touched.push({ id: row.id, platformUpdatedAt: order.platformUpdatedAt });
      }
    }
  }
  return split;
}

function newOrder(item: ReadableOrder, context: HoldContext): NewOrder {
  const { order, raw, contentHash } = item;
  const id = newId();
  return {
    id,
    recipientId: order.recipient === null && order.buyerNote === null ? null : newId(),
    order,
    raw,
    contentHash,
    holds: evaluateHolds(order, context).map((hold) => ({ ...hold, id: newId(), orderId: id })),
  };
}

async function saveOrders(
  { intake }: IngestPorts,
  tx: Tx,
  store: IntakeStore,
  work: {
    readonly created: readonly NewOrder[];
    readonly changes: readonly OrderChange[];
    readonly touched: Split['touched'];
  },
  at: Date,
): Promise<void> {
  const { merchantId } = store;
  if (work.created.length > 0) await intake.orders.insert(tx, store, work.created, at);
  if (work.touched.length > 0) await intake.orders.touch(tx, merchantId, work.touched);
  if (work.changes.length === 0) return;
  const rows = work.changes.map((change) => change.row);
  await intake.orders.update(tx, store, rows, at);
  const change = {
    open: work.changes.flatMap(({ holds }) => holds.open),
    closeIds: work.changes.flatMap(({ holds }) => holds.closeIds),
    redescribe: work.changes.flatMap(({ holds }) => holds.redescribe),
  };
  await intake.holds.replaceOnly(tx, merchantId, change, byThePlatform, at);
  const forgotten = work.changes.flatMap(({ holds }) => holds.forget);
  if (forgotten.length > 0) await intake.holds.forgetReleases(tx, merchantId, forgotten);
}

/** True when an alert about malformed orders has something new to say. */
async function saveMalformed(
  { intake }: IngestPorts,
  tx: Tx,
  store: IntakeStore,
  runId: string | null,
  sorted: SortedPage,
  at: Date,
): Promise<boolean> {
  const rows = sorted.unreadable.map(({ raw, ...order }: UnreadableOrder) => ({ ...order, id: newId(), body: raw }));
  const isNew = rows.length > 0 && (await intake.malformed.save(tx, store, runId, rows, at));
  if (!store.hasMalformed || sorted.readable.length === 0) return isNew;
  const ids = sorted.readable.map((item) => item.order.platformOrderId);
  const resolved = await intake.malformed.resolve(tx, store, ids, at);
  return isNew || resolved > 0;
}

function countPage(
  input: IngestPageInput,
  sorted: SortedPage,
  done: { readonly split: Split; readonly created: readonly NewOrder[]; readonly changes: readonly OrderChange[] },
  tally: PageTally,
): RunCounts {
  const skippedByConnector = input.page.skipped ?? [];
  for (const order of skippedByConnector) {
    tally.add('skipped', order.platformOrderNumber, null, 'out_of_scope', order.reason);
  }
  for (const order of sorted.unreadable) {
    const number = order.platformOrderNumber ?? order.platformOrderId ?? 'without a number';
    tally.add('failed', number, null, 'malformed', order.reason);
  }
  let held = 0;
  for (const { id, order, holds } of done.created) {
    tally.add(input.recovers === true ? 'recovered' : 'created', order.platformOrderNumber, id);
    if (holds.length === 0) continue;
    held += 1;
    tally.addHeld(
      order.platformOrderNumber,
      id,
      holds.map((hold) => hold.code),
    );
  }
  for (const { row, holds, isHeld } of done.changes) {
    tally.add('updated', row.order.platformOrderNumber, row.id);
    if (!isHeld) continue;
    held += 1;
    tally.addHeld(
      row.order.platformOrderNumber,
      row.id,
      holds.open.map((hold) => hold.code),
    );
  }
  const unchanged = done.split.same.length + sorted.repeated;
  const aside = input.rereads === true ? unchanged : 0;
  return {
    ...noCounts,
    fetched: input.page.orders.length + skippedByConnector.length - aside,
    created: done.created.length,
    updated: done.changes.length,
    unchanged: unchanged - aside,
    skipped: done.split.skipped + skippedByConnector.length,
    held,
    failed: sorted.unreadable.length,
    recovered: input.recovers === true ? done.created.length : 0,
  };
}

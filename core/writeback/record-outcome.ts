import { settleAlerts } from '../alert/settle-job.ts';
import { ConnectorError } from '../errors.ts';
import { decide } from '../order/decide.ts';
import type { WritebackKind } from '../order/order-state.ts';
import { record } from '../order/record.ts';
import type { ExceptionCode, Recipient } from '../order/types.ts';
import { withoutRecipient } from '../order/without-recipient.ts';
import { systemActor } from '../people/actor.ts';
import type { Tx } from '../ports/database.ts';
import type { LockedOrder, NewException, OutgoingPorts, WritebackChange, WritebackRow } from '../ports/outgoing.ts';
import type { BasePorts } from '../ports/ports.ts';
import type { Told } from './call-platform.ts';
import { nextConfirmAt, retryDelayMs, triesBeforeAlert, unknownCarrierCode } from './policy.ts';
import { confirmJob, writebackJob } from './writeback-job.ts';

type Both = BasePorts & OutgoingPorts;

/** The platform has it: the writeback is accepted, its exceptions close, and the order completes with its last one. */
export async function recordAccepted(ports: Both, claimed: WritebackRow, told: Told): Promise<void> {
  await ifStillOurs(ports, claimed, async (tx, order, now) => {
    if (told.outcome === 'unpaired') {
      await fail(ports, tx, order, claimed, unpaired(told.carrierName), now);
      return;
    }
    const change: WritebackChange = {
      state: 'accepted',
      sendingSince: null,
      acceptedAt: now,
      platformShipmentId: told.platformShipmentId,
      errorKind: null,
      errorCode: null,
      errorMessage: null,
    };
    await ports.writebacks.change(tx, claimed.merchantId, claimed.id, change, now);
    const by = { name: systemActor.name, via: systemActor.via, resolution: 'accepted' };
    const subjects = await subjectsOf(ports, tx, claimed);
    await ports.exceptions.close(tx, claimed.merchantId, { orderIds: [order.id], subjects }, by, now);
    await audit(ports, tx, order, claimed, 'writeback_accepted', {}, now);
    await complete(ports, tx, order.id, claimed.merchantId, now);
    const runAt = claimed.kind === 'shipment' ? nextConfirmAt(now, now) : null;
    await ports.jobs.enqueue(tx, [
      settleAlerts(claimed.merchantId),
      ...(runAt === null ? [] : [confirmJob(claimed, runAt)]),
    ]);
  });
}

/** What follows from the platform's failure, by its kind. What its words quote of the recipient is not kept. */
export async function recordFailure(ports: Both, claimed: WritebackRow, failure: ConnectorError): Promise<void> {
  await ifStillOurs(ports, claimed, async (tx, order, now) => {
    const error = withoutRecipients(failure, await ports.writebacks.recipients(tx, claimed.merchantId, order.id));
    if (claimed.kind === 'cancellation' && order.platformState === 'cancelled') {
      return closeCancelled(ports, tx, order, claimed, now);
    }
    if (error.kind === 'needs_reauthorization') return park(ports, tx, order, claimed, error, now);
    if (error.kind === 'retryable') return retry(ports, tx, order, claimed, error, now);
    const isCarrier = error.platformCode === unknownCarrierCode;
    const carrier = isCarrier ? await carrierNameOf(ports, tx, claimed) : null;
    return fail(
      ports,
      tx,
      order,
      claimed,
      {
        exception: isCarrier ? 'carrier_unpaired' : exceptionOf[claimed.kind],
        subject: carrier ?? claimed.id,
        kind: error.kind,
        code: isCarrier ? 'carrier_unpaired' : (error.platformCode ?? error.kind),
        platformCode: error.platformCode ?? null,
        words: error.platformMessage ?? error.message,
        platformMessage: isCarrier ? (error.platformMessage ?? null) : (error.platformMessage ?? error.message),
        mayHaveArrived: error.outcomeUnknown,
        message: isCarrier
          ? 'The platform does not know the carrier. Pair it, and the shipment is told by itself; or use Manual Ship with another.'
          : failedWords(claimed, error),
      },
      now,
    );
  });
}

/** What could not be told because the platform has cancelled the order by itself. */
async function closeCancelled(
  ports: Both,
  tx: Tx,
  order: LockedOrder,
  claimed: WritebackRow,
  now: Date,
): Promise<void> {
  const { merchantId, id } = claimed;
  await ports.writebacks.change(tx, merchantId, id, { state: 'closed', sendingSince: null }, now);
  const by = { name: order.storeName, via: systemActor.via, resolution: 'platform_cancelled' };
  await ports.exceptions.close(tx, merchantId, { orderIds: [order.id], subjects: [id] }, by, now);
  await ports.jobs.enqueue(tx, [settleAlerts(merchantId)]);
}

function withoutRecipients(error: ConnectorError, recipients: readonly Recipient[]): ConnectorError {
  const masked = (text: string) => recipients.reduce(withoutRecipient, text);
  const { platformMessage } = error;
  return new ConnectorError(masked(error.message), {
    ...error,
    platformMessage: platformMessage === undefined ? undefined : masked(platformMessage),
  });
}

/** Completes a shipped order when the platform has accepted all that there is to tell. */
async function complete(ports: Both, tx: Tx, orderId: string, merchantId: string, now: Date): Promise<void> {
  const [order] = await ports.orderLocks.lock(tx, merchantId, [orderId]);
  if (order === undefined) return;
  const decided = decide(order, { type: 'settle_shipment' }, now);
  // Not shipped yet, or another shipment is still to be accepted: that one completes it.
  if (!decided.ok) return;
  await record(ports, tx, merchantId, systemActor, [{ order, events: decided.value }], now);
}

async function park(
  ports: Both,
  tx: Tx,
  order: LockedOrder,
  claimed: WritebackRow,
  error: ConnectorError,
  now: Date,
): Promise<void> {
  // Mended while we called: nobody would resume what is parked now.
  if (await ports.writebacks.isAuthorized(tx, claimed.merchantId, claimed.authorizationId)) {
    return retry(ports, tx, order, claimed, error, now);
  }
  const change = { ...failureOf(claimed, error), state: 'parked' as const };
  await ports.writebacks.change(tx, claimed.merchantId, claimed.id, change, now);
  await ports.writebacks.park(tx, claimed.merchantId, claimed.authorizationId, now);
  await audit(ports, tx, order, claimed, 'writeback_parked', { code: error.platformCode ?? null }, now);
  await ports.jobs.enqueue(tx, [settleAlerts(claimed.merchantId)]);
}

async function retry(
  ports: Both,
  tx: Tx,
  order: LockedOrder,
  claimed: WritebackRow,
  error: ConnectorError,
  now: Date,
): Promise<void> {
  const nextAttemptAt = new Date(now.getTime() + retryDelayMs(claimed.attempts, error.retryAfterMs, Math.random()));
  const change = { ...failureOf(claimed, error), state: 'retry' as const, nextAttemptAt };
  await ports.writebacks.change(tx, claimed.merchantId, claimed.id, change, now);
  await ports.jobs.enqueue(tx, [writebackJob(claimed, nextAttemptAt)]);
  if (claimed.attempts < triesBeforeAlert) return;
  const words = error.platformMessage ?? error.message;
  await openOnly(
    ports,
    tx,
    claimed,
    {
      orderId: order.id,
      storeId: order.storeId,
      code: exceptionOf[claimed.kind],
      subject: claimed.id,
      message: `${order.storeName} has not answered ${claimed.attempts} tries${claimed.kind === 'cancellation' ? ' to cancel the order; the desk goes on trying.' : '; the desk goes on trying. Mark Shipped tries at once.'}`,
      platformCode: error.platformCode ?? null,
      platformMessage: words,
    },
    now,
  );
  await ports.jobs.enqueue(tx, [settleAlerts(claimed.merchantId)]);
}

/** A writeback fails for one reason at a time: what it failed for before is not what keeps it now. */
async function openOnly(ports: Both, tx: Tx, claimed: WritebackRow, row: NewException, now: Date): Promise<void> {
  const others = (['writeback_failed', 'carrier_unpaired'] as const).filter((code) => code !== row.code);
  const which = {
    orderIds: [row.orderId],
    codes: others,
    subjects: await subjectsOf(ports, tx, claimed),
  };
  const by = { name: systemActor.name, via: systemActor.via, resolution: 'moved' };
  await ports.exceptions.close(tx, claimed.merchantId, which, by, now);
  await ports.exceptions.open(tx, claimed.merchantId, [row], now);
}

/** What exceptions that end with it are about: itself, and its carrier unless another parcel of the order waits for that. */
async function subjectsOf(ports: Both, tx: Tx, claimed: WritebackRow): Promise<readonly string[]> {
  const { merchantId, orderId, id } = claimed;
  const carrierName = await carrierNameOf(ports, tx, claimed);
  if (carrierName === null) return [id];
  const isAwaited = await ports.writebacks.isCarrierAwaited(tx, merchantId, orderId, { carrierName, besides: id });
  return isAwaited ? [id] : [id, carrierName];
}

/** Unpaired carriers are one cause each, over all orders; everything else is about one writeback. */
async function carrierNameOf(ports: Both, tx: Tx, claimed: WritebackRow): Promise<string | null> {
  if (claimed.shipmentId === null) return null;
  return (await ports.writebacks.message(tx, claimed.merchantId, claimed.id))?.shipment?.carrierName ?? null;
}

const exceptionOf: Readonly<Record<WritebackKind, ExceptionCode>> = {
  acceptance: 'acceptance_failed',
  shipment: 'writeback_failed',
  cancellation: 'cancellation_failed',
};

interface FailureWords {
  readonly exception: ExceptionCode;
  readonly subject: string;
  readonly kind: string;
  /** What failed writebacks are listed and retried by. */
  readonly code: string;
  readonly platformCode: string | null;
  /** What the failed writeback is listed with. */
  readonly words: string;
  /** Null: the platform said nothing. */
  readonly platformMessage: string | null;
  readonly message: string;
  readonly mayHaveArrived: boolean;
}

const unpaired = (carrierName: string): FailureWords => ({
  exception: 'carrier_unpaired',
  subject: carrierName,
  kind: 'rejected',
  code: 'carrier_unpaired',
  platformCode: null,
  words: carrierName,
  platformMessage: null,
  message: `${carrierName} is not paired with a carrier of the platform. Pair it, and the shipment is told by itself; or use Manual Ship with another.`,
  mayHaveArrived: false,
});

function failedWords(claimed: WritebackRow, error: ConnectorError): string {
  const words = (error.platformMessage ?? error.message).replace(/[.\s]+$/, '');
  return claimed.kind === 'cancellation'
    ? `The platform did not take the cancellation: ${words}. Try it again, or cancel the order there by hand and acknowledge this.`
    : `The platform refused the shipment: ${words}. Mend the cause, then press Mark Shipped; or use Manual Ship.`;
}

async function fail(
  ports: Both,
  tx: Tx,
  order: LockedOrder,
  claimed: WritebackRow,
  failure: FailureWords,
  now: Date,
): Promise<void> {
  const { merchantId } = claimed;
  const change: WritebackChange = {
    state: 'failed',
    sendingSince: null,
    mayHaveArrived: claimed.mayHaveArrived || failure.mayHaveArrived,
    errorKind: failure.kind,
    errorCode: failure.code,
    errorMessage: failure.words,
  };
  await ports.writebacks.change(tx, merchantId, claimed.id, change, now);
  const { exception: code, subject, message, platformCode, platformMessage } = failure;
  const { id: orderId, storeId } = order;
  const row = { orderId, storeId, code, subject, message, platformCode, platformMessage };
  await openOnly(ports, tx, claimed, row, now);
  await audit(ports, tx, order, claimed, 'writeback_failed', { code: failure.code }, now);
  await ports.jobs.enqueue(tx, [settleAlerts(merchantId)]);
}

const failureOf = (claimed: WritebackRow, error: ConnectorError): WritebackChange => ({
  sendingSince: null,
  mayHaveArrived: claimed.mayHaveArrived || error.outcomeUnknown,
  errorKind: error.kind,
  errorCode: error.platformCode ?? error.kind,
  errorMessage: error.platformMessage ?? error.message,
});

/** Nothing is recorded by a worker that was given up on: another one has taken the writeback since. */
async function ifStillOurs(
  ports: Both,
  claimed: WritebackRow,
  work: (tx: Tx, order: LockedOrder, now: Date) => Promise<void>,
): Promise<void> {
  await ports.database.transaction(async (tx) => {
    const [order] = await ports.orderLocks.lock(tx, claimed.merchantId, [claimed.orderId]);
    const row = await ports.writebacks.lock(tx, claimed.merchantId, claimed.id);
    if (order === undefined || row === null || row.state !== 'sending') return;
    if (row.sendingSince?.getTime() !== claimed.sendingSince?.getTime() || row.attempts !== claimed.attempts) return;
    await work(tx, order, ports.clock.now());
  });
}

async function audit(
  ports: BasePorts,
  tx: Tx,
  order: LockedOrder,
  claimed: WritebackRow,
  what: 'writeback_accepted' | 'writeback_failed' | 'writeback_parked',
  after: Readonly<Record<string, unknown>>,
  at: Date,
): Promise<void> {
  await ports.audit.append(tx, [
    {
      merchantId: claimed.merchantId,
      actor: systemActor,
      at,
      event: `order.${what}`,
      subjectType: 'order',
      subjectId: order.id,
      orderId: order.id,
      after: { writebackId: claimed.id, kind: claimed.kind, attempts: claimed.attempts, ...after },
    },
  ]);
}

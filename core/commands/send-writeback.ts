import { ConnectorError } from '../errors.ts';
import type { OutgoingPorts, WritebackRow } from '../ports/outgoing.ts';
import type { BasePorts } from '../ports/ports.ts';
import { callPlatform, type Told } from '../writeback/call-platform.ts';
import { callLimitMs, sendingTimeoutMs } from '../writeback/policy.ts';
import { recordAccepted, recordFailure } from '../writeback/record-outcome.ts';
import { writebackJob } from '../writeback/writeback-job.ts';

export interface SendWritebackInput {
  readonly merchantId: string;
  readonly writebackId: string;
  readonly signal: AbortSignal;
}

/** A writeback that this worker has taken. */
interface Claim {
  readonly row: WritebackRow;
  /** An earlier attempt may have arrived: read before sending. */
  readonly lookFirst: boolean;
}

/**
 * Job `writeback.send`: takes the writeback in one transaction, calls the platform outside of any, records the outcome
 * in another. Safe to run twice and by two workers: a row that another worker sends is left to it, and one that a dead
 * worker left in `sending` has an unknown outcome, so the platform is read before anything is sent again. A platform's
 * failure is recorded, not thrown; what is thrown (the database is away) the job engine repeats.
 */
export async function sendWriteback(
  ports: BasePorts & OutgoingPorts,
  { merchantId, writebackId, signal }: SendWritebackInput,
): Promise<void> {
  const claim = await take(ports, merchantId, writebackId);
  if (claim === null) return;
  const limited = AbortSignal.any([signal, AbortSignal.timeout(callLimitMs)]);
  let told: Told;
  try {
    told = await callPlatform(ports, claim.row, claim.lookFirst, limited);
  } catch (error) {
    await recordFailure(ports, claim.row, asConnectorError(ports, claim.row, error, limited));
    return;
  }
  await recordAccepted(ports, claim.row, told);
}

/** Null when there is nothing to do now: done already, not due, or another worker is at it. */
async function take(ports: BasePorts & OutgoingPorts, merchantId: string, writebackId: string): Promise<Claim | null> {
  return ports.database.transaction(async (tx): Promise<Claim | null> => {
    const now = ports.clock.now();
    const row = await ports.writebacks.lock(tx, merchantId, writebackId);
    if (row === null) return null;
    if (row.state === 'sending' && row.sendingSince !== null) {
      const until = new Date(row.sendingSince.getTime() + sendingTimeoutMs);
      if (until > now) {
        await ports.jobs.enqueue(tx, [writebackJob(row, until)]);
        return null;
      }
    } else if (row.state !== 'pending' && row.state !== 'retry') {
      return null;
    } else if (row.nextAttemptAt !== null && row.nextAttemptAt > now) {
      await ports.jobs.enqueue(tx, [writebackJob(row, row.nextAttemptAt)]);
      return null;
    }
    const mayHaveArrived = row.mayHaveArrived || row.state === 'sending';
    const attempts = row.attempts + 1;
    const change = { state: 'sending' as const, attempts, sendingSince: now, nextAttemptAt: null, mayHaveArrived };
    await ports.writebacks.change(tx, merchantId, writebackId, change, now);
    return { row: { ...row, ...change }, lookFirst: mayHaveArrived || attempts > 1 };
  });
}

/**
 * Anything but a connector's own error is a fault of ours: nobody knows whether the call arrived, and repeating it
 * would fail alike, so it goes to a person, with the fault in the log.
 */
function asConnectorError(ports: BasePorts, row: WritebackRow, error: unknown, signal: AbortSignal): ConnectorError {
  if (error instanceof ConnectorError) return error;
  const fields = { platform: '', operation: row.kind, outcomeUnknown: true, cause: error };
  if (signal.aborted) return new ConnectorError('The call was given up', { ...fields, kind: 'retryable' });
  ports.log.error({ writebackId: row.id, error }, 'A writeback failed by a fault of the desk');
  return new ConnectorError('The desk failed', {
    ...fields,
    kind: 'permanent',
    platformCode: 'desk_fault',
    platformMessage: 'The desk itself failed; its log says how.',
  });
}

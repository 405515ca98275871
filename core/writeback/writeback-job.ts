import { type Job, writebackQueue } from '../ports/jobs.ts';
import type { QueuedWriteback } from '../ports/outgoing.ts';

/**
 * How often the job engine repeats a job whose process died or whose database was away. Refusals and failures of the
 * platform never use these up: they are answers, kept on the writeback's row.
 */
const jobAttempts = 25;

/** Sends one writeback: those of one account one after the other, at the pace that its calls share. */
export const writebackJob = (writeback: QueuedWriteback, runAt?: Date): Job<'writeback.send'> => ({
  task: 'writeback.send',
  payload: { merchantId: writeback.merchantId, writebackId: writeback.id },
  queue: writebackQueue(writeback.authorizationId),
  key: `writeback.send:${writeback.id}`,
  runAt,
  maxAttempts: jobAttempts,
});

/** Reads back one accepted writeback. */
export const confirmJob = (writeback: QueuedWriteback, runAt: Date): Job<'writeback.confirm'> => ({
  task: 'writeback.confirm',
  payload: { merchantId: writeback.merchantId, writebackId: writeback.id },
  queue: writebackQueue(writeback.authorizationId),
  key: `writeback.confirm:${writeback.id}`,
  runAt,
  maxAttempts: jobAttempts,
});

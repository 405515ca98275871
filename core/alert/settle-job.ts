import type { Job } from '../ports/jobs.ts';

/**
 * The job that brings a merchant's alerts in line with its open holds, exceptions and authorizations. Every command
 * that opens or closes one of those enqueues it in its transaction; the key folds a burst into one.
 */
export const settleAlerts = (merchantId: string): Job<'alert.settle'> => ({
  task: 'alert.settle',
  payload: { merchantId },
  key: `alert.settle:${merchantId}`,
});

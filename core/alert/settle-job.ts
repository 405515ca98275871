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

/** The same after an order was put back to where it was: what its settled cards released waits again. */
export const settlePutBack = (merchantId: string, orderId: string): Job<'alert.settle'> => ({
  task: 'alert.settle',
  payload: { merchantId, orderId },
  key: `alert.settle:${merchantId}:${orderId}`,
});

/**
 * The same for what a page of a sync changed: alerts that time alone brings are left to the end of the run and to the
 * minute's round, because they look at every order that has not shipped.
 */
export const settlePageAlerts = (merchantId: string): Job<'alert.settle'> => ({
  task: 'alert.settle',
  payload: { merchantId, scope: 'page' },
  key: `alert.settle:${merchantId}:page`,
});

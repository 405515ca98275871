import { setTimeout as delay } from 'node:timers/promises';
import { ConnectorError } from '../../core/errors.ts';
import type { ConnectorSession } from '../../core/ports/connector.ts';
import { isOn } from '../shared/settings.ts';
import { createClient } from './client.ts';
import { cancelDocument, cancelledDocument, jobDocument } from './documents.ts';
import { alreadyCancelledText, platformWords, rejected } from './errors.ts';
import { cancelAnswer, cancelledAnswer, jobAnswer, orderGid } from './wire.ts';

const reasons: ReadonlySet<string> = new Set(['CUSTOMER', 'DECLINED', 'FRAUD', 'INVENTORY', 'STAFF', 'OTHER']);
/** Shopify's limit of the staff note. */
const noteLength = 255;
/** The job is usually done within a second; after this the desk asks again later. */
const jobPolls = 4;
const jobPollMs = 500;
const comeBackMs = 10_000;

/**
 * Cancels the whole order; already cancelled is success. Irreversible. `reason` is one of Shopify's words or free
 * text, which becomes the staff note. Refunds only when the store's setting says so. Throws `rejected` with Shopify's
 * words, e.g. while fulfilments exist; `retryable` when Shopify is not done yet.
 */
export async function cancel(session: ConnectorSession, platformOrderId: string, reason: string): Promise<void> {
  const client = createClient(session, 'cancel');
  const id = orderGid(platformOrderId);
  const isCancelled = async (): Promise<boolean> => {
    const { data } = await client.query(cancelledDocument, { id }, cancelledAnswer);
    if (data.order === null) throw rejected('cancel', 'order_not_found', 'Shopify has no such order.');
    return Boolean(data.order.cancelledAt);
  };
  if (await isCancelled()) return;
  const word = reason.trim().toUpperCase();
  const variables = {
    orderId: id,
    reason: reasons.has(word) ? word : 'OTHER',
    restock: isOn(session.settings.cancel_restock, true),
    refundMethod: { originalPaymentMethodsRefund: isOn(session.settings.cancel_refund, false) },
    notifyCustomer: isOn(session.settings.notify_customer, false),
    staffNote: reason.trim().slice(0, noteLength),
  };
  const { data } = await client.mutate(cancelDocument, variables, cancelAnswer);
  const refusal = data.orderCancel?.orderCancelUserErrors[0];
  if (refusal !== undefined) {
    if (alreadyCancelledText.test(refusal.message)) return;
    if (refusal.code === 'INTERNAL_ERROR') throw later(platformWords(refusal.message));
    throw rejected('cancel', refusal.code ?? 'user_error', refusal.message);
  }
  const job = data.orderCancel?.job;
  let isDone = job?.done ?? false;
  for (let poll = 0; poll < jobPolls && job && !isDone; poll += 1) {
    await delay(jobPollMs);
    const answer = await client.query(jobDocument, { id: job.id }, jobAnswer);
    isDone = answer.data.job?.done ?? true;
  }
  if (!isDone) throw later('Shopify is still working on the cancellation.');
  if (!(await isCancelled())) throw rejected('cancel', 'not_cancelled', 'Shopify did not cancel the order.');
}

const later = (words: string): ConnectorError =>
  new ConnectorError(`shopify cancel: ${words}`, {
    kind: 'retryable',
    platform: 'shopify',
    operation: 'cancel',
    platformCode: 'not_done_yet',
    platformMessage: words,
    retryAfterMs: comeBackMs,
    outcomeUnknown: true,
  });

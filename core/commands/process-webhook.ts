import { safeMessage } from '../describe-error.ts';
import { ConnectorError } from '../errors.ts';
import type { WebhookDelivery } from '../ports/intake.ts';
import type { Platforms } from '../ports/platforms.ts';
import { type IngestPorts, ingestPage } from './ingest-page.ts';

export interface ProcessWebhookInput {
  readonly merchantId: string;
  readonly deliveryId: string;
  readonly signal: AbortSignal;
  /** The job engine will not try again. Default false. */
  readonly isLastAttempt?: boolean | undefined;
}

/**
 * Fetches the order that a webhook speaks of; its body is never trusted as the order. One look answers every delivery
 * about the order that arrived before it. Platform troubles are thrown to be tried again; at the last attempt, and when
 * they do not pass, they stay on the delivery's row, and the next scheduled sync finds the order.
 */
export async function processWebhook(
  ports: IngestPorts & { readonly platforms: Platforms },
  input: ProcessWebhookInput,
): Promise<'taken' | 'nothing_to_do' | 'failed'> {
  const { deliveries } = ports.intake;
  const delivery = await ports.database.transaction((tx) => deliveries.find(tx, input.merchantId, input.deliveryId));
  if (delivery === null || delivery.isProcessed) return 'nothing_to_do';
  if (delivery.effect !== 'order' || delivery.platformOrderId === null) {
    await processed(ports, delivery, ports.clock.now());
    return 'nothing_to_do';
  }
  const { merchantId, storeId, platformOrderId } = delivery;
  const askedAt = ports.clock.now();
  try {
    const answer = await ports.platforms.withStore(
      { merchantId, storeId },
      ({ connector, session }) => connector.fetchByIds(session, [platformOrderId]),
      input.signal,
    );
    const page = { orders: answer.orders };
    await ingestPage(ports, { merchantId, storeId, runId: null, page, asked: true });
  } catch (error) {
    const isPassing = !(error instanceof ConnectorError) || error.kind === 'retryable';
    if (input.signal.aborted || (isPassing && input.isLastAttempt !== true)) throw error;
    await ports.database.transaction((tx) => deliveries.markFailed(tx, delivery, wordsOf(error)));
    if (!(error instanceof ConnectorError)) throw error;
    return 'failed';
  }
  await processed(ports, delivery, askedAt);
  return 'taken';
}

async function processed(ports: IngestPorts, delivery: WebhookDelivery, askedAt: Date): Promise<void> {
  await ports.database.transaction((tx) =>
    ports.intake.deliveries.markProcessed(tx, delivery, askedAt, ports.clock.now()),
  );
}

const wordsOf = (error: unknown): string =>
  error instanceof ConnectorError ? (error.platformMessage ?? error.message) : safeMessage(error);

import { readCredentials, webhookSecretFor, withWebhookSecret, writeCredentials } from '../connect/credentials.ts';
import type { AccessCommandPorts } from '../connect/ports.ts';
import { wordsOf } from '../connect/refusals.ts';
import { webhookAddress } from '../connect/webhook-address.ts';
import { ConnectorError } from '../errors.ts';
import { newToken } from '../people/token.ts';
import type { Store, StoreRef } from '../ports/access.ts';

/** Where the store's page reads how the registration went; neither is a setting a person edits. */
export const webhookMarks = { registeredAt: 'webhooks_registered_at', error: 'webhooks_error' } as const;

/**
 * Asks the platform to call us for one store; safe to repeat. The store's secret is kept before the platform is told,
 * so that the first webhook can be verified. Job `webhooks.register`; throws what may pass, to be tried again, and
 * writes on the store what will not.
 */
export async function registerWebhooks(ports: AccessCommandPorts, ref: StoreRef): Promise<void> {
  const prepared = await prepare(ports, ref);
  if (prepared === null) return;
  const { store, secret } = prepared;
  try {
    await ports.platforms.withStore(ref, async ({ connector, session }) => {
      await connector.registerWebhooks?.(session, webhookAddress(ports.connection.publicUrl, store), secret);
    });
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    await mark(ports, ref, { [webhookMarks.error]: wordsOf(error) });
    if (error.kind === 'retryable') throw error;
    return;
  }
  await mark(ports, ref, {
    [webhookMarks.registeredAt]: ports.clock.now().toISOString(),
    [webhookMarks.error]: null,
  });
}

async function prepare(ports: AccessCommandPorts, ref: StoreRef): Promise<{ store: Store; secret: string } | null> {
  return ports.database.transaction(async (tx) => {
    const found = await ports.access.stores.find(tx, ref);
    if (found === null || ports.connectors.get(found.platform).registerWebhooks === undefined) return null;
    const authorizationRef = { merchantId: ref.merchantId, authorizationId: found.authorizationId };
    const authorization = await ports.access.authorizations.lock(tx, authorizationRef);
    const kept = await readCredentials(ports, tx, authorizationRef);
    if (authorization === null || kept === null) return null;
    const known = webhookSecretFor(kept.values, found.id);
    if (known !== undefined) return { store: found, secret: known };
    const secret = newToken();
    await writeCredentials(ports, tx, authorizationRef, withWebhookSecret(kept.values, found.id, secret));
    return { store: found, secret };
  });
}

const mark = (
  ports: AccessCommandPorts,
  ref: StoreRef,
  settings: Readonly<Record<string, string | null>>,
): Promise<void> => ports.database.transaction((tx) => ports.access.stores.mergeSettings(tx, ref, settings));

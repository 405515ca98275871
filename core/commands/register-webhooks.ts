import { readCredentials, webhookSecretFor, withWebhookSecret, writeCredentials } from '../connect/credentials.ts';
import { callableStatuses } from '../connect/health.ts';
import type { AccessCommandPorts } from '../connect/ports.ts';
import { wordsOf } from '../connect/refusals.ts';
import { appFor } from '../connect/session.ts';
import { canBeCalled, webhookAddress } from '../connect/webhook-address.ts';
import { webhooksJob } from '../connect/webhooks-job.ts';
import { ConnectorError } from '../errors.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import { newToken } from '../people/token.ts';
import type { Store, StoreRef } from '../ports/access.ts';
import { ok, type Result, refuse } from '../result.ts';

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

/** A person asks for the registration again, e.g. after PUBLIC_URL changed or a plugin of the shop removed ours. */
export async function requestWebhooks(
  ports: AccessCommandPorts,
  input: { readonly actor: Actor } & StoreRef,
): Promise<Result<true>> {
  const permitted = requirePermission(input.actor, 'administer', input.merchantId);
  if (!permitted.ok) return permitted;
  const ref = { merchantId: input.merchantId, storeId: input.storeId };
  return ports.database.transaction(async (tx) => {
    const store = await ports.access.stores.find(tx, ref);
    if (store === null) return refuse('not_found', 'This store does not exist (any more).');
    const connector = ports.connectors.get(store.platform);
    const authorizationRef = { merchantId: ref.merchantId, authorizationId: store.authorizationId };
    const authorization = await ports.access.authorizations.find(tx, authorizationRef);
    if (authorization === null || !callableStatuses.has(authorization.status)) {
      return refuse('not_in_status', 'Authorize the store first: webhooks are registered with its login.');
    }
    const platformHost = connector.hostRule(appFor(ports, store.platform), authorization.fields);
    if (connector.registerWebhooks === undefined || !canBeCalled(ports.connection.publicUrl, platformHost)) {
      return refuse('not_offered', 'The platform cannot call this desk: PUBLIC_URL is no public https address.');
    }
    await ports.jobs.enqueue(tx, [webhooksJob(store)]);
    return ok(true);
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

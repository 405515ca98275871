import { credentialsForStore, readCredentials } from '../connect/credentials.ts';
import { setStatus } from '../connect/health.ts';
import type { AccessCommandPorts } from '../connect/ports.ts';
import { appFor } from '../connect/session.ts';
import { isId, newId } from '../ids.ts';
import type { Store, StoreRef } from '../ports/access.ts';
import type { Connector, Credentials, IncomingWebhook, ParsedWebhook } from '../ports/connector.ts';
import type { Tx } from '../ports/database.ts';
import { authorizationQueue } from '../ports/jobs.ts';
import { ok, type Refusal, type Result, refuse } from '../result.ts';

/** Orders' webhooks are a few KB, the largest seen below 1 MB. */
export const webhookBodyLimit = 2 * 1024 * 1024;

/** `duplicate`: had before, nothing done. `noted`: kept, nothing to fetch. `ping`: the platform's unsigned greeting. */
export type ReceivedWebhook = 'accepted' | 'duplicate' | 'noted' | 'ping';

/**
 * Takes one webhook: verified on the raw bytes before anything else, stored once, answered; the order is fetched by a
 * job. Refuses `not_found` (no such store), `too_large`, `unauthorized` (no secret, wrong signature), `malformed`; a
 * refused webhook changes nothing.
 */
export async function receiveWebhook(
  ports: AccessCommandPorts,
  input: IncomingWebhook & { readonly platform: string; readonly storeId: string },
): Promise<Result<ReceivedWebhook>> {
  if (!isId(input.storeId)) return noSuchStore;
  if (input.body.byteLength > webhookBodyLimit) return tooLarge;
  const found = await find(ports, input.storeId);
  if (found === null || found.store.platform !== input.platform) return noSuchStore;
  const startedAt = ports.clock.now();
  const received = await take(ports, found, input);
  const { operation, result } = received;
  const status = result.ok ? 200 : result.error.code === 'unauthorized' ? 401 : 400;
  ports.recordCall({
    authorizationId: found.store.authorizationId,
    storeId: found.store.id,
    direction: 'in',
    operation,
    method: 'POST',
    target: `/webhooks/${found.store.platform}/${found.store.id}`,
    status,
    durationMs: Math.max(0, ports.clock.now().getTime() - startedAt.getTime()),
    requestBytes: input.body.byteLength,
    responseBytes: 0,
    attempt: 1,
    error: result.ok ? null : result.error.code,
    requestExcerpt: null,
    responseExcerpt: null,
    at: startedAt,
  });
  return result;
}

const noSuchStore = refuse('not_found', 'No such store.');
export const tooLarge = refuse('too_large', 'The body is too large.');
const unauthorized = refuse('unauthorized', 'The signature does not match.');

interface Found {
  readonly store: Store;
  readonly credentials: Credentials;
}

async function find(ports: AccessCommandPorts, storeId: string): Promise<Found | null> {
  return ports.database.transaction(async (tx) => {
    const store = await ports.access.stores.findByIdAlone(tx, storeId);
    if (store === null) return null;
    const ref = { merchantId: store.merchantId, authorizationId: store.authorizationId };
    const authorization = await ports.access.authorizations.find(tx, ref);
    const kept = await readCredentials(ports, tx, ref);
    const credentials = credentialsForStore({ ...authorization?.fields, ...kept?.values }, store.id);
    return { store, credentials };
  });
}

async function take(
  ports: AccessCommandPorts,
  { store, credentials }: Found,
  webhook: IncomingWebhook,
): Promise<{ operation: string; result: Result<ReceivedWebhook, Refusal> }> {
  const connector = ports.connectors.get(store.platform);
  if (connector.isPing?.(webhook) === true) return { operation: 'webhook ping', result: ok('ping') };
  const app = appFor(ports, store.platform);
  if (connector.verifyWebhook?.(app, credentials, webhook) !== true)
    return { operation: 'webhook', result: unauthorized };
  const parsed = parse(connector, webhook);
  if (parsed === null) {
    return { operation: 'webhook', result: refuse('malformed', 'The body cannot be read.') };
  }
  const result = await ports.database.transaction((tx) => keep(ports, tx, store, parsed));
  return { operation: `webhook ${parsed.topic}`.slice(0, 100), result: ok(result) };
}

function parse(connector: Connector, webhook: IncomingWebhook): ParsedWebhook | null {
  try {
    return connector.parseWebhook?.(webhook) ?? null;
  } catch {
    // Signed and yet unreadable: the answer 400 and its row in the call log are all that can be done.
    return null;
  }
}

async function keep(ports: AccessCommandPorts, tx: Tx, seen: Store, parsed: ParsedWebhook): Promise<ReceivedWebhook> {
  const ref: StoreRef = { merchantId: seen.merchantId, storeId: seen.id };
  const authorizationRef = { merchantId: seen.merchantId, authorizationId: seen.authorizationId };
  const authorization =
    parsed.effect === 'uninstalled' ? await ports.access.authorizations.lock(tx, authorizationRef) : null;
  const deliveryId = newId();
  const isNew = await ports.access.webhookDeliveries.insert(tx, {
    ...ref,
    ...parsed,
    id: deliveryId,
    authorizationId: seen.authorizationId,
    receivedAt: ports.clock.now(),
  });
  if (!isNew) return 'duplicate';
  if (authorization !== null && authorization.status !== 'revoked') {
    const { name } = ports.connectors.get(seen.platform).profile;
    await setStatus(ports, tx, authorization, {
      status: 'revoked',
      reason: `The app was removed at ${name}. Update the authorization to connect again.`,
    });
    await ports.access.credentials.remove(tx, authorizationRef);
  }
  // A disabled store does not sync; what it misses is fetched when it is enabled again.
  if (parsed.effect !== 'order' || parsed.platformOrderId === null || seen.status === 'disabled') return 'noted';
  await ports.jobs.enqueue(tx, [
    {
      task: 'webhook.process',
      payload: { merchantId: seen.merchantId, deliveryId },
      queue: authorizationQueue(seen.authorizationId),
    },
  ]);
  return 'accepted';
}

import { ingestPage } from '../commands/ingest-page.ts';
import { ConnectorError } from '../errors.ts';
import type { ConnectorRegistry, FetchByNumberResult, Profile } from '../ports/connector.ts';
import type { IntakePorts } from '../ports/intake.ts';
import type { LockedOrder, OutgoingPorts } from '../ports/outgoing.ts';
import type { BasePorts } from '../ports/ports.ts';

/** A person waits for the answer: what the platform has not said by then is dispatched, and said so. In ms. */
const deadlineMs = 3_000;

export interface LookResult {
  /** Orders that could not be asked about, with the reason in words. */
  readonly notAsked: ReadonlyMap<string, string>;
  /** Orders that the platform no longer shows, with its reason. */
  readonly missing: ReadonlyMap<string, string>;
}

/** The platform's profile; null for stores without a connector (typed orders, our own API). */
export const profileOf = (connectors: ConnectorRegistry, platform: string): Profile | null =>
  connectors.list().find((connector) => connector.profile.platform === platform)?.profile ?? null;

/** True when the last complete sync window is older than the store allows, or says nothing about changes. */
export function isStale(order: LockedOrder, profile: Profile | null, now: Date): boolean {
  if (profile === null) return false;
  if (!profile.sync.updatedSince || order.syncedUntil === null) return true;
  return now.getTime() - order.syncedUntil.getTime() > order.freshnessSeconds * 1_000;
}

/**
 * Asks the platforms once more about orders that are about to leave, and ingests the answers. At most one list call
 * for each authorization (its store with most of the orders), all under one deadline. Never inside a transaction;
 * never throws for a platform's failure.
 */
export async function lookAgain(
  ports: BasePorts & IntakePorts & OutgoingPorts,
  merchantId: string,
  orders: readonly LockedOrder[],
): Promise<LookResult> {
  const notAsked = new Map<string, string>();
  const missing = new Map<string, string>();
  const stale = orders.filter((o) => isStale(o, profileOf(ports.connectors, o.platform), ports.clock.now()));
  const byAuthorization = Map.groupBy(stale, (order) => order.authorizationId);
  const signal = AbortSignal.timeout(deadlineMs);
  await Promise.all(
    [...byAuthorization.values()].map(async (ofAuthorization) => {
      const [asked = [], ...others] = [...Map.groupBy(ofAuthorization, (order) => order.storeId).values()].sort(
        (a, b) => b.length - a.length,
      );
      for (const order of others.flat()) notAsked.set(order.id, 'another store of the account was asked first');
      try {
        const answer = await ask(ports, merchantId, asked, signal);
        for (const [orderId, reason] of answer) missing.set(orderId, reason);
      } catch (error) {
        if (!(error instanceof ConnectorError) && !isTimeout(error)) throw error;
        for (const order of asked) notAsked.set(order.id, reasonOf(error));
      }
    }),
  );
  return { notAsked, missing };
}

async function ask(
  ports: BasePorts & IntakePorts & OutgoingPorts,
  merchantId: string,
  orders: readonly LockedOrder[],
  signal: AbortSignal,
): Promise<[string, string][]> {
  const [first] = orders;
  if (first === undefined) return [];
  const { storeId } = first;
  const platformIds = orders.map((order) => order.platformOrderId);
  const call = ports.platforms.withStore(
    { merchantId, storeId },
    ({ connector, session }) => connector.fetchByIds(session, platformIds),
    signal,
  );
  const answer: FetchByNumberResult = await Promise.race([call, whenAborted(signal)]);
  await ingestPage(ports, { merchantId, storeId, runId: null, page: { orders: answer.orders }, asked: true });
  const byPlatformId = new Map(orders.map((order) => [order.platformOrderId, order.id]));
  return answer.missing.flatMap(({ number, reason }): [string, string][] => {
    const orderId = byPlatformId.get(number);
    return orderId === undefined ? [] : [[orderId, reason]];
  });
}

/** Not every connector stops at once when it is told to: the person's time does. */
function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const fail = (): void => reject(signal.reason);
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });
}

const isTimeout = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError');

function reasonOf(error: unknown): string {
  if (isTimeout(error)) return 'the platform did not answer in time';
  if (error instanceof ConnectorError && error.kind === 'needs_reauthorization') {
    return 'the authorization of the store has ended';
  }
  return 'the platform could not be asked';
}

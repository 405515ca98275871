import { ingestIn } from '../commands/ingest-page.ts';
import { ConnectorError } from '../errors.ts';
import { clockSlackMs } from '../moved-clock.ts';
import type { ConnectorRegistry, FetchByNumberResult, Profile } from '../ports/connector.ts';
import type { IntakePorts } from '../ports/intake.ts';
import type { LockedOrder, OutgoingPorts } from '../ports/outgoing.ts';
import type { BasePorts } from '../ports/ports.ts';
import { type SortedPage, sortPage } from '../sync/sort-page.ts';

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

/**
 * True when the last complete sync window is older than the store allows, says nothing about changes, or ended later
 * than now: then our clock was ahead, and how old it is nobody knows.
 */
export function isStale(order: LockedOrder, profile: Profile | null, now: Date): boolean {
  if (profile === null) return false;
  if (!profile.sync.updatedSince || order.syncedUntil === null) return true;
  const ageMs = now.getTime() - order.syncedUntil.getTime();
  const freshMs = order.freshnessSeconds * 1_000;
  return ageMs > freshMs || ageMs < -Math.min(clockSlackMs, freshMs);
}

/**
 * Asks the platforms once more about orders that are about to leave, and ingests the answers. At most one list call
 * for each authorization (its store with most of the orders), all under one deadline. Never inside a transaction;
 * never throws for a platform's failure or a connector's fault. Throws an abort that is not its own deadline, and what
 * keeps an answer from being written down.
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
      const [first] = asked;
      if (first === undefined) return;
      for (const order of others.flat()) notAsked.set(order.id, 'another store of the account was asked first');
      const { storeId } = first;
      const answer = await ask(ports, { merchantId, storeId }, asked, signal);
      if (typeof answer === 'string') {
        for (const order of asked) notAsked.set(order.id, answer);
        return;
      }
      const input = { merchantId, storeId, runId: null, page: { orders: answer.orders }, asked: true };
      await ports.database.transaction((tx) => ingestIn(ports, tx, input, answer.sorted));
      const reasons = new Map(answer.missing.map(({ number, reason }) => [number, reason]));
      const readable = new Set(answer.sorted.readable.map(({ order }) => order.platformOrderId));
      for (const order of asked) {
        const gone = reasons.get(order.platformOrderId);
        if (gone !== undefined) missing.set(order.id, gone);
        else if (!readable.has(order.platformOrderId)) notAsked.set(order.id, whyUnknown(order, answer.sorted));
      }
    }),
  );
  return { notAsked, missing };
}

interface Answer extends FetchByNumberResult {
  readonly sorted: SortedPage;
}

/** What the platform says of these orders of one store, or in words why it says nothing. */
async function ask(
  ports: BasePorts & OutgoingPorts,
  store: { readonly merchantId: string; readonly storeId: string },
  orders: readonly LockedOrder[],
  signal: AbortSignal,
): Promise<Answer | string> {
  const platformIds = orders.map((order) => order.platformOrderId);
  try {
    const call = ports.platforms.withStore(
      store,
      ({ connector, session }) => connector.fetchByIds(session, platformIds),
      signal,
    );
    const answer = await Promise.race([call, whenAborted(signal)]);
    return { ...answer, sorted: sortPage(answer.orders) };
  } catch (error) {
    if (isTimeout(error) || signal.aborted) return 'the platform did not answer in time';
    if (error instanceof ConnectorError) return reasonOf(error);
    if (isAbort(error)) throw error;
    ports.log.error({ ...store, error }, 'A look at a platform failed by a fault of the desk');
    return 'the desk itself failed, its log says how';
  }
}

/** Why the answer says nothing of an order that it does not call missing either. */
function whyUnknown(order: LockedOrder, { unreadable }: SortedPage): string {
  const isUnreadable = unreadable.some(
    ({ platformOrderId, platformOrderNumber }) =>
      platformOrderId === order.platformOrderId ||
      (platformOrderId === null && (platformOrderNumber === null || platformOrderNumber === order.number)),
  );
  return isUnreadable ? "the platform's answer could not be read" : "the platform's answer did not name the order";
}

/** Not every connector stops at once when it is told to: the person's time does. */
function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const fail = (): void => reject(signal.reason);
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });
}

const isTimeout = (error: unknown): boolean => error instanceof Error && error.name === 'TimeoutError';
const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';

const reasonOf = ({ kind }: ConnectorError): string =>
  kind === 'needs_reauthorization' ? 'the authorization of the store has ended' : 'the platform could not be asked';

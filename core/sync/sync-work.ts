import { type IngestPorts, ingestPage } from '../commands/ingest-page.ts';
import { platformCures } from '../order/holds.ts';
import type { OrderKind } from '../order/types.ts';
import type { Connector, FetchByNumberResult, OrderPage } from '../ports/connector.ts';
import type { RunItem, SyncRun } from '../ports/intake.ts';
import type { StoreConnection } from '../ports/platforms.ts';
import type { BasePorts } from '../ports/ports.ts';
import { pagesAhead } from './ahead.ts';
import { type SyncWindow, splitWindow } from './window.ts';

export type SyncWorkPorts = IngestPorts & Pick<BasePorts, 'log'>;

/** Orders read again at one tick because the platform may have cured them; the longest unseen first. */
const heldPerTick = 500;
const malformedPerTick = 100;
/**
 * A platform's clock may be ahead of ours: what it dates later than now is asked for as well. The store's mark still
 * moves to our now only, so that nothing dated in between is passed over.
 */
const clockMarginMs = 15 * 60_000;
/** Ids of one look-up: an answer of a few hundred KB. */
const lookUpSize = 100;

/**
 * Orders fetched ahead of those that are being written. Written in parcels of some hundred an order costs half of what
 * it costs in parcels of one hundred (measured), and hardly less in larger ones, which only take memory.
 */
const ordersAhead = 300;
/** A page that changed holds asks for the alerts to be brought in line, no more often than this. */
const settlePauseMs = 1_000;

/** The run was ended by somebody, or its store deleted: nothing more is to be written. */
export class RunIsOver extends Error {}

/**
 * What one run has done already, kept over a repeat of its work (a token refreshed in the middle of it): windows that
 * are complete are not fetched again.
 */
export class SyncWork {
  readonly #ports: SyncWorkPorts;
  readonly #run: SyncRun;
  readonly #signal: AbortSignal;
  #windowsDone = 0;
  #settledAtMs = 0;

  constructor(ports: SyncWorkPorts, run: SyncRun, signal: AbortSignal) {
    this.#ports = ports;
    this.#run = run;
    this.#signal = signal;
  }

  /** Fetches every window that is left, oldest first; a complete one moves the store's mark. */
  async windows({ connector, session }: StoreConnection, window: SyncWindow): Promise<void> {
    // A range that a person chose is kept as it is.
    const marginMs = this.#run.mode === 'time_range' ? 0 : clockMarginMs;
    const until = new Date(window.until.getTime() + marginMs);
    const parts = splitWindow({ since: window.since, until }, connector.profile.sync.maxWindowHours);
    const kinds = this.#kinds(connector);
    for (const part of parts.slice(this.#windowsDone)) {
      for (const kind of kinds) await this.pages(connector.fetchOrders(session, { ...part, kind }));
      this.#windowsDone += 1;
      const end = part.until < window.until ? part.until : window.until;
      // The mark says that nothing before it is missing, of either kind.
      const isWhole = connector.profile.purchaseOrders === true ? kinds.length > 1 : this.#run.orderKind === 'b2c';
      if (isWhole) await this.#complete({ since: part.since, until: end });
    }
  }

  /** Purchase orders come along wherever the window is the desk's own: a range that a person chose is of one kind. */
  #kinds({ profile }: Connector): readonly OrderKind[] {
    const { mode, orderKind } = this.#run;
    const both = profile.purchaseOrders === true && orderKind === 'b2c' && mode !== 'time_range';
    return both ? ['b2c', 'b2b'] : [orderKind];
  }

  /** Takes every page. */
  async pages(source: AsyncIterable<OrderPage>, onPage?: (page: OrderPage) => void): Promise<void> {
    for await (const pages of pagesAhead(source, (page) => page.orders.length, ordersAhead)) {
      this.#signal.throwIfAborted();
      const [only] = pages;
      await this.#take(pages.length === 1 && only !== undefined ? only : joined(pages), pages.length);
      for (const page of pages) onPage?.(page);
    }
  }

  /** For each number not taken: why. */
  async numbers({ connector, session }: StoreConnection): Promise<void> {
    const { fetchByNumber } = connector;
    if (fetchByNumber === undefined) return;
    await this.#lookUp(this.#run.numbers, (some) => fetchByNumber(session, some));
  }

  async platformIds({ connector, session }: StoreConnection, ids: readonly string[]): Promise<void> {
    await this.#lookUp(ids, (some) => connector.fetchByIds(session, some));
  }

  /** Reads again what the platform may have cured: held orders, and those that could not be read. */
  async curable(connection: StoreConnection): Promise<void> {
    const { database, intake } = this.#ports;
    const { merchantId, storeId, id: runId } = this.#run;
    const ids = await database.transaction(async (tx) => [
      ...(await intake.orders.heldFor(tx, merchantId, storeId, platformCures, heldPerTick)),
      ...(await intake.malformed.retryable(tx, merchantId, storeId, runId, malformedPerTick)),
    ]);
    const { connector, session } = connection;
    await this.#lookUp([...new Set(ids)], (some) => connector.fetchByIds(session, some), true);
  }

  async #lookUp(
    all: readonly string[],
    ask: (some: readonly string[]) => Promise<FetchByNumberResult>,
    rereads = false,
  ): Promise<void> {
    for (let start = 0; start < all.length; start += lookUpSize) {
      this.#signal.throwIfAborted();
      const answer = await ask(all.slice(start, start + lookUpSize));
      await this.#take({ orders: answer.orders }, 1, { asked: true, rereads });
      await this.#missing(answer.missing);
    }
  }

  async #take(
    page: OrderPage,
    pages: number,
    how: { readonly asked?: boolean; readonly rereads?: boolean } = {},
  ): Promise<void> {
    const { merchantId, storeId, id: runId, kind } = this.#run;
    const recovers = kind === 'reconciliation';
    const now = this.#ports.clock.now().getTime();
    const settlesAlerts = now - this.#settledAtMs >= settlePauseMs;
    const input = { merchantId, storeId, runId, page, pages, recovers, settlesAlerts, ...how };
    const result = await ingestPage(this.#ports, input);
    if (result.outcome !== 'taken') throw new RunIsOver(result.outcome);
    if (settlesAlerts && result.alertsChanged) this.#settledAtMs = now;
  }

  async #missing(missing: FetchByNumberResult['missing']): Promise<void> {
    if (missing.length === 0) return;
    const byReason = Map.groupBy(missing, (row) => row.reason);
    const items = [...byReason].map(
      ([reason, rows]): RunItem => ({
        result: 'missing',
        reasonCode: 'missing',
        reason,
        numbers: rows.map((row) => row.number),
        orderIds: [],
      }),
    );
    const { merchantId, id } = this.#run;
    await this.#ports.database.transaction((tx) =>
      this.#ports.intake.runs.recordItems(tx, merchantId, id, items, this.#ports.clock.now()),
    );
  }

  async #complete(part: SyncWindow): Promise<void> {
    const { merchantId, storeId } = this.#run;
    // A range that a person chose may lie long ago: where the desk's own windows end, it says nothing of.
    const now = this.#run.mode === 'time_range' ? null : this.#ports.clock.now();
    await this.#ports.database.transaction((tx) =>
      this.#ports.intake.stores.completeWindow(tx, merchantId, storeId, part, now),
    );
  }
}

const joined = (pages: readonly OrderPage[]): OrderPage => ({
  orders: pages.flatMap((page) => page.orders),
  skipped: pages.flatMap((page) => page.skipped ?? []),
});

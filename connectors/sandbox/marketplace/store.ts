import type { RememberedText, SharedMemory } from '../../../core/ports/shared-memory.ts';
import type { Fulfilment, MarketOrder, MarketState, Shop, WebhookDelivery } from './types.ts';

/** The marketplace's state: in the memory that all processes share, or only in this one. */
export interface MarketStore {
  /** As the last turn left it; to be looked at and changed within a turn only. */
  readonly state: MarketState;
  /** One at a time over all processes. When it throws, the state is as before. Never waits for anything outside. */
  turn<T>(work: () => T | Promise<T>): Promise<T>;
  /** Runs when what this turn changed is kept. */
  afterwards(work: () => void): void;
  /** Another process changed something: what was derived from the state is stale. */
  onNews(listener: () => void): void;
  /** What changed in this turn. */
  readonly changed: {
    /** Numbers, grants and codes. */
    market(): void;
    /** Everything of a shop but the following. */
    shop(shop: Shop): void;
    order(shop: Shop, order: MarketOrder): void;
    fulfilment(shop: Shop, fulfilment: Fulfilment): void;
    deliveries(shop: Shop): void;
  };
}

type StoredMarket = Omit<MarketState, 'shops'>;

const emptyState = (): MarketState => ({ nextShopNo: 1, nextEvent: 1, shops: [], grants: [], codes: [] });

export function openStore(memory: SharedMemory | null): MarketStore {
  const state = emptyState();
  const listeners: (() => void)[] = [];
  const dirty = new Map<string, () => unknown>();
  let waiting: (() => void)[] = [];
  let seen = 0;

  function read(news: readonly RememberedText[]): void {
    if (news.length === 0) return;
    apply(state, news);
    for (const listener of listeners) listener();
  }

  /** What is in our hands may be half of a change that nobody kept. */
  function forget(): void {
    dirty.clear();
    waiting = [];
    seen = 0;
    Object.assign(state, emptyState());
    for (const listener of listeners) listener();
  }

  async function sharedTurn<T>(shared: SharedMemory, work: () => T | Promise<T>): Promise<T> {
    let isOurs = false;
    let then: (() => void)[] = [];
    try {
      const { value, version } = await shared.turn(
        () => seen,
        async (news) => {
          isOurs = true;
          read(news);
          const done = await work();
          const write = [...dirty].map(([key, part]) => ({ key, text: JSON.stringify(part()) }));
          dirty.clear();
          then = waiting;
          waiting = [];
          return { value: done, write };
        },
      );
      seen = version;
      for (const next of then) next();
      return value;
    } catch (error) {
      // A turn that never came changed nothing.
      if (isOurs) forget();
      throw error;
    }
  }

  const mark = (key: string, part: () => unknown): void => {
    if (memory !== null) dirty.set(key, part);
  };

  return {
    state,
    turn: async (work) => (memory === null ? work() : sharedTurn(memory, work)),
    afterwards(work) {
      if (memory === null) work();
      else waiting.push(work);
    },
    onNews: (listener) => void listeners.push(listener),
    changed: {
      market: () =>
        mark('market', () => {
          const { shops: _, ...rest } = state;
          return rest;
        }),
      shop: (shop) => mark(`shop/${shop.shopNo}`, () => ({ ...shop, orders: [], fulfilments: [], deliveries: [] })),
      order: (shop, order) => mark(`order/${shop.shopNo}/${order.seq}`, () => order),
      fulfilment: (shop, fulfilment) => mark(`fulfilment/${shop.shopNo}/${fulfilment.id}`, () => fulfilment),
      deliveries: (shop) => mark(`deliveries/${shop.shopNo}`, () => shop.deliveries),
    },
  };
}

/** Only this module writes what is read here, so the keys say what the texts are. */
function apply(state: MarketState, news: readonly RememberedText[]): void {
  const of = <T>(kind: string): { shopNo: number; value: T }[] =>
    news
      .filter(({ key }) => key.startsWith(`${kind}/`))
      .map(({ key, text }) => ({ shopNo: Number(key.split('/')[1]), value: JSON.parse(text) }));

  const market = news.find(({ key }) => key === 'market');
  if (market !== undefined) Object.assign(state, JSON.parse(market.text) as StoredMarket);
  for (const { shopNo, value } of of<Shop>('shop')) {
    const known = state.shops.find((shop) => shop.shopNo === shopNo);
    if (known === undefined) state.shops.push(value);
    else
      Object.assign(known, {
        ...value,
        orders: known.orders,
        fulfilments: known.fulfilments,
        deliveries: known.deliveries,
      });
  }
  state.shops.sort((a, b) => a.shopNo - b.shopNo);
  const orders = of<MarketOrder>('order');
  const fulfilments = of<Fulfilment>('fulfilment');
  const deliveries = of<WebhookDelivery[]>('deliveries');
  for (const shop of state.shops) {
    const mine = <T>(all: readonly { shopNo: number; value: T }[]): T[] =>
      all.filter(({ shopNo }) => shopNo === shop.shopNo).map(({ value }) => value);
    shop.orders = merged(shop.orders, mine(orders), ({ seq }) => seq).sort((a, b) => a.seq - b.seq);
    shop.fulfilments = merged(shop.fulfilments, mine(fulfilments), ({ id }) => id).sort((a, b) =>
      a.id < b.id ? -1 : 1,
    );
    shop.deliveries = mine(deliveries)[0] ?? shop.deliveries;
  }
}

function merged<T>(old: T[], news: readonly T[], keyOf: (one: T) => string | number): T[] {
  if (news.length === 0) return old;
  return [...new Map([...old, ...news].map((one) => [keyOf(one), one])).values()];
}

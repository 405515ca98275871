import type { Log } from '../core/ports/log.ts';

/** How often the database is asked whether something changed, while anybody looks. */
const everyMs = 3_000;
/** Beyond this the server has better things to do; those pages are drawn when they are loaded. */
const maxListeners = 500;

export interface Changes {
  /** Calls `heard` after a change that this merchant's pages may show. Null when too many listen already. */
  listen(merchantId: string, heard: () => void): (() => void) | null;
}

interface Watched {
  mark: string | null;
  readonly listeners: Set<() => void>;
}

/** One question per merchant and round, however many pages are open; no question when none is. */
export function createChanges(ask: (merchantId: string) => Promise<string>, log: Log): Changes {
  const watched = new Map<string, Watched>();
  let isAsking = false;
  let count = 0;

  const look = async (merchantId: string, one: Watched): Promise<void> => {
    try {
      const mark = await ask(merchantId);
      const isNew = one.mark !== null && one.mark !== mark;
      one.mark = mark;
      if (isNew) for (const heard of one.listeners) heard();
    } catch (error) {
      log.warn({ merchantId, err: error }, 'could not ask whether something changed');
    }
  };

  const round = async (): Promise<void> => {
    for (const [merchantId, one] of watched) await look(merchantId, one);
    if (watched.size > 0) setTimeout(() => void round(), everyMs).unref();
    else isAsking = false;
  };

  return {
    listen(merchantId, heard) {
      if (count >= maxListeners) return null;
      count += 1;
      let one = watched.get(merchantId);
      if (one === undefined) {
        one = { mark: null, listeners: new Set() };
        watched.set(merchantId, one);
        // At once, not with the next round: what happens before the first look goes unnoticed.
        void look(merchantId, one);
      }
      const { listeners } = one;
      listeners.add(heard);
      if (!isAsking) {
        isAsking = true;
        setTimeout(() => void round(), everyMs).unref();
      }
      let isOpen = true;
      return () => {
        if (!isOpen) return;
        isOpen = false;
        count -= 1;
        listeners.delete(heard);
        if (listeners.size === 0) watched.delete(merchantId);
      };
    },
  };
}

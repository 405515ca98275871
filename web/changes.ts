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

  const round = async (): Promise<void> => {
    for (const [merchantId, one] of watched) {
      try {
        const mark = await ask(merchantId);
        const isNew = one.mark !== null && one.mark !== mark;
        one.mark = mark;
        if (isNew) for (const heard of one.listeners) heard();
      } catch (error) {
        log.warn({ merchantId, err: error }, 'could not ask whether something changed');
      }
    }
    isAsking = watched.size > 0;
    if (isAsking) setTimeout(() => void round(), everyMs).unref();
  };

  return {
    listen(merchantId, heard) {
      if (count >= maxListeners) return null;
      count += 1;
      const one = watched.get(merchantId) ?? { mark: null, listeners: new Set() };
      watched.set(merchantId, one);
      one.listeners.add(heard);
      if (!isAsking) {
        isAsking = true;
        void round();
      }
      let isOpen = true;
      return () => {
        if (!isOpen) return;
        isOpen = false;
        count -= 1;
        one.listeners.delete(heard);
        if (one.listeners.size === 0) watched.delete(merchantId);
      };
    },
  };
}

/** Nobody's work waits longer for the acknowledgments of others: a form must open within three seconds of its press. */
const longestMs = 500;

/** Requests of Slack that are not acknowledged yet. */
export interface Unanswered {
  /** One more; call what it gives when that one is acknowledged (again is harmless). */
  add(): () => void;
  /** Resolves when all are, or after half a second. */
  none(): Promise<void>;
}

/**
 * Lets acknowledgments go before work: of fifty presses at once the last would otherwise wait until the first forty-nine
 * have been worked on, and Slack gives three seconds.
 */
export function createUnanswered(): Unanswered {
  let count = 0;
  let waiting: (() => void)[] = [];
  return {
    add() {
      count += 1;
      let isCounted = true;
      return () => {
        if (!isCounted) return;
        isCounted = false;
        count -= 1;
        if (count > 0) return;
        for (const go of waiting) go();
        waiting = [];
      };
    },
    none() {
      if (count === 0) return Promise.resolve();
      return new Promise((resolve) => {
        const timer = setTimeout(resolve, longestMs);
        waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    },
  };
}

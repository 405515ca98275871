import { setTimeout as sleep } from 'node:timers/promises';

/** One at a time; whoever forgets to leave is put out after `limitMs`. */
export interface Turnstile {
  enter(): Promise<void>;
  /** Lets the next one in. Harmless when nobody is inside. */
  leave(): void;
}

export function createTurnstile(limitMs: number): Turnstile {
  const waiting: (() => void)[] = [];
  let visit = 0;
  let isTaken = false;
  const admit = (): void => {
    isTaken = true;
    visit += 1;
    const mine = visit;
    void sleep(limitMs, undefined, { ref: false }).then(() => {
      if (isTaken && visit === mine) leave();
    });
  };
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) isTaken = false;
    else next();
  };
  return {
    enter() {
      if (!isTaken) {
        admit();
        return Promise.resolve();
      }
      return new Promise((resolve) => {
        waiting.push(() => {
          admit();
          resolve();
        });
      });
    },
    leave,
  };
}

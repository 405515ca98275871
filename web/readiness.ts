export interface Readiness {
  /** A step of the start is over. */
  done(step: string): void;
  /** Asked each time from now on. */
  check(name: string, isGood: () => Promise<boolean>): void;
  /** What keeps the process from serving, in words; empty when it is ready. */
  waitingFor(): Promise<readonly string[]>;
}

/** Ready when every step of the start is done and every check passes. */
export function createReadiness(steps: readonly string[]): Readiness {
  const open = new Set(steps);
  const checks = new Map<string, () => Promise<boolean>>();
  return {
    done: (step) => void open.delete(step),
    check: (name, isGood) => void checks.set(name, isGood),
    async waitingFor() {
      const results = await Promise.all(
        [...checks].map(async ([name, isGood]) => ((await isGood().catch(() => false)) ? null : name)),
      );
      return [...new Set([...open, ...results.filter((name) => name !== null)])];
    },
  };
}

import { describeError } from './describe-error.ts';
import type { Log } from './ports/log.ts';

/** What is closed, in this order. */
const closingOrder = [
  'web server',
  'schedule',
  'workers',
  'bot',
  'Slack preview',
  'platforms',
  'connections',
  'embedded PostgreSQL',
] as const;

export interface Closing {
  add(name: (typeof closingOrder)[number], close: () => Promise<void>): void;
  /** Closes everything once; a part that fails does not keep the others open. */
  run(): Promise<void>;
}

export function createClosing(log: Log): Closing {
  const parts = new Map<string, () => Promise<void>>();
  return {
    add: (name, close) => void parts.set(name, close),
    async run() {
      for (const name of closingOrder) {
        const close = parts.get(name);
        parts.delete(name);
        await close?.().catch((error: unknown) =>
          log.error({ part: name, error: describeError(error) }, 'closing failed'),
        );
      }
    },
  };
}

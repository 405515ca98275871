import type { Closing } from '../core/closing.ts';
import { describeError } from '../core/describe-error.ts';
import type { Log } from '../core/ports/log.ts';

/** Beside the time that jobs get: the rest of a shutdown takes well under this, or hangs. */
const shutdownMarginMs = 15_000;
/** npm passes Ctrl-C on to us, who got it from the terminal already: only a later one means impatience. */
const secondSignalMs = 1_000;
const parentWatchMs = 500;

/** Stops in order at the first signal, at once at a later one. */
export function stopOnSignals(options: {
  readonly shutdownSeconds: number;
  readonly isUnderNpm: boolean;
  readonly log: Log;
  readonly closing: Closing;
  readonly started: Promise<unknown>;
}): void {
  const { shutdownSeconds, isUnderNpm, log, closing, started } = options;
  let askedAt = 0;
  let watch: NodeJS.Timeout | undefined;
  const stop = async (signal: string): Promise<void> => {
    if (askedAt !== 0) {
      if (Date.now() - askedAt > secondSignalMs) process.exit(1);
      return;
    }
    askedAt = Date.now();
    clearInterval(watch);
    log.info({ signal }, 'stopping');
    setTimeout(() => process.exit(1), shutdownSeconds * 1_000 + shutdownMarginMs).unref();
    // What is just being started (the database, above all) must be there to be stopped.
    await started.catch(() => {});
    await closing.run();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(signal));
  // npm starts us through a shell, which does not pass on what ends it: without this, stopping npm leaves us running.
  if (!isUnderNpm) return;
  const parent = process.ppid;
  watch = setInterval(() => {
    if (process.ppid !== parent) void stop('npm ended');
  }, parentWatchMs);
  watch.unref();
}

export function exitOnFaults(log: Log): void {
  const exit = (error: unknown): void => {
    log.error({ error: describeError(error) }, 'a fault that nobody caught; the process ends');
    process.exit(1);
  };
  process.on('uncaughtException', exit);
  process.on('unhandledRejection', exit);
}

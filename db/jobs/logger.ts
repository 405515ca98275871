import { Logger } from 'graphile-worker';
import type { Log } from '../../core/ports/log.ts';

/** For one-off calls of the job engine whose errors are thrown anyway. */
export const quietLogger = new Logger(() => () => {});

/**
 * The job engine's log in ours. Its metadata is left out: it may hold whole jobs and errors. Its info lines (each job's
 * start and end) are debug here.
 */
export function engineLogger(log: Log): Logger {
  return new Logger((scope) => (level, message, meta) => {
    const fields = { engine: 'graphile-worker', ...scope };
    // A job's failure is reported where it happens, with the job's lane and attempt.
    if (level === 'error' && meta?.failure !== true) log.error(fields, message);
    else if (level === 'warning') log.warn(fields, message);
    else log.debug(fields, message);
  });
}

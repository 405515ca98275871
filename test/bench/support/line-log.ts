import type { Log } from '../../../core/ports/log.ts';

const line =
  (level: string) =>
  (fields: object, message: string): void =>
    void process.stderr.write(`${level} ${message} ${JSON.stringify(fields)}\n`);

/** Says what went wrong, and nothing else: a figure of a desk in trouble is none. */
export const lineLog: Log = { debug: () => {}, info: () => {}, warn: line('warn'), error: line('error') };

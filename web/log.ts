import pino from 'pino';
import type { Config } from '../core/config.ts';
import { describeError } from '../core/describe-error.ts';
import type { Log } from '../core/ports/log.ts';

/** JSON lines; on a terminal one readable line each. Headers and fields that carry secrets are blotted out. */
export function createLog(config: Pick<Config, 'logLevel' | 'roles'>): Log {
  const secret = [
    'authorization',
    'cookie',
    'set-cookie',
    'password',
    'secret',
    'token',
    'accessToken',
    'refreshToken',
  ];
  const logger = pino(
    {
      level: config.logLevel,
      base: { roles: config.roles.join(',') },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
      serializers: { error: asDescribed, err: asDescribed },
      redact: {
        paths: secret.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`]),
        censor: '[hidden]',
      },
    },
    process.stdout.isTTY ? { write: (line: string) => void process.stdout.write(readable(line)) } : pino.destination(1),
  );
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
  };
}

const asDescribed = (error: unknown): unknown => (error instanceof Error ? describeError(error) : error);

function readable(line: string): string {
  const { time, level, msg, roles: _roles, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const rest = Object.keys(fields).length === 0 ? '' : ` ${JSON.stringify(fields)}`;
  return `${String(time).slice(11, 19)} ${String(level).padEnd(5)} ${msg}${rest}\n`;
}

import { ConnectorError } from './errors.ts';

/** A fault whose message we wrote ourselves: it holds no recipient data and no secrets, and may be logged as it is. */
export class Fault extends Error {
  readonly hasSafeMessage = true;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Fault';
  }
}

export interface DescribedError {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  /** Where it was thrown; frames only. */
  readonly stack?: string;
  readonly cause?: DescribedError;
}

/** Frames that are enough to find the place. */
const frameLimit = 12;
const causeLimit = 5;

/**
 * An error fit for logs and job rows. Messages of foreign errors are left out, because parsers and drivers quote what
 * they were given: names, phone numbers, tokens. Errors of our own classes (those with `hasSafeMessage`, and
 * `ConnectorError`) keep theirs.
 */
export function describeError(error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error)) return { name: typeof error, message: 'something that is no error was thrown' };
  const code: unknown = Reflect.get(error, 'code');
  return {
    name: error.name,
    message: safeMessage(error),
    ...(typeof code === 'string' || typeof code === 'number' ? { code: String(code) } : {}),
    ...(error.stack === undefined ? {} : { stack: frames(error) }),
    ...(error.cause instanceof Error && depth < causeLimit ? { cause: describeError(error.cause, depth + 1) } : {}),
  };
}

/** One line: the message where it is ours, else name, code and place. */
export function safeMessage(error: unknown): string {
  if (!(error instanceof Error)) return 'something that is no error was thrown';
  if (error instanceof ConnectorError || Reflect.get(error, 'hasSafeMessage') === true) return error.message;
  const code: unknown = Reflect.get(error, 'code');
  const place = frames(error).split('\n')[0]?.trim();
  const parts = [error.name, typeof code === 'string' ? code : '', place ?? ''];
  return parts.filter((part) => part !== '').join(' ');
}

function frames(error: Error): string {
  // The message comes first and may have lines of its own that look like frames.
  const stack = error.stack ?? '';
  const at = error.message === '' ? -1 : stack.indexOf(error.message);
  const rest = at < 0 ? stack : stack.slice(at + error.message.length);
  return rest
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, frameLimit)
    .join('\n');
}

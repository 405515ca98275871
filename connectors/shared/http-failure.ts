import { ConnectorError } from '../../core/errors.ts';
import { AddressRefused } from './address-guard.ts';

/** A body larger than allowed: reading stopped there. */
export class ResponseTooLarge extends Error {
  readonly code = 'response_too_large';
  constructor(limitBytes: number) {
    super(`the answer is larger than ${limitBytes} bytes`);
    this.name = 'ResponseTooLarge';
  }
}

/** What went wrong without an answer, in words that a person can act on. */
export interface Failure {
  readonly kind: 'retryable' | 'permanent';
  readonly code: string;
  readonly words: string;
  /** False when nothing can have reached the platform. */
  readonly mayHaveArrived: boolean;
}

/** Failures before the first byte was sent: the call cannot have taken effect. */
const beforeSending: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the host name could not be looked up',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  UND_ERR_CONNECT_TIMEOUT: 'no connection within the time limit',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak https there',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it does not speak https there',
};

const certificateCode = /^(?:CERT_|ERR_TLS_CERT|DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET_ISSUER))/;

/** Classifies what `fetch` threw; `timedOut` when it was our own time limit. */
export function classifyFailure(error: unknown, timedOut: boolean): Failure {
  if (timedOut)
    return { kind: 'retryable', code: 'timeout', words: 'no answer within the time limit', mayHaveArrived: true };
  for (const link of causes(error)) {
    if (link instanceof AddressRefused) {
      return { kind: 'permanent', code: link.code, words: link.message, mayHaveArrived: false };
    }
    if (link instanceof ResponseTooLarge) {
      return { kind: 'permanent', code: link.code, words: link.message, mayHaveArrived: true };
    }
    const code = codeOf(link);
    if (code === null) continue;
    const words = beforeSending[code];
    if (words !== undefined) return { kind: 'retryable', code, words, mayHaveArrived: false };
    if (certificateCode.test(code)) {
      return { kind: 'permanent', code, words: 'its TLS certificate is not valid', mayHaveArrived: false };
    }
  }
  const code =
    causes(error)
      .map(codeOf)
      .find((found) => found !== null) ?? 'network';
  return { kind: 'retryable', code, words: 'the connection broke off', mayHaveArrived: true };
}

/** The error and everything beneath it: `fetch` wraps the socket's error, several tried addresses come as a list. */
function causes(error: unknown): readonly unknown[] {
  const found: unknown[] = [];
  let current: unknown = error;
  // Five links are more than any of these libraries makes.
  for (let depth = 0; depth < 5 && current instanceof Error; depth += 1) {
    found.push(current);
    if (current instanceof AggregateError) found.push(...current.errors);
    current = current.cause;
  }
  return found;
}

const codeOf = (error: unknown): string | null =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;

export function failureError(
  failure: Failure,
  context: { platform: string; operation: string; idempotent: boolean; cause: unknown },
): ConnectorError {
  return new ConnectorError(`${context.platform} ${context.operation}: ${failure.words} (${failure.code})`, {
    kind: failure.kind,
    platform: context.platform,
    operation: context.operation,
    platformCode: failure.code,
    platformMessage: failure.words,
    outcomeUnknown: failure.mayHaveArrived && !context.idempotent,
    cause: context.cause,
  });
}

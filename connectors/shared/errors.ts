import { ConnectorError, type ConnectorErrorKind, isBlank, noReasonGiven } from '../../core/errors.ts';
import type { HttpResponse } from '../../core/ports/connector.ts';
import { redact } from './redact.ts';

/** One row of a connector's error table: what the platform's code or status means for the desk. */
export interface ErrorRule {
  readonly kind: ConnectorErrorKind;
}

export interface StatusContext {
  readonly platform: string;
  readonly operation: string;
  /** Platform code → meaning; wins over the status. */
  readonly codes?: Readonly<Record<string, ErrorRule>> | undefined;
  /** HTTP status → meaning; wins over the defaults below. */
  readonly statuses?: Readonly<Record<number, ErrorRule>> | undefined;
  /** The platform's own code and words, as the connector read them from the body. */
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  readonly now?: Date | undefined;
}

/** What a status means where a platform says nothing else: see connectors/README.md. */
export function kindOfStatus(status: number): ConnectorErrorKind {
  if (status === 401 || status === 403) return 'needs_reauthorization';
  if (status === 408 || status === 425 || status === 429 || status >= 500) return 'retryable';
  if (status === 409 || status === 422) return 'rejected';
  return 'permanent';
}

const requestIdHeaders = ['x-request-id', 'x-correlation-id', 'cf-ray'];

/**
 * The error for an HTTP answer that is not a success. `codes` decides first, then `statuses`, then `kindOfStatus`.
 * A 5xx may have taken effect, so it carries `outcomeUnknown`. The platform's words end in logs and job rows, and some
 * repeat what was sent: recipient data and credentials are taken out.
 */
export function errorFromStatus(response: HttpResponse, context: StatusContext): ConnectorError {
  const code = context.code === undefined || isBlank(context.code) ? undefined : context.code;
  const byCode = code === undefined ? undefined : context.codes?.[code];
  const kind = byCode?.kind ?? context.statuses?.[response.status]?.kind ?? kindOfStatus(response.status);
  const requestIdHeader = requestIdHeaders.find((name) => response.headers[name] !== undefined);
  const message = context.message === undefined ? undefined : redact(context.message);
  const words = message === undefined || isBlank(message) ? (code ?? noReasonGiven) : message;
  return new ConnectorError(`${context.platform} ${context.operation}: HTTP ${response.status}, ${words}`, {
    kind,
    platform: context.platform,
    operation: context.operation,
    platformCode: code ?? String(response.status),
    platformMessage: message,
    httpStatus: response.status,
    requestId: requestIdHeader === undefined ? undefined : response.headers[requestIdHeader],
    retryAfterMs: retryAfterMs(response.headers['retry-after'], context.now ?? new Date()) ?? undefined,
    outcomeUnknown: response.status >= 500,
  });
}

/** No platform means longer; an odd header must not make a time that no calendar has. */
const longestRetryAfterMs = 24 * 60 * 60_000;

/**
 * The wait that a `Retry-After` header asks for, in ms: seconds (`"2"`, `"2.0"`) or an HTTP date, at most a day; null
 * without one.
 */
export function retryAfterMs(header: string | undefined, now: Date): number | null {
  if (header === undefined) return null;
  const text = header.trim();
  if (/^\d+(\.\d+)?$/.test(text)) return Math.min(Math.ceil(Number(text) * 1000), longestRetryAfterMs);
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.min(Math.max(0, at - now.getTime()), longestRetryAfterMs);
}

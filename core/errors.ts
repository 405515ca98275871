/** What a platform's failure means for the desk; see the table in connectors/README.md. */
export type ConnectorErrorKind = 'retryable' | 'needs_reauthorization' | 'rejected' | 'permanent';

export interface ConnectorErrorFields {
  readonly kind: ConnectorErrorKind;
  readonly platform: string;
  /** The connector function that failed, e.g. `fetchOrders`. */
  readonly operation: string;
  /** The platform's own code, where it gave one. */
  readonly platformCode?: string | undefined;
  /** The platform's own words, fit to be shown to an operator; never holds credentials or recipient data. */
  readonly platformMessage?: string | undefined;
  readonly requestId?: string | undefined;
  readonly httpStatus?: number | undefined;
  /** How long the platform asked us to wait, in ms. */
  readonly retryAfterMs?: number | undefined;
  /** True when the request may have taken effect (timeout or reset after it was sent): look before sending again. */
  readonly outcomeUnknown?: boolean | undefined;
  readonly cause?: unknown;
}

/** Stands for the words of a platform that has none. */
export const noReasonGiven = 'The platform gave no reason';

/** Nothing that a person could read. */
export const isBlank = (text: string): boolean => !/[\p{L}\p{N}]/u.test(text);

/** The only error that a connector throws. Words that say nothing become `noReasonGiven`, such a code none. */
export class ConnectorError extends Error {
  readonly kind: ConnectorErrorKind;
  readonly platform: string;
  readonly operation: string;
  readonly platformCode: string | undefined;
  readonly platformMessage: string | undefined;
  readonly requestId: string | undefined;
  readonly httpStatus: number | undefined;
  readonly retryAfterMs: number | undefined;
  readonly outcomeUnknown: boolean;

  constructor(message: string, fields: ConnectorErrorFields) {
    super(storable(message), { cause: fields.cause });
    this.name = 'ConnectorError';
    this.kind = fields.kind;
    this.platform = fields.platform;
    this.operation = fields.operation;
    this.platformCode = readable(fields.platformCode, undefined);
    this.platformMessage = readable(fields.platformMessage, noReasonGiven);
    this.requestId = fields.requestId;
    this.httpStatus = fields.httpStatus;
    this.retryAfterMs = fields.retryAfterMs;
    this.outcomeUnknown = fields.outcomeUnknown ?? false;
  }
}

/** What PostgreSQL can keep: an outcome that cannot be written down would be lost, and the call made again. */
const storable = (text: string): string => text.replaceAll('\0', '').toWellFormed();

const readable = (text: string | undefined, otherwise: string | undefined): string | undefined =>
  text === undefined ? undefined : isBlank(text) ? otherwise : storable(text);

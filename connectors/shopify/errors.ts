import { ConnectorError, type ConnectorErrorKind } from '../../core/errors.ts';
import type { HttpResponse } from '../../core/ports/connector.ts';
import { errorFromStatus } from '../shared/errors.ts';
import { redact } from '../shared/redact.ts';

/** How long to leave a frozen or locked shop alone. */
const frozenShopWaitMs = 60 * 60_000;

/** Top-level GraphQL `extensions.code` → kind. Codes that are not here are `permanent`: we asked wrongly. */
export const graphqlCodes: Readonly<Record<string, ConnectorErrorKind>> = {
  THROTTLED: 'retryable',
  INTERNAL_SERVER_ERROR: 'retryable',
  TIMEOUT: 'retryable',
  ACCESS_DENIED: 'needs_reauthorization',
  MAX_COST_EXCEEDED: 'permanent',
  BAD_REQUEST: 'permanent',
  INVALID_FIELD_ARGUMENTS: 'permanent',
};

/** OAuth `error` of the token endpoint → kind. Errors of our own app are not mended by the merchant's consent. */
export const tokenCodes: Readonly<Record<string, { readonly kind: ConnectorErrorKind }>> = {
  invalid_grant: { kind: 'needs_reauthorization' },
  invalid_request: { kind: 'needs_reauthorization' },
  invalid_client: { kind: 'permanent' },
  application_cannot_be_found: { kind: 'permanent' },
};

const apiStatuses = {
  401: { kind: 'needs_reauthorization' },
  402: { kind: 'retryable' },
  403: { kind: 'needs_reauthorization' },
  404: { kind: 'rejected' },
  423: { kind: 'retryable' },
} as const;

const wordsOfStatus: Readonly<Record<number, string>> = {
  401: 'Shopify does not accept the login any more.',
  402: 'The shop is frozen: its Shopify bill is not paid.',
  403: 'Shopify refuses access: a permission of the app is missing.',
  404: 'There is no such shop at Shopify. Check the shop name.',
  423: 'The shop is locked by Shopify.',
};

/** Longest text of Shopify's that an error carries, and how much of it is looked at, in characters. */
const wordsLimit = 300;
const lookedAtLimit = 2_000;

/**
 * Shopify's own words, fit for logs, job rows and the order's page: some repeat what was sent, a buyer's e-mail and
 * phone among it. Cut last, because a torn address would not be recognized.
 */
export const platformWords = (text: string): string => redact(text.slice(0, lookedAtLimit)).slice(0, wordsLimit);

/** An API answer that is not 200. */
export function apiError(response: HttpResponse, operation: string): ConnectorError {
  const said = apiMessage(response.text);
  const words = [wordsOfStatus[response.status], said].filter((part) => part !== undefined).join(' ');
  const error = errorFromStatus(response, {
    platform: 'shopify',
    operation,
    statuses: apiStatuses,
    message: words === '' ? undefined : words,
  });
  if (response.status !== 402 && response.status !== 423) return error;
  return withWait(error, error.retryAfterMs ?? frozenShopWaitMs);
}

/** The REST-style `{"errors": "…"}` of an unauthorized or misdirected call; undefined when it says nothing fit to show. */
function apiMessage(text: string): string | undefined {
  const errors = parse(text)?.errors;
  return typeof errors === 'string' ? platformWords(errors) : undefined;
}

/** A token endpoint answer that is not 200. */
export function tokenError(response: HttpResponse, operation: string, shop: string): ConnectorError {
  const body = parse(response.text);
  const code = typeof body?.error === 'string' ? body.error : undefined;
  const said = typeof body?.error_description === 'string' ? platformWords(body.error_description) : undefined;
  return errorFromStatus(response, {
    platform: 'shopify',
    operation,
    codes: tokenCodes,
    statuses: { 404: { kind: 'rejected' }, 400: { kind: 'needs_reauthorization' } },
    code,
    message: response.status === 404 ? `No shop answers at ${shop}. Check the shop name.` : said,
  });
}

/** A callback that Shopify did not send, or not now. */
export const forged = (code: string, message: string): ConnectorError =>
  new ConnectorError(`shopify completeAuthorization: ${code}`, {
    kind: 'rejected',
    platform: 'shopify',
    operation: 'completeAuthorization',
    platformCode: code,
    platformMessage: message,
  });

/** Understood and refused; `message` may be Shopify's. */
export const rejected = (operation: string, code: string, message: string, requestId?: string): ConnectorError => {
  const words = platformWords(message);
  return new ConnectorError(`shopify ${operation}: ${words}`, {
    kind: 'rejected',
    platform: 'shopify',
    operation,
    platformCode: code,
    platformMessage: words,
    requestId,
  });
};

/** What a `userErrors` text of fulfillmentCreate means: the mutation gives no codes, so texts are matched by prefix. */
export type FulfilmentRefusal = 'closed' | 'stale' | 'refused';

const fulfilmentTexts: readonly (readonly [RegExp, FulfilmentRefusal])[] = [
  [/^Fulfillment order \S+ has an unfulfillable status/, 'closed'],
  [/^Invalid fulfillment order line item quantity requested/, 'stale'],
  [/^Fulfillment order does not exist/, 'stale'],
  [/^Fulfillment order line item does not exist/, 'stale'],
  [/^All fulfillment orders must be assigned to a single location/, 'stale'],
  [/^All fulfillment orders must belong to the same order/, 'refused'],
  [/^Quantity must be greater than 0/, 'refused'],
];

export const meaningOfFulfilmentError = (message: string): FulfilmentRefusal =>
  fulfilmentTexts.find(([pattern]) => pattern.test(message.trim()))?.[1] ?? 'refused';

export const alreadyCancelledText = /^Cannot cancel an order that has already been cancell?ed/;

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined; // An HTML page: the status says enough.
  }
}

function withWait(error: ConnectorError, retryAfterMs: number): ConnectorError {
  return new ConnectorError(error.message, {
    kind: error.kind,
    platform: error.platform,
    operation: error.operation,
    platformCode: error.platformCode,
    platformMessage: error.platformMessage,
    requestId: error.requestId,
    httpStatus: error.httpStatus,
    retryAfterMs,
    outcomeUnknown: error.outcomeUnknown,
  });
}

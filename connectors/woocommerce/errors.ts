import { ConnectorError, type ConnectorErrorKind } from '../../core/errors.ts';
import type { HttpResponse } from '../../core/ports/connector.ts';
import { errorFromStatus } from '../shared/errors.ts';

type Rules = Readonly<Record<string, { readonly kind: ConnectorErrorKind }>>;

/** `code` of the answer → kind. The `message` is translated into the store's language: never switched on. */
export const errorCodes: Rules = {
  woocommerce_rest_cannot_view: { kind: 'needs_reauthorization' },
  woocommerce_rest_cannot_create: { kind: 'needs_reauthorization' },
  woocommerce_rest_cannot_edit: { kind: 'needs_reauthorization' },
  woocommerce_rest_authentication_error: { kind: 'needs_reauthorization' },
  woocommerce_rest_authentication_missing_parameter: { kind: 'permanent' },
  rest_no_route: { kind: 'permanent' },
  rest_invalid_param: { kind: 'permanent' },
  woocommerce_rest_shop_order_invalid_id: { kind: 'rejected' },
  woocommerce_rest_product_invalid_id: { kind: 'rejected' },
  woocommerce_rest_shop_webhook_invalid_topic: { kind: 'permanent' },
  woocommerce_rest_request_entity_too_large: { kind: 'permanent' },
  product_invalid_sku: { kind: 'rejected' },
};

/** Answers to a call whose `Authorization` header was dropped on the way: worth one try with the keys in the query. */
export const headerDroppedCodes: ReadonlySet<string> = new Set([
  'woocommerce_rest_cannot_view',
  'woocommerce_rest_cannot_create',
  'woocommerce_rest_cannot_edit',
]);

const firewallWords =
  'The store’s host refuses the call (firewall or maintenance). Ask it to let our IP address through.';

export interface ErrorBody {
  readonly code: string | null;
  readonly message: string | null;
}

/** The error for an answer that is not a success. `body` is what could be read of it: nulls for a web page. */
export function apiError(response: HttpResponse, operation: string, body: ErrorBody): ConnectorError {
  // A refusal that did not come from WordPress comes from the host: it passes, and no new key would mend it.
  const isHosts = body.code === null && response.status === 403;
  const isClock =
    response.status === 401 &&
    body.code === 'woocommerce_rest_authentication_error' &&
    /timestamp|nonce/i.test(body.message ?? '');
  return errorFromStatus(response, {
    platform: 'woocommerce',
    operation,
    codes: isClock ? {} : errorCodes,
    // Signed calls by http only: a new nonce and the right clock mend it, a new key does not.
    statuses: isHosts || isClock ? { [response.status]: { kind: 'retryable' } } : undefined,
    code: body.code ?? undefined,
    message: isHosts ? firewallWords : (body.message ?? undefined),
  });
}

/** Understood and refused, by the store or by our own check of what it shows. */
export const rejected = (operation: string, code: string, message: string): ConnectorError =>
  new ConnectorError(`woocommerce ${operation}: ${message}`, {
    kind: 'rejected',
    platform: 'woocommerce',
    operation,
    platformCode: code,
    platformMessage: message,
  });

export const isCode = (error: unknown, code: string): error is ConnectorError =>
  error instanceof ConnectorError && error.platformCode === code;

/** WordPress itself refuses its index, as security plugins make it do to everyone: says nothing about our key. */
export const isHiddenIndex = (error: unknown): boolean =>
  error instanceof ConnectorError &&
  error.kind === 'needs_reauthorization' &&
  error.platformCode?.startsWith('rest_') === true;

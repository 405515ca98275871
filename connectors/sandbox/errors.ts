import type { ConnectorError } from '../../core/errors.ts';
import type { HttpResponse } from '../../core/ports/connector.ts';
import { type ErrorRule, errorFromStatus } from '../shared/errors.ts';
import { platform } from './profile.ts';
import { errorWire } from './wire.ts';

/** The marketplace's codes; what is not named here falls back to the HTTP status. */
export const errorCodes: Readonly<Record<string, ErrorRule>> = {
  token_expired: { kind: 'needs_reauthorization' },
  token_revoked: { kind: 'needs_reauthorization' },
  scope_missing: { kind: 'needs_reauthorization' },
  invalid_grant: { kind: 'needs_reauthorization' },
  invalid_client: { kind: 'permanent' },
  rate_limited: { kind: 'retryable' },
  internal_error: { kind: 'retryable' },
  order_not_found: { kind: 'rejected' },
  order_cancelled: { kind: 'rejected' },
  order_unpaid: { kind: 'rejected' },
  already_cancelled: { kind: 'rejected' },
  already_shipped: { kind: 'rejected' },
  unknown_carrier: { kind: 'rejected' },
  tracking_number_missing: { kind: 'rejected' },
  bad_lines: { kind: 'rejected' },
  bad_field: { kind: 'permanent' },
  bad_json: { kind: 'permanent' },
  bad_cursor: { kind: 'permanent' },
  bad_limit: { kind: 'permanent' },
  bad_time: { kind: 'permanent' },
  no_such_call: { kind: 'permanent' },
};

export function errorFrom(operation: string, response: HttpResponse): ConnectorError {
  const { code, message } = wordsOf(response.text);
  return errorFromStatus(response, { platform, operation, codes: errorCodes, code, message });
}

function wordsOf(text: string): { code?: string | undefined; message?: string | undefined } {
  try {
    const body = errorWire.safeParse(JSON.parse(text));
    return body.success ? body.data.error : {};
  } catch {
    // Not JSON (a proxy's page): the status alone decides.
    return {};
  }
}

import { ConnectorError } from '../errors.ts';
import type { Connector, Credentials, HostRule } from '../ports/connector.ts';
import { type Refusal, type Result, refuse } from '../result.ts';

/** What a person reads of a failed call: the platform's own words where there are any, without their full stop. */
export const wordsOf = (error: ConnectorError): string =>
  error.platformMessage?.trim().replace(/\.+$/, '') || 'the platform gave no reason';

/** Codes of a call that never reached the platform, from the HTTP client. */
const addressCodes: ReadonlySet<string> = new Set(['host_refused', 'bad_url', 'address_refused', 'redirect']);

/**
 * A failed test of typed fields as a refusal that names the field where one can be told. Throws what is not a
 * `ConnectorError`. Nothing of the message is a credential: connectors keep those out of `platformMessage`.
 */
export function refusalOfTest(
  error: unknown,
  connector: Connector,
  fields: Credentials,
  allow: HostRule,
  egressIps: readonly string[],
): Result<never, Refusal> {
  if (!(error instanceof ConnectorError)) throw error;
  const { profile } = connector;
  const addressField = fieldOfHost(connector, fields, allow);
  const allowlist = profile.ipAllowlist
    ? ` If the keys are right, register our address ${listIps(egressIps)} at ${profile.name} first.`
    : '';
  if (error.platformCode !== undefined && addressCodes.has(error.platformCode)) {
    return refuse('address_refused', `${profile.name} cannot be called there: ${wordsOf(error)}.`, addressField);
  }
  if (error.kind === 'retryable') {
    return refuse(
      'unreachable',
      `${profile.name} could not be reached: ${wordsOf(error)}. Check the address and try again.${allowlist}`,
      addressField,
    );
  }
  if (error.kind === 'needs_reauthorization') {
    return refuse(
      'credentials_refused',
      `${profile.name} refused these credentials: ${wordsOf(error)}.${allowlist}`,
      profile.fields.find((field) => field.secret)?.name,
    );
  }
  return refuse('refused_by_platform', `${profile.name} refused the connection: ${wordsOf(error)}.${allowlist}`);
}

export const listIps = (egressIps: readonly string[]): string =>
  egressIps.length === 0 ? '(ask who runs this desk for its outbound address)' : egressIps.join(', ');

/** The field that the called host was read from, where a person typed it. */
function fieldOfHost(connector: Connector, fields: Credentials, allow: HostRule): string | undefined {
  if (allow.kind !== 'public') return undefined;
  return connector.profile.fields.find((field) => !field.secret && fields[field.name]?.includes(allow.host))?.name;
}

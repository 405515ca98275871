import type { Connector, Credentials, Grant } from '../ports/connector.ts';
import { ok, type Result } from '../result.ts';
import { secretValues } from './credentials.ts';
import type { ConnectPorts } from './ports.ts';
import { refusalOfTest } from './refusals.ts';
import { appFor } from './session.ts';

/** Asks the platform whether it takes these (checked) fields; a refusal names the field where it can. */
export async function testFields(
  ports: ConnectPorts,
  connector: Connector,
  authorizationId: string,
  fields: Credentials,
): Promise<Result<Grant>> {
  const { profile } = connector;
  if (connector.connect === undefined) throw new Error(`${profile.platform} has no key test.`);
  const app = appFor(ports, profile.platform);
  const allow = connector.hostRule(app, fields);
  const http = ports.openHttp({
    platform: profile.platform,
    authorizationId,
    storeId: null,
    allow,
    rate: null,
    secrets: secretValues(connector, fields, app),
  });
  try {
    return ok(await connector.connect(app, fields, http, () => ports.clock.now()));
  } catch (error) {
    return refusalOfTest(error, connector, fields, allow, ports.connection.egressIps);
  }
}

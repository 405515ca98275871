import type { Authorization, Store } from '../ports/access.ts';
import type { Connector, ConnectorSession, Credentials, PlatformApp } from '../ports/connector.ts';
import { credentialsForStore, secretValues } from './credentials.ts';
import type { ConnectPorts } from './ports.ts';

/** The application-level settings, empty where the platform needs none or this installation has none. */
export const appFor = (ports: Pick<ConnectPorts, 'connection'>, platform: string): PlatformApp =>
  ports.connection.appOf(platform) ?? {};

/**
 * A session with opened credentials. `store` null: for the authorization as a whole (refresh, test before there is a
 * shop). Its HTTP client goes nowhere but where the fields lead.
 */
export function openSession(
  ports: Pick<ConnectPorts, 'connection' | 'openHttp' | 'clock' | 'log'>,
  connector: Connector,
  authorization: Authorization,
  store: Store | null,
  kept: Credentials,
  signal?: AbortSignal,
): ConnectorSession {
  const { profile } = connector;
  const app = appFor(ports, profile.platform);
  const credentials = credentialsForStore({ ...authorization.fields, ...kept }, store?.id ?? null);
  return {
    authorizationId: authorization.id,
    storeId: store?.id ?? null,
    platformShopId: store?.platformShopId ?? null,
    credentials,
    settings: store?.settings ?? {},
    http: ports.openHttp({
      platform: profile.platform,
      authorizationId: authorization.id,
      storeId: store?.id ?? null,
      allow: connector.hostRule(app, credentials),
      rate: profile.rate,
      secrets: secretValues(connector, credentials, app),
      signal,
    }),
    now: () => ports.clock.now(),
    log: ports.log,
  };
}

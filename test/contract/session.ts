import { createHttpClient } from '../../connectors/shared/http.ts';
import type { CallRecord, Connector, ConnectorSession, Credentials, PlatformApp } from '../../core/ports/connector.ts';
import { silentLog } from '../support/log.ts';

export interface TestSession {
  readonly session: ConnectorSession;
  /** What would stand in the platform call log. */
  readonly calls: CallRecord[];
}

/** A session through the real HTTP client and the connector's own host rule; waits between retries take no time. */
export function testSession(options: {
  readonly connector: Connector;
  readonly app: PlatformApp;
  readonly credentials: Credentials;
  readonly settings?: Readonly<Record<string, string>> | undefined;
  readonly platformShopId?: string | null | undefined;
  readonly now: () => Date;
  readonly timeoutMs?: number | undefined;
}): TestSession {
  const { connector, app, credentials, now } = options;
  const calls: CallRecord[] = [];
  const http = createHttpClient({
    platform: connector.profile.platform,
    authorizationId: 'authorization-1',
    storeId: 'store-1',
    allow: connector.hostRule(app, credentials),
    pacer: null,
    record: (call) => calls.push(call),
    log: silentLog,
    now,
    secrets: Object.values(credentials),
    sleep: async () => {},
    random: () => 0,
    defaultTimeoutMs: options.timeoutMs,
  });
  const session: ConnectorSession = {
    authorizationId: 'authorization-1',
    storeId: 'store-1',
    platformShopId: options.platformShopId ?? null,
    credentials,
    settings: options.settings ?? {},
    http,
    now,
  };
  return { session, calls };
}

import type { ConnectionSettings } from '../ports/access.ts';
import type { ConnectorRegistry, Profile } from '../ports/connector.ts';
import { callbackAddress, canBeCalled, webhookAddress } from './webhook-address.ts';

/** A platform as the connect form and the store's page see it. */
export interface PlatformInfo {
  readonly profile: Profile;
  /** False: its application keys are not set on this installation, so no store of it can be connected. */
  readonly isConfigured: boolean;
  /** What is to be registered as redirect address in the platform's app; null where there is no login. */
  readonly callbackUrl: string | null;
}

/** What pages must know of connecting; holds no secret. */
export interface ConnectionInfo {
  /** By name. */
  readonly platforms: readonly PlatformInfo[];
  readonly egressIps: readonly string[];
  webhookUrl(store: { readonly platform: string; readonly storeId: string }): string;
  /** Whether this store's platform can reach us, by the non-secret fields of its authorization. */
  takesWebhooks(platform: string, fields: Readonly<Record<string, string>>): boolean;
}

export function describeConnections(connection: ConnectionSettings, connectors: ConnectorRegistry): ConnectionInfo {
  return {
    platforms: connectors
      .list()
      .map(({ profile }) => ({
        profile,
        isConfigured: connection.appOf(profile.platform) !== null,
        callbackUrl: profile.connection === 'oauth' ? callbackAddress(connection.publicUrl, profile.platform) : null,
      }))
      .sort((a, b) => a.profile.name.localeCompare(b.profile.name)),
    egressIps: connection.egressIps,
    webhookUrl: ({ platform, storeId }) => webhookAddress(connection.publicUrl, { platform, id: storeId }),
    takesWebhooks(platform, fields) {
      const connector = connectors.get(platform);
      if (!connector.profile.capabilities.webhooks) return false;
      return canBeCalled(connection.publicUrl, connector.hostRule(connection.appOf(platform) ?? {}, fields));
    },
  };
}

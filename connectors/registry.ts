import type { Connector, ConnectorRegistry } from '../core/ports/connector.ts';

/** The connectors of this desk, as `platforms.ts` lists them; two of one platform are a fault. */
export function createRegistry(connectors: readonly Connector[]): ConnectorRegistry {
  const byPlatform = new Map<string, Connector>();
  for (const connector of connectors) {
    const { platform } = connector.profile;
    if (byPlatform.has(platform)) throw new Error(`two connectors for ${platform}`);
    byPlatform.set(platform, connector);
  }
  return {
    get(platform) {
      const connector = byPlatform.get(platform);
      if (connector === undefined) throw new Error(`no connector for ${platform}`);
      return connector;
    },
    list: () => [...byPlatform.values()],
  };
}

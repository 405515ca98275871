import type { OpenHttp } from '../core/ports/access.ts';
import type { ConnectorRegistry, PlatformApp, RecordCall } from '../core/ports/connector.ts';
import type { Log } from '../core/ports/log.ts';
import type { PacingStore } from '../core/ports/pacing.ts';
import type { SharedMemory } from '../core/ports/shared-memory.ts';
import { createRegistry } from './registry.ts';
import { createSandboxConnector } from './sandbox/index.ts';
import { createMarketplace, type Marketplace } from './sandbox/marketplace/marketplace.ts';
import { closeHttpAgents, createHttpClient, type HttpClientOptions } from './shared/http.ts';
import { createPacer } from './shared/pacing.ts';
import { connector as shopify } from './shopify/index.ts';
import { connector as woocommerce } from './woocommerce/index.ts';

export interface PlatformSettings {
  readonly shopify: { readonly clientId: string; readonly clientSecret: string } | null;
  readonly allowPrivateWooCommerce: boolean;
  /** Demo mode only: the simulated marketplace, and where it is found. */
  readonly sandbox: {
    /** Where this process reaches it. */
    readonly baseUrl: string;
    /** Where a browser does. */
    readonly publicUrl: string;
    /** The desk's callback, compared exactly. */
    readonly redirectUri: string;
    readonly clientSecret: string;
    /** Another process runs it. */
    readonly isElsewhere: boolean;
    /** Where its state is, for every process of the installation; null: in this one. */
    readonly memory: SharedMemory | null;
    /** This process's own origin. */
    readonly deskUrl: string;
  } | null;
  readonly now: () => Date;
}

/** Every platform of this installation. */
export interface InstalledPlatforms {
  readonly registry: ConnectorRegistry;
  /** Null: the application's keys are not set, so it cannot be connected. */
  appOf(platform: string): PlatformApp | null;
  readonly marketplace: Marketplace | null;
  close(): Promise<void>;
}

/** As the simulated marketplace knows the desk. */
export const sandboxClientId = 'holdfast-desk';

export function installPlatforms(settings: PlatformSettings): InstalledPlatforms {
  const { sandbox, now } = settings;
  const apps = new Map<string, PlatformApp>([
    ['woocommerce', settings.allowPrivateWooCommerce ? { allow_private: 'yes' } : {}],
  ]);
  if (settings.shopify !== null) {
    apps.set('shopify', { client_id: settings.shopify.clientId, client_secret: settings.shopify.clientSecret });
  }
  if (sandbox !== null) apps.set('sandbox', { client_id: sandboxClientId, client_secret: sandbox.clientSecret });
  const marketplace =
    sandbox === null || sandbox.isElsewhere
      ? null
      : createMarketplace({
          publicUrl: sandbox.publicUrl,
          client: { id: sandboxClientId, secret: sandbox.clientSecret, redirectUris: [sandbox.redirectUri] },
          now,
          memory: sandbox.memory,
          deskUrl: sandbox.deskUrl,
        });
  return {
    registry: createRegistry([
      shopify,
      woocommerce,
      ...(sandbox === null
        ? []
        : [createSandboxConnector({ baseUrl: sandbox.baseUrl, browserUrl: sandbox.publicUrl })]),
    ]),
    appOf: (platform) => apps.get(platform) ?? null,
    marketplace,
    async close() {
      await marketplace?.close();
      await closeHttpAgents();
    },
  };
}

/** Opens guarded, paced and logged HTTP clients for connectors. */
export function createOpenHttp(deps: {
  readonly pacing: PacingStore;
  readonly record: RecordCall;
  readonly log: Log;
  readonly now: () => Date;
  /** Host lookup and retries, for tests. */
  readonly client?: Pick<HttpClientOptions, 'resolve' | 'retries'> | undefined;
}): OpenHttp {
  const { log, now, record } = deps;
  return ({ platform, authorizationId, storeId, allow, rate, secrets, signal }) =>
    createHttpClient({
      ...deps.client,
      platform,
      authorizationId,
      storeId,
      allow,
      pacer: rate === null ? null : createPacer({ platform, authorizationId, store: deps.pacing, rate, now }),
      record,
      log,
      now,
      secrets,
      signal,
    });
}

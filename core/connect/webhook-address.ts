import { isLoopback } from '../config.ts';
import type { Store } from '../ports/access.ts';
import type { HostRule } from '../ports/connector.ts';

/** Where a platform delivers one store's webhooks. */
export const webhookAddress = (publicUrl: string, store: Pick<Store, 'platform' | 'id'>): string =>
  `${publicUrl}/webhooks/${store.platform}/${store.id}`;

/** Where a platform sends the browser back to: what is registered as redirect address in its app. */
export const callbackAddress = (publicUrl: string, platform: string): string =>
  `${publicUrl}/oauth/${platform}/callback`;

/** Whether a platform at `platformHost` can reach us: over https under a public name, or on the same machine. */
export function canBeCalled(publicUrl: string, platformHost: HostRule): boolean {
  const url = new URL(publicUrl);
  if (platformHost.kind === 'base_url' && isLoopback(new URL(platformHost.baseUrl).hostname)) return true;
  return url.protocol === 'https:' && !isLoopback(url.hostname) && url.hostname.includes('.');
}

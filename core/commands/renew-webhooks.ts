import type { AccessCommandPorts } from '../connect/ports.ts';
import { appFor } from '../connect/session.ts';
import { canBeCalled } from '../connect/webhook-address.ts';
import { webhooksJob } from '../connect/webhooks-job.ts';

export type RenewWebhooksPorts = Pick<AccessCommandPorts, 'access' | 'connection' | 'connectors' | 'database' | 'jobs'>;

/**
 * Every night: asks each platform again to call us, for every enabled store with a sound authorization. Platforms
 * switch webhooks off by themselves (WooCommerce after five failures, Shopify removes the subscription), and say so to
 * nobody; the register job makes only what is missing. Returns how many stores were queued.
 */
export async function renewWebhooks(ports: RenewWebhooksPorts): Promise<number> {
  const { publicUrl } = ports.connection;
  const connectors = ports.connectors.list().filter(({ profile }) => profile.capabilities.webhooks);
  return ports.database.transaction(async (tx) => {
    const stores = await ports.access.stores.listCallable(
      tx,
      connectors.map(({ profile }) => profile.platform),
    );
    const reachable = stores.filter(({ platform, fields }) =>
      canBeCalled(publicUrl, ports.connectors.get(platform).hostRule(appFor(ports, platform), fields)),
    );
    await ports.jobs.enqueue(tx, reachable.map(webhooksJob));
    return reachable.length;
  });
}

import { createOpenHttp } from '../../../connectors/platforms.ts';
import { createRegistry } from '../../../connectors/registry.ts';
import { createSandboxConnector } from '../../../connectors/sandbox/index.ts';
import { closeHttpAgents } from '../../../connectors/shared/http.ts';
import { followPlatformChanges } from '../../../core/commands/follow-platform-changes.ts';
import { createPlatforms } from '../../../core/connect/platforms.ts';
import type { Actor } from '../../../core/people/actor.ts';
import { systemClock } from '../../../core/ports/clock.ts';
import type { Log } from '../../../core/ports/log.ts';
import type { Ports } from '../../../core/ports/ports.ts';
import type { ReadingPorts } from '../../../core/ports/reading.ts';
import { connectDatabase, type DatabaseClient } from '../../../db/client.ts';
import { createDatabase } from '../../../db/database.ts';
import { createJobs } from '../../../db/jobs.ts';
import { createDatabasePorts } from '../../../db/ports.ts';
import { createVault } from '../../../db/vault.ts';
import { marketClient } from './marketplace.ts';
import { vaultKey } from './world.ts';

export interface BenchDesk {
  readonly client: DatabaseClient;
  readonly ports: Ports;
  readonly queries: ReadingPorts;
  close(): Promise<void>;
}

/** A person who may do everything. */
export const owner: Actor = {
  personId: null,
  name: 'Mei',
  via: 'web',
  grants: [{ role: 'owner', merchantIds: 'all', warehouseIds: 'all' }],
};

/**
 * What `main.ts` makes of a database, with one difference: the marketplace runs in another process, whose work must not
 * be counted as the desk's.
 */
export function openDesk(url: string, marketplaceUrl: string, log: Log): BenchDesk {
  const client = connectDatabase(url);
  const { repositories, queries, pacing, calls } = createDatabasePorts(client.db, {
    log,
    renewablePlatforms: ['sandbox'],
  });
  const publicUrl = 'http://localhost';
  const connect = {
    ...repositories,
    database: createDatabase(client.db),
    clock: systemClock,
    jobs: createJobs(),
    log,
    connectors: createRegistry([createSandboxConnector({ baseUrl: marketplaceUrl })]),
    vault: createVault([vaultKey]),
    connection: {
      publicUrl,
      egressIps: [],
      freshnessMinutes: null,
      appOf: (platform: string) =>
        platform === 'sandbox' ? { client_id: marketClient.id, client_secret: marketClient.secret } : null,
    },
    openHttp: createOpenHttp({ pacing, record: calls.record, log, now: () => systemClock.now() }),
    recordCall: calls.record,
    notifier: null,
    messenger: null,
    defaultChannelId: null,
    limits: { callLogDays: 14, rawPayloadDays: 30 },
  };
  const acting = { ...connect, platforms: createPlatforms(connect) };
  return {
    client,
    queries,
    ports: { ...acting, followPlatformChanges: (tx, changes) => followPlatformChanges(acting, tx, changes) },
    async close() {
      await calls.flush();
      await closeHttpAgents();
      await client.close();
    },
  };
}

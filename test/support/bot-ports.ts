import { createMessenger } from '../../bot/messenger.ts';
import { createNotifier } from '../../bot/notifier.ts';
import { createSlackClient } from '../../bot/slack-client.ts';
import { createOpenHttp } from '../../connectors/platforms.ts';
import { followPlatformChanges } from '../../core/commands/follow-platform-changes.ts';
import type { AnyJob } from '../../core/ports/jobs.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Ports } from '../../core/ports/ports.ts';
import type { ReadingPorts } from '../../core/ports/reading.ts';
import { createDatabasePorts } from '../../db/ports.ts';
import { createVault } from '../../db/vault.ts';
import type { TestDatabase } from './database.ts';
import type { TestClock } from './outgoing.ts';
import type { TestPlatform } from './platform.ts';
import type { FakeSlack } from './slack.ts';

export const publicUrl = 'https://desk.example.test';

const connectorSecrets = { client_id: 'test', client_secret: 'test' };

export interface BotPorts {
  readonly database: TestDatabase;
  readonly slack: FakeSlack;
  readonly clock: TestClock;
  readonly platform: TestPlatform;
  /** Where jobs are kept, one a key. */
  readonly jobs: AnyJob[];
  readonly log: Log;
}

/** Every port of the desk: real repositories, a platform in memory, a stand-in for Slack. */
export function botPorts({ database, slack, clock, platform, jobs, log }: BotPorts): {
  readonly ports: Ports;
  readonly queries: ReadingPorts;
} {
  const { repositories, queries, pacing, calls } = createDatabasePorts(database.db, { log, renewablePlatforms: [] });
  const client = createSlackClient({ token: 'xoxb-test', apiUrl: slack.apiUrl });
  const ports: Ports = {
    ...repositories,
    database: database.database,
    clock,
    log,
    jobs: {
      enqueue: async (_tx, more) => {
        for (const job of more) {
          const same = job.key === undefined ? -1 : jobs.findIndex((known) => known.key === job.key);
          if (same !== -1) jobs.splice(same, 1);
          jobs.push(job);
        }
      },
    },
    connectors: platform.connectors,
    platforms: platform.platforms,
    vault: createVault([{ id: 'k1', base64: Buffer.alloc(32, 7).toString('base64') }]),
    connection: { publicUrl, egressIps: [], freshnessMinutes: null, appOf: () => connectorSecrets },
    openHttp: createOpenHttp({ pacing, record: calls.record, log, now: () => clock.now() }),
    recordCall: calls.record,
    notifier: createNotifier({ client, publicUrl, clock }),
    messenger: createMessenger({ client, publicUrl }),
    defaultChannelId: slack.channelId,
    limits: { callLogDays: 30, rawPayloadDays: 30 },
    followPlatformChanges: (tx, changes) => followPlatformChanges(ports, tx, changes),
  };
  return { ports, queries };
}

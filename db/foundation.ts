import type { Closing } from '../core/closing.ts';
import type { Config, KeySetting } from '../core/config.ts';
import { type Clock, systemClock } from '../core/ports/clock.ts';
import type { Database } from '../core/ports/database.ts';
import type { Jobs } from '../core/ports/jobs.ts';
import type { Log } from '../core/ports/log.ts';
import type { Vault } from '../core/ports/vault.ts';
import { checkKeys } from './check-keys.ts';
import { connectDatabase, type DatabaseClient } from './client.ts';
import { ensureDataDir } from './data-dir.ts';
import { createDatabase } from './database.ts';
import { createJobs } from './jobs.ts';
import { keyFileId, keyFileOf, readOrMakeKeyFile } from './key-file.ts';
import { migrateDatabase } from './migrate.ts';
import { createVault, deriveSecret } from './vault.ts';

export interface Foundation {
  readonly config: Config;
  readonly log: Log;
  readonly clock: Clock;
  readonly client: DatabaseClient;
  readonly database: Database;
  /** One connection on which Slack's gestures alone are written down; null without Slack. */
  readonly gestureDatabase: Database | null;
  readonly jobs: Jobs;
  readonly vault: Vault;
  /** Signs cookies; the same on every process. */
  readonly cookieSecret: string;
  /** Known to the simulated marketplace: never the one that signs our cookies. */
  readonly sandboxSecret: string;
}

/** Brings up what everything stands on: the database in its newest shape, its connections, the keys. */
export async function openFoundation(config: Config, log: Log, closing: Closing): Promise<Foundation> {
  if (config.databaseUrl === null || config.encryptionKeys.length === 0) await ensureDataDir(config.dataDir);
  const keys = await encryptionKeys(config);
  const url = await openDatabase(config, log, closing);
  await migrateDatabase(url);
  const client = connectDatabase(url, { max: config.databasePool });
  const gestures = config.slack === null ? null : connectDatabase(url, { max: 1 });
  closing.add('connections', async () => {
    await Promise.all([client.close(), gestures?.close()]);
  });
  const vault = createVault(keys);
  await checkKeys(client.db, vault, {
    keys,
    keyFile: { path: keyFileOf(config.dataDir), id: await keyFileId(config.dataDir) },
  });
  return {
    config,
    log,
    clock: systemClock,
    client,
    database: createDatabase(client.db),
    gestureDatabase: gestures === null ? null : createDatabase(gestures.db),
    jobs: createJobs(),
    vault,
    cookieSecret: config.sessionSecret ?? deriveSecret(keys, 'cookies'),
    sandboxSecret: deriveSecret(keys, 'sandbox'),
  };
}

/** The URL of a database that can serve: the one named, or the embedded one. */
async function openDatabase(config: Config, log: Log, closing: Closing): Promise<string> {
  if (config.databaseUrl !== null) {
    const { checkDatabase } = await import('./check.ts');
    await checkDatabase(config.databaseUrl);
    return config.databaseUrl;
  }
  const { startEmbedded } = await import('./embedded/supervisor.ts');
  const embedded = await startEmbedded({ dataDir: config.dataDir, log });
  closing.add('embedded PostgreSQL', async () => void (await embedded.leave()));
  return embedded.url;
}

async function encryptionKeys(config: Config): Promise<readonly KeySetting[]> {
  if (config.encryptionKeys.length > 0) return config.encryptionKeys;
  return [await readOrMakeKeyFile(config.dataDir)];
}

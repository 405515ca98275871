import { createOpenHttp } from '../../connectors/platforms.ts';
import { createRegistry } from '../../connectors/registry.ts';
import { createSandboxConnector } from '../../connectors/sandbox/index.ts';
import { type ServedMarketplace, serveMarketplace } from '../../connectors/sandbox/marketplace/serve.ts';
import { createPlatforms } from '../../core/connect/platforms.ts';
import type { AccessCommandPorts } from '../../core/connect/ports.ts';
import { newId } from '../../core/ids.ts';
import type { Actor, Role } from '../../core/people/actor.ts';
import type { Connector, PlatformApp } from '../../core/ports/connector.ts';
import type { IntakePorts } from '../../core/ports/intake.ts';
import type { AnyJob, TaskName } from '../../core/ports/jobs.ts';
import { createDatabase } from '../../db/database.ts';
import { createAccessRepositories } from '../../db/repositories/access.ts';
import { createAuditRepository } from '../../db/repositories/audit.ts';
import { createIntakeRepositories } from '../../db/repositories/intake.ts';
import { createPacingStore } from '../../db/repositories/pacing.ts';
import { type CallRecorder, createCallRecorder } from '../../db/repositories/platform-calls.ts';
import { writebackRepository } from '../../db/repositories/writebacks.ts';
import { createVault } from '../../db/vault.ts';
import type { TestDatabase } from './database.ts';
import { type LoggedLine, recordingLog } from './log.ts';

export const sandboxClient = { id: 'desk', secret: 'canary-app-secret-7d1f' };
export const publicUrl = 'http://localhost:3000';
export const sandboxCallback = `${publicUrl}/oauth/sandbox/callback`;

/** Now by default; moved by tests that need time to pass. */
export interface TestClock {
  now(): Date;
  /** Forward, in ms. */
  pass(ms: number): void;
}

export function testClock(): TestClock {
  let ahead = 0;
  return {
    now: () => new Date(Date.now() + ahead),
    pass(ms) {
      ahead += ms;
    },
  };
}

/** The simulated marketplace on a port of its own, on the clock of the test. */
export const sandboxMarketplace = (clock: TestClock): Promise<ServedMarketplace> =>
  serveMarketplace({
    client: { ...sandboxClient, redirectUris: [sandboxCallback] },
    now: () => clock.now(),
    memory: null,
  });

export interface AccessDesk {
  readonly ports: AccessCommandPorts & IntakePorts;
  readonly recorder: CallRecorder;
  readonly clock: TestClock;
  readonly lines: LoggedLine[];
  /** Jobs of this task that were enqueued by committed transactions and not looked at before, in order. */
  queued(task: TaskName): readonly object[];
}

/** What the commands of stores and authorizations need, over a real database and real HTTP. */
export function accessDesk(
  database: TestDatabase,
  options: {
    readonly clock: TestClock;
    readonly marketplace?: ServedMarketplace | undefined;
    readonly connectors?: readonly Connector[] | undefined;
    readonly apps?: Readonly<Record<string, PlatformApp | null>> | undefined;
    readonly egressIps?: readonly string[] | undefined;
    readonly publicUrl?: string | undefined;
    readonly freshnessMinutes?: number | undefined;
    readonly client?: Parameters<typeof createOpenHttp>[0]['client'];
  },
): AccessDesk {
  const { clock } = options;
  const { log, lines } = recordingLog();
  const recorder = createCallRecorder(database.db, log);
  const jobs: AnyJob[] = [];
  const sandbox = options.marketplace === undefined ? [] : [createSandboxConnector(options.marketplace)];
  const apps: Readonly<Record<string, PlatformApp | null>> = {
    sandbox: { client_id: sandboxClient.id, client_secret: sandboxClient.secret },
    ...options.apps,
  };
  const connect = {
    // Of its own for each desk: two desks over one database stand for two processes.
    database: createDatabase(database.db),
    clock,
    log,
    audit: createAuditRepository(),
    jobs: {
      enqueue: async (_tx: unknown, more: readonly AnyJob[]) => {
        jobs.push(...more);
      },
    },
    connectors: createRegistry([...sandbox, ...(options.connectors ?? [])]),
    vault: createVault([{ id: 'k1', base64: Buffer.alloc(32, 7).toString('base64') }]),
    access: createAccessRepositories(database.db),
    writebacks: writebackRepository,
    intake: createIntakeRepositories(),
    followPlatformChanges: async () => {},
    connection: {
      publicUrl: options.publicUrl ?? publicUrl,
      egressIps: options.egressIps ?? ['203.0.113.7'],
      freshnessMinutes: options.freshnessMinutes ?? null,
      appOf: (platform: string) => (platform in apps ? (apps[platform] ?? null) : {}),
    },
    openHttp: createOpenHttp({
      pacing: createPacingStore(database.db),
      record: recorder.record,
      log,
      now: () => clock.now(),
      client: { retries: 0, ...options.client },
    }),
    recordCall: recorder.record,
  };
  return {
    ports: { ...connect, platforms: createPlatforms(connect) },
    recorder,
    clock,
    lines,
    queued(task) {
      const found = jobs.filter((job) => job.task === task);
      for (const job of found) jobs.splice(jobs.indexOf(job), 1);
      return found.map((job) => job.payload);
    },
  };
}

export interface TestPerson {
  readonly actor: Actor;
  readonly merchantId: string;
  readonly personId: string;
}

/** A merchant of its own and a person with this role over it. */
export async function personOf(database: TestDatabase, role: Role = 'admin', name = 'Mei'): Promise<TestPerson> {
  const merchantId = newId();
  const personId = newId();
  await database.sql`insert into merchants (id, name, code) values (${merchantId}, ${`Merchant of ${name}`}, ${merchantId})`;
  await database.sql`insert into people (id, name) values (${personId}, ${name})`;
  return {
    merchantId,
    personId,
    actor: { personId, name, via: 'web', grants: [{ role, merchantIds: [merchantId], warehouseIds: 'all' }] },
  };
}

/** What the browser does at the marketplace's consent page: approves, and comes back with this query. */
export async function consent(
  authorizeUrl: string,
  shop?: string,
  decision: 'approve' | 'deny' = 'approve',
  scopes: readonly string[] = ['orders', 'fulfilments', 'products', 'stock'],
): Promise<readonly (readonly [string, string])[]> {
  const url = new URL(authorizeUrl);
  const form = new URLSearchParams(url.searchParams);
  if (shop !== undefined) form.set('shop', shop);
  form.set('decision', decision);
  for (const scope of scopes) form.append('scope', scope);
  const answer = await fetch(`${url.origin}${url.pathname}`, { method: 'POST', body: form, redirect: 'manual' });
  const location = answer.headers.get('location');
  if (location === null) throw new Error(`The consent page answered ${answer.status}: ${await answer.text()}`);
  return [...new URL(location).searchParams];
}

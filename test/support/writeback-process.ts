/**
 * A process that sends writebacks to the simulated marketplace, for tests that kill it:
 * `writeback-process.ts <database url> <marketplace url> <access token> <clock ahead, ms> <stop: never|claimed|told>`.
 * `claimed`: stands still once the row is taken, before any call. `told`: once the marketplace has answered, before
 * anything is recorded. Prints `stands still` there.
 */
import { createSandboxConnector } from '../../connectors/sandbox/index.ts';
import { sendWriteback } from '../../core/commands/send-writeback.ts';
import type { Connector } from '../../core/ports/connector.ts';
import { connectDatabase } from '../../db/client.ts';
import { createDatabase } from '../../db/database.ts';
import { startWorkers } from '../../db/jobs/workers.ts';
import { createJobs } from '../../db/jobs.ts';
import { testSession } from '../contract/session.ts';
import { handlersFor } from './jobs.ts';
import { silentLog } from './log.ts';
import { outgoingPorts } from './outgoing.ts';

const [url = '', baseUrl = '', token = '', aheadMs = '0', stop = 'never'] = process.argv.slice(2);
const client = connectDatabase(url, { max: 4 });
const now = (): Date => new Date(Date.now() + Number(aheadMs));

const real = createSandboxConnector({ baseUrl });
const standStill = (): Promise<never> => {
  process.stdout.write('stands still\n');
  return new Promise(() => {});
};
const connector: Connector = {
  ...real,
  ship: async (session, shipment, lookFirst) => {
    if (stop === 'claimed') await standStill();
    const result = await real.ship?.(session, shipment, lookFirst);
    if (stop === 'told' || result === undefined) return standStill();
    return result;
  },
};

const { session } = testSession({ connector, app: {}, credentials: { access_token: token }, now, timeoutMs: 2_000 });
const { ports } = outgoingPorts({
  url,
  db: client.db,
  sql: client.sql,
  database: createDatabase(client.db),
  close: client.close,
});
const live = {
  ...ports,
  clock: { now },
  jobs: createJobs(),
  platforms: {
    withStore: async <T>(
      { merchantId, storeId }: { readonly merchantId: string; readonly storeId: string },
      work: (connection: {
        connector: Connector;
        session: typeof session;
        merchantId: string;
        authorizationId: string;
      }) => Promise<T>,
    ) => work({ connector, session, merchantId, authorizationId: storeId }),
  },
};

await startWorkers({
  url,
  log: silentLog,
  lanes: ['writeback'],
  reapMs: 500,
  handlers: handlersFor({
    'writeback.send': (payload, { signal }) => sendWriteback(live, { ...payload, signal }),
  }),
});
process.stdout.write('ready\n');

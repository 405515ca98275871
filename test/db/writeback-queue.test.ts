import { afterAll, expect, test } from 'vitest';
import { syncJob } from '../../core/sync/sync-job.ts';
import { writebackJob } from '../../core/writeback/writeback-job.ts';
import { startWorkers, type Workers } from '../../db/jobs/workers.ts';
import { createJobs } from '../../db/jobs.ts';
import { testDatabase } from '../support/database.ts';
import { handlersFor } from '../support/jobs.ts';
import { silentLog } from '../support/log.ts';

const { url, database } = await testDatabase();
const jobs = createJobs();
let workers: Workers | null = null;
afterAll(() => workers?.stop(1_000));

test('tracking numbers of an account are told while its sync of an hour goes on, one after the other', async () => {
  const syncing = Promise.withResolvers<void>();
  const syncEnds = Promise.withResolvers<void>();
  const told: string[] = [];
  let under = 0;
  let most = 0;
  const handlers = handlersFor({
    'sync.run': async () => {
      syncing.resolve();
      await syncEnds.promise;
    },
    'writeback.send': async ({ writebackId }) => {
      under += 1;
      most = Math.max(most, under);
      await new Promise((resolve) => setTimeout(resolve, 50));
      under -= 1;
      told.push(writebackId);
    },
  });
  workers = await startWorkers({ url, log: silentLog, handlers });
  const account = { merchantId: 'm', authorizationId: 'a' };
  await database.transaction((tx) => jobs.enqueue(tx, [syncJob({ ...account, runId: 'r' }, false)]));
  await syncing.promise;
  const writebacks = ['w1', 'w2', 'w3'].map((id) => writebackJob({ ...account, id, orderId: 'o' }));
  await database.transaction((tx) => jobs.enqueue(tx, writebacks));
  await expect.poll(() => told.toSorted(), { timeout: 10_000 }).toEqual(['w1', 'w2', 'w3']);
  expect(most).toBe(1);
  syncEnds.resolve();
});

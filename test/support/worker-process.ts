/**
 * A process with workers, for tests that kill it: `worker-process.ts <database url> <ms per job> [--deaf]`.
 * Every `sync.run` leaves a row in `work` when it begins and when it ends. Deaf jobs do not listen to their signal.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { connectDatabase } from '../../db/client.ts';
import { startWorkers } from '../../db/jobs/workers.ts';
import { handlersFor } from './jobs.ts';
import { silentLog } from './log.ts';

const [url = '', durationMs = '100', mode = ''] = process.argv.slice(2);
const { sql, close } = connectDatabase(url, { max: 4 });

const workers = await startWorkers({
  url,
  log: silentLog,
  reapMs: 1_000,
  handlers: handlersFor({
    async 'sync.run'({ runId }, { signal }) {
      await sql`insert into work (run_id, pid, what) values (${runId}, ${process.pid}, 'began')`;
      await sleep(Number(durationMs), undefined, mode === '--deaf' ? {} : { signal });
      await sql`insert into work (run_id, pid, what) values (${runId}, ${process.pid}, 'ended')`;
    },
  }),
});

process.on('SIGTERM', async () => {
  await workers.stop(mode === '--deaf' ? 500 : 10_000);
  await close();
  process.exit(0);
});
process.stdout.write('ready\n');

/** A process with an embedded PostgreSQL, for tests that kill it: `embedded-process.ts <data folder>`. */
import { startEmbedded } from '../../db/embedded/supervisor.ts';
import { silentLog } from './log.ts';

const [dataDir = ''] = process.argv.slice(2);
const embedded = await startEmbedded({ dataDir, log: silentLog, durable: false, settings: { fsync: 'off' } });
// What Ctrl-C in a terminal sends to the whole group: a desk stops at it in its own time.
process.on('SIGINT', () => {});
process.on('SIGTERM', async () => {
  process.stdout.write(`${await embedded.leave()}\n`);
  process.exit(0);
});
// Keeps the process alive: the connections alone do not.
setInterval(() => {}, 60_000);
process.stdout.write('ready\n');

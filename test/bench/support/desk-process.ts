/** The whole desk in one process, all roles, as `main.ts` runs it without Slack; prints a line when it works. */
import { z } from 'zod';
import { describeConnections } from '../../../core/connect/platform-list.ts';
import { createDesk } from '../../../core/desk.ts';
import { createSessions } from '../../../core/people/sessions.ts';
import { createTasks } from '../../../core/tasks.ts';
import { countJobs } from '../../../db/jobs/counts.ts';
import { startWorkers } from '../../../db/jobs/workers.ts';
import { startSchedule } from '../../../db/schedule.ts';
import { createWebApp } from '../../../web/app.tsx';
import { createMetrics } from '../../../web/metrics.ts';
import { listen } from '../../../web/server.ts';
import { openDesk } from './desk-ports.ts';
import { lineLog } from './line-log.ts';

const input = z.object({ url: z.string(), marketplaceUrl: z.string() }).parse(JSON.parse(process.argv[2] ?? ''));

const log = lineLog;
const { ports, queries, client, close } = openDesk(input.url, input.marketplaceUrl, log);
const config = { publicUrl: 'http://localhost', host: '127.0.0.1', isDemo: false, cookieSecret: 'c'.repeat(32) };
const app = createWebApp({
  desk: createDesk(ports, queries),
  sessions: createSessions(ports),
  config,
  clock: ports.clock,
  log,
  platformNames: Object.fromEntries(ports.connectors.list().map(({ profile }) => [profile.platform, profile.name])),
  connections: describeConnections(ports.connection, ports.connectors),
});
const server = await listen({ fetch: (request, env) => app.fetch(request, env as object), host: '127.0.0.1', port: 0 });
const metrics = createMetrics();
const workers = await startWorkers({
  url: input.url,
  handlers: createTasks(ports, null),
  log,
  onEvent: metrics.jobEnded,
});
metrics.countJobsWith(() => countJobs(client.db));
const schedule = startSchedule({ database: ports.database, jobs: ports.jobs, log });

// Ctrl-C reaches the whole group; the bench ends us in its own order.
process.on('SIGINT', () => {});
process.on('SIGTERM', async () => {
  await server.close(0);
  await schedule.stop();
  await workers.stop(5_000);
  await close();
  process.exit(0);
});
process.stdout.write('ready\n');

/**
 * Composition root: reads the environment once, opens the database, wires the rooms and starts the roles.
 * `tsx main.ts` runs the desk; `owner-link`, `rotate-key`, `slack-check` and `help` do one thing and end; `database` runs
 * the embedded PostgreSQL without a desk.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bot } from './bot/app.ts';
import type { InstalledPreview } from './bot/preview/preview.ts';
import type { InstalledPlatforms } from './connectors/platforms.ts';
import type { Marketplace } from './connectors/sandbox/marketplace/marketplace.ts';
import { type Closing, createClosing } from './core/closing.ts';
import { type Config, parseConfig, processRoles, warningsOf } from './core/config.ts';
import { describeError, Fault } from './core/describe-error.ts';
import type { Desk } from './core/desk.ts';
import type { TaskHandlers } from './core/ports/jobs.ts';
import type { Log } from './core/ports/log.ts';
import type { Notifier } from './core/ports/notifier.ts';
import type { Ports } from './core/ports/ports.ts';
import type { SlackMessenger } from './core/ports/slack-channels.ts';
import type { DatabaseClient } from './db/client.ts';
import type { Foundation } from './db/foundation.ts';
import { createLog } from './web/log.ts';
import type { Metrics } from './web/metrics.ts';
import { createOpsApp, opsPaths } from './web/ops.ts';
import { createReadiness, type Readiness } from './web/readiness.ts';
import { type Fetch, listen, noPages, notYet } from './web/server.ts';
import { exitOnFaults, stopOnSignals } from './web/signals.ts';

// ---------------------------------------------------------------------------------------------------------------------
// Wiring: what the rooms are made from, and what they make. The part that grows with the desk.

interface Wired {
  /** Pages, API and webhooks. */
  readonly fetch: Fetch;
  readonly handlers: TaskHandlers;
  /** Starts the bot's outbox and Socket Mode; null without Slack. */
  readonly startBot: (() => Promise<{ stop(): Promise<void> }>) | null;
  /** The address to print: at the first start the owner's one-time link. */
  readonly openUrl: () => Promise<string>;
  readonly hasPreview: boolean;
}

async function wire(given: Foundation, closing: Closing, metrics: Metrics): Promise<Wired> {
  const preview = await previewOf(given, closing);
  const foundation = preview === null ? given : { ...given, config: { ...given.config, slack: preview.credentials } };
  const { config, log, clock, client, database, jobs, vault } = foundation;
  const [{ createDatabasePorts }, { createOpenHttp }, { createPlatforms }, { createDesk }, { createTasks }] =
    await Promise.all([
      import('./db/ports.ts'),
      import('./connectors/platforms.ts'),
      import('./core/connect/platforms.ts'),
      import('./core/desk.ts'),
      import('./core/tasks.ts'),
    ]);
  const installed = await platformsOf(foundation);
  const connectors = installed.registry;
  const renewablePlatforms = connectors
    .list()
    .filter(({ profile }) => profile.capabilities.refresh)
    .map(({ profile }) => profile.platform);
  const { repositories, queries, pacing, calls } = createDatabasePorts(client.db, { log, renewablePlatforms });
  closing.add('platforms', async () => {
    await calls.flush();
    await installed.close();
  });
  const now = () => clock.now();
  const connection = {
    publicUrl: config.publicUrl,
    egressIps: config.egressIps,
    freshnessMinutes: config.freshnessMinutes,
    appOf: (platform: string) => installed.appOf(platform),
  };
  const connect = {
    ...repositories,
    database,
    clock,
    jobs,
    log,
    connectors,
    vault,
    connection,
    openHttp: createOpenHttp({ pacing, record: calls.record, log, now }),
    recordCall: calls.record,
    notifier: await notifierOf(foundation, metrics),
    messenger: await messengerOf(foundation, metrics),
    defaultChannelId: config.slack?.channel ?? null,
    limits: { callLogDays: config.callLogDays, rawPayloadDays: config.rawPayloadDays },
  };
  const acting = { ...connect, platforms: createPlatforms(connect) };
  const { followPlatformChanges } = await import('./core/commands/follow-platform-changes.ts');
  const ports: Ports = {
    ...acting,
    followPlatformChanges: (tx, changes) => followPlatformChanges(acting, tx, changes),
  };
  await prepare(foundation, ports, preview);
  const desk = createDesk(ports, queries);
  const bot = await botOf(foundation, desk, ports, metrics);
  const { alerts } = ports;
  metrics.watchSlackWith(() =>
    database.transaction(async (tx) => {
      const at = clock.now();
      return { waiting: await alerts.waiting(tx, at), blocked: await alerts.blocked(tx, at), now: at };
    }),
  );
  return {
    fetch: await webOf(foundation, desk, ports, { marketplace: installed.marketplace, bot, preview }),
    handlers: createTasks(
      ports,
      bot === null ? null : (interactionId) => bot.replay(interactionId),
      bot?.surfaces ?? null,
    ),
    startBot:
      bot === null
        ? null
        : async () => {
            await bot.start();
            return { stop: () => bot.stop() };
          },
    openUrl: () => openUrl(config, ports),
    hasPreview: preview !== null,
  };
}

async function platformsOf({ config, clock, client, sandboxSecret }: Foundation): Promise<InstalledPlatforms> {
  const [{ installPlatforms }, { openSharedMemory }] = await Promise.all([
    import('./connectors/platforms.ts'),
    import('./db/shared-memory.ts'),
  ]);
  const ownUrl = `http://127.0.0.1:${config.port}`;
  const hasOwnSandbox = config.demo && config.sandboxUrl === null;
  const sandbox = {
    baseUrl: config.sandboxUrl ?? `${ownUrl}${sandboxPath}`,
    publicUrl: config.sandboxUrl ?? `${config.publicUrl}${sandboxPath}`,
    isElsewhere: config.sandboxUrl !== null,
    redirectUri: `${config.publicUrl}/oauth/sandbox/callback`,
    clientSecret: sandboxSecret,
    memory: hasOwnSandbox ? openSharedMemory(client.url) : null,
    deskUrl: ownUrl,
  };
  return installPlatforms({ ...config, sandbox: config.demo ? sandbox : null, now: () => clock.now() });
}

/** In demo mode without Slack, and where one process does everything: a Slack of our own, in this process. */
async function previewOf({ config, clock }: Foundation, closing: Closing): Promise<InstalledPreview | null> {
  const isAlone = processRoles.every((role) => config.roles.includes(role));
  if (!config.demo || config.slack !== null || !isAlone) return null;
  const { installPreview } = await import('./bot/preview/preview.ts');
  const preview = installPreview({
    localUrl: `http://127.0.0.1:${config.port}`,
    publicUrl: config.publicUrl,
    file: join(config.dataDir, 'slack-preview.json'),
    now: () => clock.now().getTime(),
  });
  closing.add('Slack preview', () => preview.close());
  return preview;
}

/** The first owner and merchant, and in demo mode something to ship; once, whoever starts first. */
async function prepare({ config }: Foundation, ports: Ports, preview: InstalledPreview | null): Promise<void> {
  const [{ ensureOwner }, { firstStart }] = await Promise.all([
    import('./core/people/ensure-owner.ts'),
    import('./core/first-start.ts'),
  ]);
  await firstStart(ports, { isDemo: config.demo });
  await ensureOwner(ports);
  if (preview === null) return;
  const { ensurePreviewPeople } = await import('./db/repositories/preview-people.ts');
  const { teamId, people } = preview.accounts;
  await ports.database.transaction((tx) => ensurePreviewPeople(tx, teamId, people, ports.clock.now()));
}

async function notifierOf({ config, clock }: Foundation, { slackCalled }: Metrics): Promise<Notifier | null> {
  if (config.slack === null) return null;
  const [{ createNotifier }, { createSlackClient }] = await Promise.all([
    import('./bot/notifier.ts'),
    import('./bot/slack-client.ts'),
  ]);
  const { botToken: token, apiUrl } = config.slack;
  const client = createSlackClient({ token, apiUrl, onCall: slackCalled });
  return createNotifier({ client, publicUrl: config.publicUrl, clock });
}

async function messengerOf({ config }: Foundation, { slackCalled }: Metrics): Promise<SlackMessenger | null> {
  if (config.slack === null) return null;
  const [{ createMessenger }, { createSlackClient }] = await Promise.all([
    import('./bot/messenger.ts'),
    import('./bot/slack-client.ts'),
  ]);
  const { botToken: token, apiUrl } = config.slack;
  const client = createSlackClient({ token, apiUrl, onCall: slackCalled });
  return createMessenger({ client, publicUrl: config.publicUrl });
}

async function botOf(
  { config, log, gestureDatabase }: Foundation,
  desk: Desk,
  ports: Ports,
  { slackCalled }: Metrics,
): Promise<Bot | null> {
  if (config.slack === null) {
    log.info({}, 'no SLACK_BOT_TOKEN: the desk runs without Slack, alerts wait in the dashboard');
    return null;
  }
  const [{ createBot }, { createSlackPeople }] = await Promise.all([import('./bot/app.ts'), import('./bot/who.ts')]);
  const { botToken, transport, apiUrl } = config.slack;
  return createBot({
    ...ports,
    gestureDatabase: gestureDatabase ?? undefined,
    config: {
      botToken,
      signingSecret: transport.kind === 'http' ? transport.signingSecret : null,
      appToken: transport.kind === 'socket' ? transport.appToken : null,
      publicUrl: config.publicUrl,
      apiUrl,
    },
    commands: desk.commands,
    queries: desk.queries,
    people: createSlackPeople(ports),
    onSlackCall: slackCalled,
  });
}

async function webOf(
  foundation: Foundation,
  desk: Desk,
  ports: Ports,
  doors: {
    readonly marketplace: Marketplace | null;
    readonly bot: Bot | null;
    readonly preview: InstalledPreview | null;
  },
): Promise<Fetch> {
  const { marketplace, bot, preview } = doors;
  const { Hono } = await import('hono');
  const app = new Hono();
  // Before the desk's own checks of browser posts: these doors have their own. The marketplace stands in every process,
  // because each calls the one at its own address.
  if (marketplace !== null) app.route(sandboxPath, marketplace.app);
  if (foundation.config.roles.includes('web')) {
    const answerSlack = bot?.fetch ?? null;
    if (answerSlack !== null) app.post('/slack/events', (c) => answerSlack(c.req.raw));
    if (preview !== null) {
      const { getConnInfo } = await import('@hono/node-server/conninfo');
      app.all(`${preview.path}*`, (c) => preview.answer(c.req.raw, getConnInfo(c).remote.address));
    }
    const pages = await pagesOf(foundation, desk, ports, preview);
    // Not mounted: its own answer to an address that nobody has would be lost.
    app.all('*', (c) => pages(c.req.raw, c.env));
  } else {
    app.all('*', () => noPages());
  }
  return (request, env) => app.fetch(request, env as object);
}

async function pagesOf(
  { config, clock, log, cookieSecret }: Foundation,
  desk: Desk,
  ports: Ports,
  preview: InstalledPreview | null,
): Promise<Fetch> {
  const [{ createWebApp }, { createSessions }, { describeConnections }] = await Promise.all([
    import('./web/app.tsx'),
    import('./core/people/sessions.ts'),
    import('./core/connect/platform-list.ts'),
  ]);
  const pages = createWebApp({
    desk,
    sessions: createSessions(ports),
    config: { publicUrl: config.publicUrl, host: config.host, isDemo: config.demo, cookieSecret },
    clock,
    log,
    platformNames: Object.fromEntries(ports.connectors.list().map(({ profile }) => [profile.platform, profile.name])),
    connections: describeConnections(ports.connection, ports.connectors),
    slackPreview: preview?.preview ?? null,
  });
  return (request, env) => pages.fetch(request, env as object);
}

/** The address to open: with a sign-in link until somebody has signed in. */
async function openUrl(config: Config, ports: Ports): Promise<string> {
  if (await ports.database.transaction((tx) => ports.access.sessions.exist(tx))) return config.publicUrl;
  return ownerUrl(config, ports);
}

async function ownerUrl(config: Config, ports: Pick<Ports, 'access' | 'database' | 'clock'>): Promise<string> {
  const { createOwnerLink } = await import('./core/people/create-owner-link.ts');
  const { token } = await createOwnerLink(ports);
  return `${config.publicUrl}/sign-in?token=${token}`;
}

const sandboxPath = '/sandbox';

// ---------------------------------------------------------------------------------------------------------------------
// Commands

async function start(config: Config, log: Log, closing: Closing): Promise<void> {
  for (const warning of warningsOf(config)) log.warn({ host: config.host, publicUrl: config.publicUrl }, warning);
  const { createMetrics } = await import('./web/metrics.ts');
  const metrics = createMetrics();
  const readiness = createReadiness(['the database', 'the desk']);
  const ops = createOpsApp({ metrics, metricsToken: config.metricsToken, waitingFor: readiness.waitingFor });
  let desk: Fetch = notYet;
  // First of all, so that health checks are answered while the database starts and migrates.
  const server = await listen({
    host: config.host,
    port: config.port,
    fetch: (request, env) =>
      opsPaths.includes(new URL(request.url).pathname) ? ops.fetch(request, env) : desk(request, env),
  });
  closing.add('web server', () => server.close(httpGraceMs));

  const foundation = await openFoundation(config, log, closing);
  readiness.done('the database');
  readiness.check('the database', () => answers(foundation.client));
  const wired = await wire(foundation, closing, metrics);
  desk = wired.fetch;
  await startRoles(foundation, wired, metrics, readiness, closing);
  print(
    config.roles.includes('web')
      ? `Holdfast is ready: ${await wired.openUrl()}`
      : `Holdfast is ready as ${config.roles.join(', ')}; its pages are at a process with the role web.`,
  );
  if (wired.hasPreview) print(`No Slack needed to see the bot: ${config.publicUrl}/slack-preview`);
  readiness.done('the desk');
}

async function startRoles(
  { config, log, client, database, jobs }: Foundation,
  { handlers, startBot }: Wired,
  metrics: Metrics,
  readiness: Readiness,
  closing: Closing,
): Promise<void> {
  if (config.roles.includes('bot') && startBot !== null) {
    const bot = await startBot();
    closing.add('bot', () => bot.stop());
  }
  if (config.roles.includes('worker')) {
    const { countJobs } = await import('./db/jobs/counts.ts');
    const { startWorkers } = await import('./db/jobs/workers.ts');
    const workers = await startWorkers({ url: client.url, handlers, log, onEvent: metrics.jobEnded });
    metrics.countJobsWith(() => countJobs(client.db));
    readiness.check('the workers', async () => workers.isHealthy);
    closing.add('workers', () => workers.stop(config.shutdownSeconds * 1_000));
  }
  if (config.roles.includes('scheduler')) {
    const { startSchedule } = await import('./db/schedule.ts');
    const schedule = startSchedule({ database, jobs, log });
    closing.add('schedule', () => schedule.stop());
  }
}

async function rotateKey(config: Config, log: Log, closing: Closing): Promise<void> {
  const { client, vault } = await openFoundation(config, log, closing);
  const [{ rotateKeys }, { keyFileId, keyFileOf }] = await Promise.all([
    import('./db/rotate-key.ts'),
    import('./db/key-file.ts'),
  ]);
  const [first, ...others] = config.encryptionKeys;
  const file = keyFileOf(config.dataDir);
  if (first === undefined) {
    const old = await keyFileId(config.dataDir);
    print(
      `There is one key only, in ${file}. To change it, set ENCRYPTION_KEYS=k1:NEW,${old}:OLD, where NEW comes from ` +
        '`openssl rand -base64 32` and OLD stands in that file, run this again, and keep ENCRYPTION_KEYS=k1:NEW.',
    );
    return;
  }
  const count = await rotateKeys(client.db, vault);
  print(`${count} sealed texts were sealed anew with ${first.id}, the first of ENCRYPTION_KEYS.`);
  const gone = others.length > 0 ? ` ${others.map(({ id }) => id).join(', ')} can go.` : '';
  print(`ENCRYPTION_KEYS=${first.id}:… must stay set at every start from now on.${gone}`);
  if ((await keyFileId(config.dataDir)) !== null) {
    print(`Delete ${file}: a start without ENCRYPTION_KEYS would take the key in it, which opens nothing any more.`);
  }
}

/** The embedded PostgreSQL alone, for copying it: nothing works on it meanwhile. Stays until it is stopped. */
async function databaseAlone(config: Config, log: Log, closing: Closing): Promise<void> {
  if (config.databaseUrl !== null)
    throw new Fault('The database is the one of DATABASE_URL: nothing is embedded here.');
  const { startEmbedded } = await import('./db/embedded/supervisor.ts');
  const embedded = await startEmbedded({ dataDir: config.dataDir, log });
  closing.add('embedded PostgreSQL', async () => void (await embedded.leave()));
  print(`The database without a desk, until Ctrl-C: ${embedded.url}`);
}

async function ownerLink(config: Config, log: Log, closing: Closing): Promise<void> {
  const foundation = await openFoundation(config, log, closing);
  const { createAccessRepositories } = await import('./db/repositories/access.ts');
  print(await ownerUrl(config, { ...foundation, access: createAccessRepositories(foundation.client.db) }));
}

/** Says in words what Slack still needs. Reads the settings itself: wrong ones are what it is asked about. */
async function slackCheck(closing: Closing): Promise<void> {
  const [{ checkSlack }, { slackReport }] = await Promise.all([
    import('./bot/check/check-slack.ts'),
    import('./bot/check/report.ts'),
  ]);
  const parsed = parseConfig(process.env);
  const config = parsed.ok ? parsed.value : null;
  const text = (name: string): string | null => process.env[name]?.trim() || null;
  const settings = {
    botToken: text('SLACK_BOT_TOKEN'),
    signingSecret: text('SLACK_SIGNING_SECRET'),
    appToken: text('SLACK_APP_TOKEN'),
    channel: text('SLACK_CHANNEL'),
    publicUrl: text('PUBLIC_URL'),
    // Only an address that the settings' own check lets pass: tokens are sent there.
    apiUrl: config?.slack?.apiUrl ?? null,
  };
  const routed = config === null || config.slack === null ? null : await routedChannels(config, closing);
  const { text: report, isReady } = slackReport(await checkSlack({ settings, routed }));
  print(report);
  if (!isReady) process.exitCode = 1;
}

/** Channels that alerts are routed to; null where the database does not allow to look. */
async function routedChannels(
  config: Config,
  closing: Closing,
): Promise<readonly { channelId: string; name: string | null }[] | null> {
  try {
    const foundation = await openFoundation(config, createLog({ ...config, logLevel: 'error' }), closing);
    const { createSlackChannelRepository } = await import('./db/repositories/slack-channels.ts');
    const channels = createSlackChannelRepository();
    return await foundation.database.transaction(async (tx) => {
      const names = new Map((await channels.list(tx)).map(({ channelId, name }) => [channelId, name]));
      const routes = await channels.routes(tx);
      return routes.map(({ channelId }) => ({ channelId, name: names.get(channelId) ?? null }));
    });
  } catch (error) {
    process.stderr.write(`The routes could not be read: ${describeError(error).message}\n`);
    return null;
  }
}

async function help(): Promise<void> {
  const { settings } = await import('./core/settings.ts');
  print(
    'Holdfast, an order desk. Commands: start (default), owner-link, rotate-key, database, slack-check, help.\n\nEnvironment:',
  );
  for (const { name, needed, default: fallback, about } of settings) {
    print(`\n${name}\n  ${about}\n  needed: ${needed}; default: ${fallback}`);
  }
}

/** Loaded when it is needed: `help` and a wrong setting answer at once. */
async function openFoundation(config: Config, log: Log, closing: Closing): Promise<Foundation> {
  const { openFoundation: open } = await import('./db/foundation.ts');
  return open(config, log, closing);
}

async function answers(client: DatabaseClient): Promise<boolean> {
  const answer = client.sql`select 1`.then(
    () => true,
    () => false,
  );
  return Promise.race([answer, sleep(readyTimeoutMs, false, { ref: false })]);
}

// ---------------------------------------------------------------------------------------------------------------------
// Process: log, signals, end

/** Answers in progress when we are asked to stop. */
const httpGraceMs = 3_000;
const readyTimeoutMs = 2_000;

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function fail(text: string): void {
  process.stderr.write(`${text}\n`);
  process.exitCode = 1;
}

function readConfig(): Config | null {
  const parsed = parseConfig(process.env);
  if (parsed.ok) return parsed.value;
  fail(`Holdfast cannot start with these settings:\n${parsed.error.map(({ message }) => `  - ${message}`).join('\n')}`);
  return null;
}

async function checkAndClose(): Promise<void> {
  const closing = createClosing(silentLog);
  try {
    await slackCheck(closing);
  } finally {
    await closing.run();
  }
}

/** For what ends before anybody could read a log. */
const silentLog: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

async function main(): Promise<void> {
  const commands = { start, 'owner-link': ownerLink, 'rotate-key': rotateKey, database: databaseAlone };
  const name = process.argv[2] ?? 'start';
  if (name === 'help' || name === '--help') return help();
  if (name === 'slack-check') return checkAndClose();
  const command = Object.entries(commands).find(([known]) => known === name)?.[1];
  if (command === undefined)
    return fail(`There is no command ${name}. Use start, owner-link, rotate-key, database, slack-check or help.`);
  const config = readConfig();
  if (config === null) return;

  const log = createLog(config);
  const closing = createClosing(log);
  exitOnFaults(log);
  try {
    const started = command(config, log, closing);
    const isUnderNpm = process.env.npm_lifecycle_event !== undefined;
    stopOnSignals({ shutdownSeconds: config.shutdownSeconds, isUnderNpm, log, closing, started });
    await started;
    if (command !== start && command !== databaseAlone) await closing.run();
  } catch (error) {
    const { name: kind, message, stack } = describeError(error);
    fail(error instanceof Fault ? message : `${kind}: ${message}\n${stack ?? ''}`);
    await closing.run();
    process.exit(1);
  }
}

await main();

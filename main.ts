/**
 * Composition root: reads the environment once, opens the database, wires the rooms and starts the roles.
 * `tsx main.ts` runs the desk; `owner-link`, `rotate-key`, `slack-check` and `help` do one thing and end.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pino from 'pino';
import type { Bot } from './bot/app.ts';
import type { InstalledPreview } from './bot/preview/preview.ts';
import type { InstalledPlatforms } from './connectors/platforms.ts';
import type { Marketplace } from './connectors/sandbox/marketplace/marketplace.ts';
import { type Config, type KeySetting, parseConfig, processRoles, warningsOf } from './core/config.ts';
import { describeError, Fault } from './core/describe-error.ts';
import type { Desk } from './core/desk.ts';
import { type Clock, systemClock } from './core/ports/clock.ts';
import type { Database } from './core/ports/database.ts';
import type { Jobs, TaskHandlers } from './core/ports/jobs.ts';
import type { Log } from './core/ports/log.ts';
import type { Notifier } from './core/ports/notifier.ts';
import type { Ports } from './core/ports/ports.ts';
import type { SlackMessenger } from './core/ports/slack-channels.ts';
import type { Vault } from './core/ports/vault.ts';
import type { DatabaseClient } from './db/client.ts';
import type { Metrics } from './web/metrics.ts';
import { createOpsApp, opsPaths } from './web/ops.ts';
import { createReadiness, type Readiness } from './web/readiness.ts';
import { type Fetch, listen, notYet } from './web/server.ts';

// ---------------------------------------------------------------------------------------------------------------------
// Wiring: what the rooms are made from, and what they make. The part that grows with the desk.

interface Foundation {
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

async function wire(given: Foundation, closing: Closing): Promise<Wired> {
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
    notifier: await notifierOf(foundation),
    messenger: await messengerOf(foundation),
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
  const bot = await botOf(foundation, desk, ports);
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

async function platformsOf({ config, clock, sandboxSecret }: Foundation): Promise<InstalledPlatforms> {
  const { installPlatforms } = await import('./connectors/platforms.ts');
  const sandbox = {
    baseUrl: config.sandboxUrl ?? `http://127.0.0.1:${config.port}${sandboxPath}`,
    publicUrl: config.sandboxUrl ?? `${config.publicUrl}${sandboxPath}`,
    isElsewhere: config.sandboxUrl !== null,
    redirectUri: `${config.publicUrl}/oauth/sandbox/callback`,
    clientSecret: sandboxSecret,
    file: join(config.dataDir, 'sandbox.json'),
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

async function notifierOf({ config, clock }: Foundation): Promise<Notifier | null> {
  if (config.slack === null) return null;
  const [{ createNotifier }, { createSlackClient }] = await Promise.all([
    import('./bot/notifier.ts'),
    import('./bot/slack-client.ts'),
  ]);
  const client = createSlackClient({ token: config.slack.botToken, apiUrl: config.slack.apiUrl });
  return createNotifier({ client, publicUrl: config.publicUrl, clock });
}

async function messengerOf({ config }: Foundation): Promise<SlackMessenger | null> {
  if (config.slack === null) return null;
  const [{ createMessenger }, { createSlackClient }] = await Promise.all([
    import('./bot/messenger.ts'),
    import('./bot/slack-client.ts'),
  ]);
  const client = createSlackClient({ token: config.slack.botToken, apiUrl: config.slack.apiUrl });
  return createMessenger({ client, publicUrl: config.publicUrl });
}

async function botOf({ config, log, gestureDatabase }: Foundation, desk: Desk, ports: Ports): Promise<Bot | null> {
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
  });
}

async function webOf(
  { config, clock, log, cookieSecret }: Foundation,
  desk: Desk,
  ports: Ports,
  doors: {
    readonly marketplace: Marketplace | null;
    readonly bot: Bot | null;
    readonly preview: InstalledPreview | null;
  },
): Promise<Fetch> {
  const { marketplace, bot, preview } = doors;
  const [{ Hono }, { createWebApp }, { createSessions }, { describeConnections }] = await Promise.all([
    import('hono'),
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
  const app = new Hono();
  // Before the desk's own checks of browser posts: these doors have their own.
  if (marketplace !== null) app.route(sandboxPath, marketplace.app);
  const answerSlack = bot?.fetch ?? null;
  if (answerSlack !== null) app.post('/slack/events', (c) => answerSlack(c.req.raw));
  if (preview !== null) {
    const { getConnInfo } = await import('@hono/node-server/conninfo');
    app.all(`${preview.path}*`, (c) => preview.answer(c.req.raw, getConnInfo(c).remote.address));
  }
  // Not mounted: its own answer to an address that nobody has would be lost.
  app.all('*', (c) => pages.fetch(c.req.raw, c.env));
  return (request, env) => app.fetch(request, env as object);
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
  const wired = await wire(foundation, closing);
  if (config.roles.includes('web')) desk = wired.fetch;
  await startRoles(foundation, wired, metrics, readiness, closing);
  print(`Holdfast is ready: ${await wired.openUrl()}`);
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
  const { rotateKeys } = await import('./db/rotate-key.ts');
  const count = await rotateKeys(client.db, vault);
  print(`${count} sealed texts were sealed anew with the first of ENCRYPTION_KEYS. The other keys can go now.`);
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
    'Holdfast, an order desk. Commands: start (default), owner-link, rotate-key, slack-check, help.\n\nEnvironment:',
  );
  for (const { name, needed, default: fallback, about } of settings) {
    print(`\n${name}\n  ${about}\n  needed: ${needed}; default: ${fallback}`);
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// Foundation

async function openFoundation(config: Config, log: Log, closing: Closing): Promise<Foundation> {
  const keys = await encryptionKeys(config);
  const url = await openDatabase(config, log, closing);
  const [{ migrateDatabase }, { connectDatabase }, { createDatabase }, { createJobs }, { createVault, deriveSecret }] =
    await Promise.all([
      import('./db/migrate.ts'),
      import('./db/client.ts'),
      import('./db/database.ts'),
      import('./db/jobs.ts'),
      import('./db/vault.ts'),
    ]);
  await migrateDatabase(url);
  const client = connectDatabase(url, { max: config.databasePool });
  const gestures = config.slack === null ? null : connectDatabase(url, { max: 1 });
  closing.add('connections', async () => {
    await Promise.all([client.close(), gestures?.close()]);
  });
  return {
    config,
    log,
    clock: systemClock,
    client,
    database: createDatabase(client.db),
    gestureDatabase: gestures === null ? null : createDatabase(gestures.db),
    jobs: createJobs(),
    vault: createVault(keys),
    cookieSecret: config.sessionSecret ?? deriveSecret(keys, 'cookies'),
    sandboxSecret: deriveSecret(keys, 'sandbox'),
  };
}

/** The URL of a database that can serve: the one named, or the embedded one. */
async function openDatabase(config: Config, log: Log, closing: Closing): Promise<string> {
  if (config.databaseUrl !== null) {
    const { checkDatabase } = await import('./db/check.ts');
    await checkDatabase(config.databaseUrl);
    return config.databaseUrl;
  }
  const { startEmbedded } = await import('./db/embedded/supervisor.ts');
  const embedded = await startEmbedded({ dataDir: config.dataDir, log });
  closing.add('embedded PostgreSQL', async () => void (await embedded.leave()));
  return embedded.url;
}

async function encryptionKeys(config: Config): Promise<readonly KeySetting[]> {
  if (config.encryptionKeys.length > 0) return config.encryptionKeys;
  const { readOrMakeKeyFile } = await import('./db/key-file.ts');
  return [await readOrMakeKeyFile(config.dataDir)];
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
/** Beside the time that jobs get: the rest of a shutdown takes well under this, or hangs. */
const shutdownMarginMs = 15_000;
/** npm passes Ctrl-C on to us, who got it from the terminal already: only a later one means impatience. */
const secondSignalMs = 1_000;
const parentWatchMs = 500;

/** What is closed, in this order. */
const closingOrder = [
  'web server',
  'schedule',
  'workers',
  'bot',
  'Slack preview',
  'platforms',
  'connections',
  'embedded PostgreSQL',
] as const;

interface Closing {
  add(name: (typeof closingOrder)[number], close: () => Promise<void>): void;
  /** Closes everything once; a part that fails does not keep the others open. */
  run(): Promise<void>;
}

function createClosing(log: Log): Closing {
  const parts = new Map<string, () => Promise<void>>();
  return {
    add: (name, close) => void parts.set(name, close),
    async run() {
      for (const name of closingOrder) {
        const close = parts.get(name);
        parts.delete(name);
        await close?.().catch((error: unknown) =>
          log.error({ part: name, error: describeError(error) }, 'closing failed'),
        );
      }
    },
  };
}

/** JSON lines; on a terminal one readable line each. Headers and fields that carry secrets are blotted out. */
function createLog(config: Config): Log {
  const secret = [
    'authorization',
    'cookie',
    'set-cookie',
    'password',
    'secret',
    'token',
    'accessToken',
    'refreshToken',
  ];
  const logger = pino(
    {
      level: config.logLevel,
      base: { roles: config.roles.join(',') },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
      serializers: { error: asDescribed, err: asDescribed },
      redact: {
        paths: secret.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`]),
        censor: '[hidden]',
      },
    },
    process.stdout.isTTY ? { write: (line: string) => void process.stdout.write(readable(line)) } : pino.destination(1),
  );
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
  };
}

const asDescribed = (error: unknown): unknown => (error instanceof Error ? describeError(error) : error);

function readable(line: string): string {
  const { time, level, msg, roles: _roles, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const rest = Object.keys(fields).length === 0 ? '' : ` ${JSON.stringify(fields)}`;
  return `${String(time).slice(11, 19)} ${String(level).padEnd(5)} ${msg}${rest}\n`;
}

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

/** Stops in order at the first signal, at once at a later one. */
function stopOnSignals(config: Config, log: Log, closing: Closing, started: Promise<unknown>): void {
  let askedAt = 0;
  let watch: NodeJS.Timeout | undefined;
  const stop = async (signal: string): Promise<void> => {
    if (askedAt !== 0) {
      if (Date.now() - askedAt > secondSignalMs) process.exit(1);
      return;
    }
    askedAt = Date.now();
    clearInterval(watch);
    log.info({ signal }, 'stopping');
    setTimeout(() => process.exit(1), config.shutdownSeconds * 1_000 + shutdownMarginMs).unref();
    // What is just being started (the database, above all) must be there to be stopped.
    await started.catch(() => {});
    await closing.run();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(signal));
  // npm starts us through a shell, which does not pass on what ends it: without this, stopping npm leaves us running.
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  watch = setInterval(() => {
    if (process.ppid !== parent) void stop('npm ended');
  }, parentWatchMs);
  watch.unref();
}

function exitOnFaults(log: Log): void {
  const exit = (error: unknown): void => {
    log.error({ error: describeError(error) }, 'a fault that nobody caught; the process ends');
    process.exit(1);
  };
  process.on('uncaughtException', exit);
  process.on('unhandledRejection', exit);
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
  const commands = { start, 'owner-link': ownerLink, 'rotate-key': rotateKey };
  const name = process.argv[2] ?? 'start';
  if (name === 'help' || name === '--help') return help();
  if (name === 'slack-check') return checkAndClose();
  const command = Object.entries(commands).find(([known]) => known === name)?.[1];
  if (command === undefined)
    return fail(`There is no command ${name}. Use start, owner-link, rotate-key, slack-check or help.`);
  const config = readConfig();
  if (config === null) return;

  const log = createLog(config);
  const closing = createClosing(log);
  exitOnFaults(log);
  try {
    const started = command(config, log, closing);
    stopOnSignals(config, log, closing, started);
    await started;
    if (command !== start) await closing.run();
  } catch (error) {
    const { name: kind, message, stack } = describeError(error);
    fail(error instanceof Fault ? message : `${kind}: ${message}\n${stack ?? ''}`);
    await closing.run();
    process.exit(1);
  }
}

await main();

import { App, LogLevel, SocketModeReceiver } from '@slack/bolt';
import type { SlackSurfaces } from '../core/ports/slack-surfaces.ts';
import type { BotDeps } from './deps.ts';
import { followSync } from './follow-sync.ts';
import { createHomes } from './home.ts';
import { listenToActions } from './listeners/actions.ts';
import { listenToCommands } from './listeners/commands.ts';
import { listenToEvents } from './listeners/events.ts';
import { listenToOptions } from './listeners/options.ts';
import { listenToShortcuts } from './listeners/shortcuts.ts';
import { listenToViews } from './listeners/views.ts';
import { isOurs } from './ours.ts';
import { createWebReceiver, nameOf, type WebReceiver } from './receiver.ts';
import { recordInteractions } from './record.ts';
import { toNotifierError } from './slack-call.ts';
import { clientOptions, createSlackClient } from './slack-client.ts';
import { createPacedFetch } from './slack-pace.ts';
import { createPeopleLookup } from './who.ts';

export interface Bot {
  /** HTTP transport: answers a signed request of Slack; null in Socket Mode. */
  readonly fetch: ((request: Request) => Promise<Response>) | null;
  /**
   * Asks Slack who we are, and opens the socket in Socket Mode. Resolves after the first attempt, whatever came of it:
   * a desk whose Slack is down, or refuses the token, still has to ship. It is tried again until it works.
   */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Finishes an interaction that a dead process left: its acknowledgment goes nowhere. */
  replay(interactionId: string): Promise<void>;
  /** What people look at besides cards: Home tabs, and answers that go on. */
  readonly surfaces: SlackSurfaces;
}

/** Waits between attempts to reach Slack; the last repeats. */
const connectAgainMs: readonly number[] = [5_000, 15_000, 60_000, 300_000];
/** The desk's start waits for the first attempt: no longer than this. */
const connectWithinMs = 3_000;

interface Identity {
  teamId: string | null;
  appId: string | null;
  botId: string | null;
  botUserId: string | null;
}

/** The Slack bot: listeners over the desk's commands, on our own server or in Socket Mode. */
export function createBot(deps: BotDeps, waitsMs: readonly number[] = connectAgainMs): Bot {
  const { config, log } = deps;
  const fetch = createPacedFetch(deps);
  const onCall = deps.onSlackCall;
  const client = createSlackClient({ token: config.botToken, apiUrl: config.apiUrl, fetch, onCall });
  const identity: Identity = { teamId: null, appId: null, botId: null, botUserId: null };
  const ours = () => ({ ...identity, apiUrl: config.apiUrl });
  const isSocket = config.appToken !== null;
  const webReceiver: WebReceiver | null = isSocket
    ? null
    : createWebReceiver({
        signingSecret: config.signingSecret ?? '',
        identity: ours,
        now: () => deps.clock.now(),
        log,
      });
  const socketReceiver =
    config.appToken === null
      ? null
      : new SocketModeReceiver({
          appToken: config.appToken,
          logLevel: LogLevel.ERROR,
          // Nothing is installed: the only way to say where it asks for a socket. Its own patience stays as it is.
          ...(config.apiUrl === undefined
            ? {}
            : { installerOptions: { clientOptions: { slackApiUrl: config.apiUrl } } }),
        });
  const receiver = webReceiver ?? socketReceiver;
  if (receiver === null) throw new Error('Neither transport was made.');

  const app = new App({
    receiver,
    // Answers from what we know: with a token Bolt would ask Slack before it acknowledges anything.
    authorize: async () => ({
      botToken: config.botToken,
      ...(identity.botId === null ? {} : { botId: identity.botId }),
      ...(identity.botUserId === null ? {} : { botUserId: identity.botUserId }),
    }),
    convoStore: false,
    logLevel: LogLevel.ERROR,
    clientOptions: clientOptions({ apiUrl: config.apiUrl, fetch, onCall }),
  });
  app.error(async (error) => log.error({ error: nameOf(error) }, 'a Slack listener failed'));
  // Over HTTP the receiver has refused it already, with a status.
  app.use(async ({ body, next }) => {
    if (isOurs(body, ours())) await next();
  });
  app.use(recordInteractions(deps));
  const lookup = createPeopleLookup({ client, people: deps.people });
  listenToActions(app, deps, lookup);
  listenToOptions(app, deps, lookup);
  listenToViews(app, deps, lookup);
  listenToCommands(app, deps, lookup);
  listenToShortcuts(app, deps, lookup);
  const homes = createHomes(deps, client);
  listenToEvents(app, deps, lookup, homes);

  const asking = createSlackClient({ token: config.botToken, apiUrl: config.apiUrl, timeoutMs: connectWithinMs });
  let waiting: NodeJS.Timeout | null = null;
  let isStopped = false;

  async function connect(attempt: number): Promise<void> {
    try {
      const who = await asking.auth.test();
      identity.teamId = who.team_id ?? null;
      identity.botId = who.bot_id ?? null;
      identity.botUserId = who.user_id ?? null;
      identity.appId = who.app_id ?? (await appOf(who.bot_id));
    } catch (error) {
      return connectLater(attempt, error);
    }
    if (attempt > 0) log.info({}, 'Slack answers again');
    // Not waited for: the socket's own attempts go on for as long as Slack does not answer.
    if (isSocket && !isStopped) app.start().catch((error: unknown) => connectLater(attempt, error));
  }

  /** Null where Slack does not say it: requests are then told apart by signature and workspace alone. */
  async function appOf(bot: string | undefined): Promise<string | null> {
    if (bot === undefined) return null;
    try {
      return (await asking.bots.info({ bot })).bot?.app_id ?? null;
    } catch (error) {
      log.warn({ error: nameOf(error) }, 'Slack did not say which app this is');
      return null;
    }
  }

  function connectLater(attempt: number, error: unknown): void {
    if (isStopped) return;
    const waitMs = waitsMs[Math.min(attempt, waitsMs.length - 1)] ?? connectWithinMs;
    log.error(
      { error: toNotifierError(error).code, secondsToNextAttempt: waitMs / 1_000 },
      'Slack cannot be used: alerts wait in the dashboard. Check SLACK_BOT_TOKEN and the way to Slack',
    );
    waiting = setTimeout(() => void connect(attempt + 1), waitMs);
    waiting.unref();
  }

  return {
    surfaces: {
      homesMayChange: () => homes.mayChange(),
      drawHomes: () => homes.draw(),
      follow: (followId) => followSync(deps, client, followId),
    },
    fetch: webReceiver === null ? null : (request) => webReceiver.fetch(request),
    start: () => connect(0),
    async stop() {
      isStopped = true;
      if (waiting !== null) clearTimeout(waiting);
      if (isSocket) await app.stop();
    },
    async replay(interactionId) {
      const open = await deps.database.transaction((tx) => deps.interactions.open(tx, interactionId));
      if (open === null) return;
      await app.processEvent({
        body: JSON.parse(open.payload),
        ack: async () => {},
        customProperties: { replayOf: interactionId },
      });
      await deps.database.transaction((tx) =>
        deps.interactions.finish(tx, interactionId, 'replayed', deps.clock.now()),
      );
    },
  };
}

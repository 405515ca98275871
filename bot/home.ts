import { createHash } from 'node:crypto';
import { webApi } from '@slack/bolt';
import { may } from '../core/people/permissions.ts';
import type { Job } from '../core/ports/jobs.ts';
import type { HomeViewer } from '../core/ports/slack-surfaces.ts';
import { localDay, momentOn } from '../core/time/zoned.ts';
import type { BotDeps } from './deps.ts';
import { said } from './listeners/replies.ts';
import type { SlackHome } from './messages/blocks.ts';
import { homeView, shownAssigned, strangerHome } from './messages/home.ts';
import { needsSomebody } from './messages/stores.ts';
import { merchantsOf } from './reading.ts';
import { nameOf } from './receiver.ts';

/** One person's tab is looked at no more often than this, whatever changes. */
const pauseMs = 3_000;
/** Slack does not say when a tab is closed: whoever opened it within a working day may still look at it. */
const openForMs = 8 * 3_600_000;
/** Tabs of one round: Slack takes at least 100 publications a minute. */
const perRound = 25;
/** After a failure that says nothing about when to come again. */
const retryMs = 30_000;

export interface Homes {
  /** Somebody opened the tab: drawn at once. `viewHash`: of what stands there; null: nothing yet. */
  opened(user: Pick<HomeViewer, 'teamId' | 'slackUserId'>, viewHash: string | null): Promise<void>;
  /** Asks for a round in some seconds; many changes, one round. */
  mayChange(): Promise<void>;
  /** A round: tabs whose content is another than what stands there are published. */
  draw(): Promise<void>;
}

/** The Home tab of whoever opened it lately, kept true. */
export function createHomes(deps: BotDeps, client: webApi.WebClient): Homes {
  const { database, slackSurfaces, clock, log } = deps;

  async function enqueue(afterMs: number): Promise<void> {
    // Whole steps: all changes of one step are one job, and a stream of them does not push the job ahead of itself.
    const step = Math.ceil((clock.now().getTime() + afterMs) / pauseMs);
    await database.transaction((tx) => deps.jobs.enqueue(tx, [homesJob(step)]));
  }

  async function publish(viewer: HomeViewer, shared: Shared): Promise<void> {
    const view = await viewOf(deps, viewer, shared);
    const contentHash = createHash('sha256').update(JSON.stringify(view)).digest('hex');
    if (contentHash === viewer.contentHash) return;
    const user = { teamId: viewer.teamId, slackUserId: viewer.slackUserId };
    try {
      const answer = await client.views.publish({
        user_id: viewer.slackUserId,
        view,
        ...(viewer.viewHash === null ? {} : { hash: viewer.viewHash }),
      });
      const viewHash = answer.view?.hash ?? null;
      await database.transaction((tx) => slackSurfaces.homeDrawn(tx, { ...user, contentHash, viewHash }));
    } catch (error) {
      // Something newer stands there, or Slack did not take it: the next round draws without asking what was there.
      await database.transaction((tx) => slackSurfaces.homeDrawn(tx, { ...user, contentHash: null, viewHash: null }));
      const afterMs = retryAfterOf(error);
      if (afterMs === null) log.warn({ error: nameOf(error) }, 'a Home tab could not be drawn');
      else await enqueue(afterMs);
    }
  }

  return {
    async opened(user, viewHash) {
      const at = clock.now();
      await database.transaction((tx) => slackSurfaces.homeOpened(tx, user, { viewHash, at }));
      await publish({ ...user, viewHash, contentHash: null }, new Map());
    },
    async mayChange() {
      const since = new Date(clock.now().getTime() - openForMs);
      if (await database.transaction((tx) => slackSurfaces.hasHomes(tx, since))) await enqueue(pauseMs);
    },
    async draw() {
      const at = clock.now();
      const viewers = await database.transaction((tx) =>
        slackSurfaces.claimHomes(tx, {
          openedSince: new Date(at.getTime() - openForMs),
          lookedBefore: new Date(at.getTime() - pauseMs),
          at,
          limit: perRound,
        }),
      );
      const shared: Shared = new Map();
      for (const viewer of viewers) await publish(viewer, shared);
      if (viewers.length === perRound) await enqueue(pauseMs);
    },
  };
}

const homesJob = (step: number): Job<'slack.homes'> => ({
  task: 'slack.homes',
  payload: {},
  key: `slack.homes:${step}`,
  runAt: new Date(step * pauseMs),
});

/** When to come again; null: never for this. */
function retryAfterOf(error: unknown): number | null {
  if (error instanceof webApi.WebAPIRateLimitedError) return error.retryAfter * 1_000;
  if (error instanceof webApi.WebAPIPlatformError) return error.data.error === 'hash_conflict' ? pauseMs : null;
  return retryMs;
}

/** What everybody with the same merchants is shown: read once a round. */
type Shared = Map<string, ReturnType<typeof readShared>>;

async function readShared(deps: BotDeps, merchantIds: readonly string[]) {
  const [merchants, stores, counts] = await Promise.all([
    deps.queries.listMerchants({ merchantIds }),
    deps.queries.listStores({ merchantIds }),
    deps.queries.countByStore({ merchantIds }),
  ]);
  const now = deps.clock.now();
  const timeZone = merchants[0]?.timezone ?? 'UTC';
  const since = momentOn(localDay(now, timeZone), '00:00', timeZone);
  const { shipped: shippedToday } = await deps.queries.showStats({ merchantIds, since, now });
  return { merchants, stores, counts, shippedToday, troubled: stores.filter(needsSomebody) };
}

async function viewOf(deps: BotDeps, { teamId, slackUserId }: HomeViewer, shared: Shared): Promise<SlackHome> {
  const { publicUrl } = deps.config;
  const found = await deps.people.actorOf({ teamId, userId: slackUserId, email: null, name: slackUserId });
  if (!found.ok) return strangerHome(said(found.error), publicUrl);
  const actor = found.value;
  const { personId } = actor;
  const merchantIds = await merchantsOf(deps, actor);
  const key = merchantIds.toSorted().join();
  const reading = shared.get(key) ?? readShared(deps, merchantIds);
  shared.set(key, reading);
  const assigned =
    personId === null
      ? []
      : await deps.database.transaction((tx) =>
          deps.slackSurfaces.assignedAlerts(tx, { merchantIds, personId, limit: shownAssigned + 1 }),
        );
  const maySync = merchantIds.some((id) => may(actor, 'work_orders', id));
  return homeView({ ...(await reading), assigned, maySync }, publicUrl);
}

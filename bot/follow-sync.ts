import type { webApi } from '@slack/bolt';
import type { Job } from '../core/ports/jobs.ts';
import type { Follow } from '../core/ports/slack-surfaces.ts';
import { addressLivesMs, addressUses, answerByAddress } from './answer-address.ts';
import type { BotDeps } from './deps.ts';
import { tellPrivately } from './listeners/replies.ts';
import { isDone, syncReply } from './messages/sync-progress.ts';

export const followJob = (followId: string, runAt: Date): Job<'slack.follow'> => ({
  task: 'slack.follow',
  payload: { followId },
  key: `slack.follow:${followId}`,
  runAt,
});

/** Looks while the address still gives edits to spare: the last use is kept for the last word. */
const earlyLooksMs: readonly number[] = [1_500, 5_000, 15_000];
/** How often the runs are looked at after that, by how long it goes on already. */
const latePauses = [
  { withinMs: 2 * 60_000, pauseMs: 5_000 },
  { withinMs: 15 * 60_000, pauseMs: 15_000 },
  { withinMs: Number.POSITIVE_INFINITY, pauseMs: 60_000 },
] as const;
/** The address is given up a little before Slack does. */
const addressTrustedMs = addressLivesMs - 60_000;
/** Nobody waits longer in Slack for a sync: the run's page knows. */
const giveUpMs = 24 * 3_600_000;

/**
 * One look at the runs of an `/orders sync`: edits the answer while there are edits to spare, and says the last word in
 * place; where the address is used up or too old by then, as a private message. Enqueues the next look.
 */
export async function followSync(deps: BotDeps, client: webApi.WebClient, followId: string): Promise<void> {
  const follow = await deps.database.transaction((tx) => deps.slackSurfaces.findFollow(tx, followId));
  if (follow === null) return;
  const found = await deps.queries.listRunProgress({
    merchantIds: [...new Set(follow.runs.map((run) => run.merchantId))],
    runIds: follow.runs.map((run) => run.runId),
  });
  const progressOf = new Map(found.map((progress) => [progress.id, progress]));
  const lines = follow.runs.map((run) => ({ ...run, progress: progressOf.get(run.runId) ?? null }));
  const agedMs = deps.clock.now().getTime() - follow.createdAt.getTime();
  const draw = (note: string | null) => syncReply(lines, follow.refused, deps.config.publicUrl, note);
  if (lines.every(isDone)) return lastWord(deps, client, follow, draw(null), agedMs);
  if (agedMs >= giveUpMs) {
    return lastWord(deps, client, follow, draw('It takes long: the run’s page says how it goes on.'), agedMs);
  }
  const edits = follow.uses - 1;
  const isEdited = edits < earlyLooksMs.length && agedMs >= (earlyLooksMs[edits] ?? 0) && agedMs < addressTrustedMs;
  if (isEdited && (await deps.database.transaction((tx) => deps.slackSurfaces.useFollow(tx, follow)))) {
    const isLast = edits + 1 === earlyLooksMs.length;
    const note = isLast ? 'It goes on; here or in a message you will read when it is over.' : null;
    // Not taken: the next look tells more than a repetition would.
    await answerByAddress(follow.responseUrl, draw(note), 'replace');
  }
  await lookAgain(deps, follow, edits + (isEdited ? 1 : 0), agedMs);
}

async function lastWord(
  deps: BotDeps,
  client: webApi.WebClient,
  follow: Follow,
  message: ReturnType<typeof syncReply>,
  agedMs: number,
): Promise<void> {
  const isAddressGood = follow.uses < addressUses && agedMs < addressTrustedMs;
  const isSaid = isAddressGood && (await answerByAddress(follow.responseUrl, message, 'replace'));
  if (!isSaid) {
    const { slackUserId, channelId } = follow;
    await tellPrivately({ client, slackUserId, channelId, threadTs: null, responseUrl: null }, message);
  }
  // After it was said: a process that dies before this says it twice rather than never.
  await deps.database.transaction((tx) => deps.slackSurfaces.endFollow(tx, follow.id, deps.clock.now()));
}

async function lookAgain(deps: BotDeps, follow: Follow, edits: number, agedMs: number): Promise<void> {
  const late = latePauses.find(({ withinMs }) => agedMs < withinMs)?.pauseMs ?? latePauses[2].pauseMs;
  const early = earlyLooksMs[edits];
  const pauseMs = early === undefined ? late : Math.max(500, Math.min(early - agedMs, late));
  const runAt = new Date(deps.clock.now().getTime() + pauseMs);
  await deps.database.transaction((tx) => deps.jobs.enqueue(tx, [followJob(follow.id, runAt)]));
}

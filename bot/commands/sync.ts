import { newId } from '../../core/ids.ts';
import type { FollowedRun } from '../../core/ports/slack-surfaces.ts';
import type { StoreRow } from '../../core/queries/store-queries.ts';
import { followJob } from '../follow-sync.ts';
import { code, mistakeReply, textReply } from '../messages/commands.ts';
import { noStoreYet } from '../messages/stores.ts';
import { syncReply } from '../messages/sync-progress.ts';
import { escapeText, foreign } from '../messages/text.ts';
import { merchantsOf } from '../reading.ts';
import { chooseStores } from './choose-stores.ts';
import type { Asked, Command } from './command.ts';
import { formOf, modeOf, readSyncWords, type SyncWords } from './sync-words.ts';

/** Edits of the answer begin after this. */
const firstLookMs = 1_500;

export const sync: Command = {
  word: 'sync',
  usage: '[store, store…] [b2b] [--since 2d | --from 2026-11-01 --to 2026-11-03 | --numbers A,B]',
  does: 'fetch orders now',
  needs: 'work_orders',
  async run(asked) {
    const { deps, actor, argument, reply } = asked;
    const words = readSyncWords(argument, deps.clock.now());
    if ('what' in words) return reply(mistakeReply(words));
    const known = await deps.queries.listStores({ merchantIds: await merchantsOf(deps, actor) });
    if (known.length === 0) return reply(textReply(noStoreYet(deps.config.publicUrl)));
    // Without names: all that can be. A named one that is disabled is refused with its reason.
    const stores = words.names.length === 0 ? known.filter((store) => store.status === 'enabled') : known;
    if (stores.length === 0) return reply(textReply('Every store is disabled. Enable one in the dashboard.'));
    const chosen = chooseStores(stores, words.names);
    if ('what' in chosen) return reply(unknownStore(chosen, words, known));
    const { runs, refused } = await request(asked, chosen.stores, words);
    if (runs.length === 0) return reply(textReply(refused.map(escapeText).join('\n').slice(0, 2_500)));
    const lines = runs.map((run) => ({ ...run, progress: null }));
    await reply(syncReply(lines, refused, deps.config.publicUrl));
    await follow(asked, runs, refused);
  },
};

function unknownStore(
  { what, nearest }: { readonly what: string; readonly nearest: readonly string[] },
  words: SyncWords,
  known: readonly StoreRow[],
) {
  const names = known.map((store) => store.name);
  if (nearest.length > 0) return mistakeReply({ what, form: formOf(nearest, words.rest) });
  const several = words.range.kind === 'numbers' ? ` Several numbers go with commas: ${code('--numbers A,B')}.` : '';
  const shown = names.slice(0, 10).map((name) => foreign(name, 40));
  const more = names.length - shown.length;
  return textReply(
    `${foreign(what, 200)}${several} There are: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}. A name with spaces goes in quotes.`,
  );
}

/** One request a merchant: their days may begin at other times. */
async function request(
  { deps, actor }: Asked,
  stores: readonly StoreRow[],
  words: SyncWords,
): Promise<{ readonly runs: readonly FollowedRun[]; readonly refused: readonly string[] }> {
  const merchantIds = [...new Set(stores.map((store) => store.merchantId))];
  const merchants = await deps.queries.listMerchants({ merchantIds });
  const now = deps.clock.now();
  const runs: FollowedRun[] = [];
  const refused: string[] = [];
  for (const merchantId of merchantIds) {
    const mine = stores.filter((store) => store.merchantId === merchantId);
    const timeZone = merchants.find(({ id }) => id === merchantId)?.timezone ?? 'UTC';
    const requested = await deps.commands.requestSync({
      actor,
      merchantId,
      storeIds: mine.map((store) => store.storeId),
      mode: modeOf(words.range, timeZone, now),
      orderKind: words.orderKind,
    });
    if (!requested.ok) {
      refused.push(requested.error.message);
      continue;
    }
    refused.push(...requested.value.refused.map(({ message }) => message));
    for (const { runId, storeId, joined } of requested.value.runs) {
      runs.push({ merchantId, runId, joined, storeName: mine.find((store) => store.storeId === storeId)?.name ?? '' });
    }
  }
  return { runs, refused: [...new Set(refused)] };
}

/** The answer is edited from now on by a job: a sync outlives the command, and may outlive this process. */
async function follow(asked: Asked, runs: readonly FollowedRun[], refused: readonly string[]): Promise<void> {
  const { deps, teamId, slackUserId, channelId, responseUrl } = asked;
  const createdAt = deps.clock.now();
  const id = newId();
  await deps.database.transaction(async (tx) => {
    await deps.slackSurfaces.addFollow(tx, {
      id,
      teamId: teamId ?? '',
      slackUserId,
      channelId,
      responseUrl,
      // The answer that names the stores was the first.
      uses: 1,
      runs,
      refused,
      createdAt,
    });
    await deps.jobs.enqueue(tx, [followJob(id, new Date(createdAt.getTime() + firstLookMs))]);
  });
}

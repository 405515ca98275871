import { setTimeout as sleep } from 'node:timers/promises';
import type { App, RespondFn } from '@slack/bolt';
import type { Actor } from '../../core/people/actor.ts';
import type { BotDeps } from '../deps.ts';
import { heldReply, helpReply, nearestCommand, type Reply, type SyncLine, syncReply } from '../messages/commands.ts';
import { foreign } from '../messages/text.ts';
import type { PeopleLookup } from '../who.ts';
import { said } from './replies.ts';

/** A response URL may be used five times: the first answer, and these pauses before each further one. */
const progressPausesMs = [1_500, 4_000, 10_000, 30_000];
/** Causes read for `held`; the reply shows the first ten and says how many more. */
const heldLimit = 200;

/** `/orders …` */
export function listenToCommands(app: App, deps: BotDeps, who: PeopleLookup): void {
  app.command('/orders', async ({ ack, body, command, respond }) => {
    await ack();
    const found = await who(body);
    if (!found.ok) {
      await respond({ response_type: 'ephemeral', text: said(found.error) });
      return;
    }
    const [word = '', ...rest] = command.text.trim().split(/\s+/);
    const argument = rest.join(' ');
    switch (word.toLowerCase()) {
      case '':
      case 'help':
        await reply(respond, helpReply(deps.config.publicUrl));
        return;
      case 'held':
        await held(deps, found.value, argument, respond);
        return;
      case 'sync':
        await sync(deps, found.value, argument, respond);
        return;
      default: {
        const nearest = nearestCommand(word);
        const hint = nearest === null ? 'These exist:' : `Did you mean \`/orders ${nearest}\`?`;
        await reply(respond, helpReply(deps.config.publicUrl, `I do not know “${foreign(word, 40)}”. ${hint}`));
      }
    }
  });
}

async function held(deps: BotDeps, actor: Actor, filter: string, respond: RespondFn): Promise<void> {
  const alerts = await deps.desk.openAlerts(actor, heldLimit);
  const wanted = filter.toLowerCase();
  const matching = alerts.filter((alert) =>
    `${alert.storeName ?? ''} ${alert.merchantName}`.toLowerCase().includes(wanted),
  );
  await reply(respond, heldReply(matching, deps.config.publicUrl, filter));
}

async function sync(deps: BotDeps, actor: Actor, names: string, respond: RespondFn): Promise<void> {
  const stores = await deps.desk.stores(actor);
  const wanted = names
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
  const chosen =
    wanted.length === 0
      ? stores
      : stores.filter((store) => wanted.some((name) => store.name.toLowerCase().includes(name)));
  if (chosen.length === 0) {
    const known = stores.map((store) => foreign(store.name, 40)).join(', ');
    const text =
      stores.length === 0
        ? 'There is no store yet. Add one in the dashboard.'
        : `No store matches. There are: ${known}`;
    await respond({ response_type: 'ephemeral', text });
    return;
  }
  const lines: (SyncLine & { merchantId: string })[] = [];
  for (const merchantId of new Set(chosen.map((store) => store.merchantId))) {
    const mine = chosen.filter((store) => store.merchantId === merchantId);
    const asked = await deps.desk.requestSync({ actor, merchantId, storeIds: mine.map((store) => store.id) });
    if (!asked.ok) {
      await respond({ response_type: 'ephemeral', text: said(asked.error) });
      return;
    }
    for (const run of asked.value.runs) {
      const storeName = mine.find((store) => store.id === run.storeId)?.name ?? '';
      lines.push({ storeName, runId: run.runId, joined: run.joined, progress: null, merchantId });
    }
  }
  await reply(respond, syncReply(lines, deps.config.publicUrl));
  await follow(deps, actor, lines, respond);
}

/** Edits the answer in place until every run has ended or the response URL is used up. */
async function follow(
  deps: BotDeps,
  actor: Actor,
  lines: readonly (SyncLine & { merchantId: string })[],
  respond: RespondFn,
): Promise<void> {
  for (const pauseMs of progressPausesMs) {
    await sleep(pauseMs);
    const now = await Promise.all(
      lines.map(async (line) => ({
        ...line,
        progress: await deps.desk.run(actor, { merchantId: line.merchantId, runId: line.runId }),
      })),
    );
    await respond({ response_type: 'ephemeral', replace_original: true, ...syncReply(now, deps.config.publicUrl) });
    const isOver = now.every((line) => line.progress !== null && !['queued', 'running'].includes(line.progress.status));
    if (isOver) return;
  }
}

const reply = (respond: RespondFn, message: Reply) => respond({ response_type: 'ephemeral', ...message });

import { setTimeout as sleep } from 'node:timers/promises';
import { said } from '../listeners/replies.ts';
import { type SyncLine, syncReply, textReply } from '../messages/commands.ts';
import { foreign } from '../messages/text.ts';
import { merchantsOf } from '../reading.ts';
import type { Asked, Command } from './command.ts';

/** The answer's address may be used five times: the first answer, and these pauses before each further one. */
const progressPausesMs = [1_500, 4_000, 10_000, 30_000];

type Line = SyncLine & { readonly merchantId: string };

export const sync: Command = {
  word: 'sync',
  usage: '[store, store…]',
  does: 'fetch new orders now',
  needs: 'work_orders',
  async run(asked) {
    const { deps, actor, argument, reply } = asked;
    const rows = await deps.queries.listStores({ merchantIds: await merchantsOf(deps, actor) });
    const stores = rows.filter((store) => store.status === 'enabled');
    const wanted = argument
      .split(',')
      .map((name) => name.trim().toLowerCase())
      .filter((name) => name !== '');
    const chosen =
      wanted.length === 0
        ? stores
        : stores.filter((store) => wanted.some((name) => store.name.toLowerCase().includes(name)));
    if (chosen.length === 0) {
      const known = stores.map((store) => foreign(store.name, 40)).join(', ');
      return reply(
        textReply(
          stores.length === 0
            ? 'There is no store yet. Add one in the dashboard.'
            : `No store matches. There are: ${known}`,
        ),
      );
    }
    const lines: Line[] = [];
    for (const merchantId of new Set(chosen.map((store) => store.merchantId))) {
      const mine = chosen.filter((store) => store.merchantId === merchantId);
      const requested = await deps.commands.requestSync({
        actor,
        merchantId,
        storeIds: mine.map((store) => store.storeId),
        mode: { kind: 'immediate' },
        orderKind: 'b2c',
      });
      if (!requested.ok) return reply(textReply(said(requested.error)));
      for (const run of requested.value.runs) {
        const storeName = mine.find((store) => store.storeId === run.storeId)?.name ?? '';
        lines.push({ storeName, runId: run.runId, joined: run.joined, progress: null, merchantId });
      }
    }
    await reply(syncReply(lines, deps.config.publicUrl));
    await follow(asked, lines);
  },
};

/** Edits the answer in place until every run has ended or its address is used up. */
async function follow({ deps, reply }: Asked, lines: readonly Line[]): Promise<void> {
  for (const pauseMs of progressPausesMs) {
    await sleep(pauseMs);
    const now = await Promise.all(
      lines.map(async (line) => ({
        ...line,
        progress: await deps.queries.showRun({ merchantIds: [line.merchantId], runId: line.runId }),
      })),
    );
    await reply(syncReply(now, deps.config.publicUrl), 'replace');
    const isOver = now.every((line) => line.progress !== null && !['queued', 'running'].includes(line.progress.status));
    if (isOver) return;
  }
}

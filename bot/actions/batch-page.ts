import { z } from 'zod';
import { may } from '../../core/people/permissions.ts';
import { batchMessage } from '../messages/batch.ts';
import { parseJson } from '../values.ts';
import type { Action } from './action.ts';

const wanted = z.object({ run: z.uuid(), of: z.uuid(), page: z.number().int().min(0) });

/** Previous and Next of a batch's results: the same message, another page. */
export const batchPage: Action = {
  id: 'batch_page',
  async onValue({ deps, actor, client, channelId, messageTs, isPrivate, value }) {
    const page = wanted.safeParse(parseJson(value));
    if (!page.success || !may(actor, 'see_orders', page.data.of)) return 'These results are not here any more.';
    const merchantIds = [page.data.of];
    const { run: runId } = page.data;
    const [run, results] = await Promise.all([
      deps.queries.showRun({ merchantIds, runId }),
      deps.queries.runNumbers({ merchantIds, runId }),
    ]);
    if (run === null) return 'These results are not here any more.';
    const place = { merchantId: page.data.of, runId, by: run.actorName };
    const message = batchMessage(place, results, page.data.page, deps.config.publicUrl);
    if (channelId === null || messageTs === null || isPrivate) return message;
    await client.chat.update({ channel: channelId, ts: messageTs, text: message.text, blocks: [...message.blocks] });
    return null;
  },
};

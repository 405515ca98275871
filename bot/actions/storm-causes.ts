import { z } from 'zod';
import { may } from '../../core/people/permissions.ts';
import type { Gesture } from '../gesture.ts';
import type { PrivateText } from '../listeners/replies.ts';
import { causesPerPage, type StormPage, stormCausesMessage } from '../messages/storm-causes.ts';
import { parseJson } from '../values.ts';
import type { Action, Answer } from './action.ts';

const pageValue = z.object({ storm: z.uuid(), merchant: z.uuid(), offset: z.number().int().min(0) });
/** Replacing one private page by the next is a favour: nobody waits longer for it. */
const turnWithinMs = 5_000;

const gone = 'These causes are gone. Open the dashboard to see what is held now.';

/** Pages through the causes that a storm's card folds; only the person who asked sees them. */
export const stormCauses: Action = {
  id: 'storm_causes',
  needs: 'see_orders',
  async onCause({ alert, ...gesture }) {
    if (alert.storm === undefined) return gone;
    return (await pageOf(gesture, { storm: alert.id, merchant: alert.merchantId, offset: 0 })) ?? gone;
  },
  async onValue({ value, ...gesture }): Promise<Answer> {
    const page = pageValue.safeParse(parseJson(value));
    if (!page.success) return gone;
    const next = await pageOf(gesture, page.data);
    if (next === null) return gone;
    return (await turned(gesture.responseUrl, next)) ? null : next;
  },
};

/** Null when there is no such storm, or it is not theirs to see. */
async function pageOf({ deps, actor }: Gesture, asked: StormPage): Promise<PrivateText | null> {
  const { storm: stormId, merchant: merchantId } = asked;
  if (!may(actor, 'see_orders', merchantId)) return null;
  const found = await deps.database.transaction(async (tx) => {
    const storm = await deps.alerts.show(tx, merchantId, stormId);
    const total = storm?.storm?.causeCount;
    if (total === undefined) return null;
    // Settled meanwhile: the last page that there still is.
    const offset = Math.min(asked.offset, Math.max(0, Math.ceil(total / causesPerPage) - 1) * causesPerPage);
    const causes = await deps.alerts.stormCauses(tx, merchantId, stormId, { offset, limit: causesPerPage });
    return { total, offset, causes };
  });
  if (found === null) return null;
  return stormCausesMessage({ ...asked, offset: found.offset }, found.causes, found.total, {
    publicUrl: deps.config.publicUrl,
    now: deps.clock.now(),
  });
}

/** The page in place of the one on which it was asked for. */
async function turned(responseUrl: string | null, page: PrivateText): Promise<boolean> {
  if (responseUrl === null) return false;
  try {
    const answer = await fetch(responseUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ response_type: 'ephemeral', replace_original: true, ...page }),
      signal: AbortSignal.timeout(turnWithinMs),
    });
    return answer.ok;
  } catch {
    // The address has expired or Slack does not answer: the page comes as a message of its own.
    return false;
  }
}

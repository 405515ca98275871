import { type types, webApi } from '@slack/bolt';
import type { AlertView } from '../../core/alert/types.ts';
import type { OrderDetail } from '../../core/queries/show-order.ts';
import type { Refusal } from '../../core/result.ts';
import type { Gesture } from '../gesture.ts';
import { cut, escapeText, foreign, moment, timeOf, unlinked } from '../messages/text.ts';

/** Where the bot cannot write, a press still brings an address for its answer. */
const cannotWriteThere = new Set(['not_in_channel', 'channel_not_found', 'user_not_in_channel', 'is_archived']);
/** An answer by address is a favour: nobody waits longer for it. */
const answerWithinMs = 5_000;

export interface PrivateText {
  readonly text: string;
  readonly blocks?: readonly types.KnownBlock[];
}

/** Only the person who pressed sees it: in the channel and thread where they pressed, else as a direct message. */
export async function tellPrivately(
  gesture: Pick<Gesture, 'client' | 'slackUserId' | 'channelId' | 'threadTs' | 'responseUrl'>,
  message: string | PrivateText,
): Promise<void> {
  const { client, slackUserId, channelId, threadTs, responseUrl } = gesture;
  const { text, blocks } = typeof message === 'string' ? { text: message } : message;
  const content = { text, ...(blocks === undefined ? {} : { blocks: [...blocks] }) };
  if (channelId === null) {
    await client.chat.postMessage({ channel: slackUserId, ...content });
    return;
  }
  try {
    const where = { channel: channelId, user: slackUserId, ...(threadTs === null ? {} : { thread_ts: threadTs }) };
    await client.chat.postEphemeral({ ...where, ...content });
  } catch (error) {
    if (!(error instanceof webApi.WebAPIPlatformError) || !cannotWriteThere.has(error.data.error)) throw error;
    if (responseUrl === null) {
      await client.chat.postMessage({ channel: slackUserId, ...content });
      return;
    }
    await fetch(responseUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ response_type: 'ephemeral', replace_original: false, ...content }),
      signal: AbortSignal.timeout(answerWithinMs),
    });
  }
}

/** Why a cause's button no longer does anything: who was faster, and when. */
export function staleText(alert: AlertView): string {
  const when = alert.resolvedAt === null ? '' : `, ${timeOf(alert.resolvedAt)}`;
  if (alert.resolution === 'told_anew') {
    return `This card is from before${when}: a newer one of the same cause is in the channel. Nothing was changed now.`;
  }
  // Of many causes that ended each in its own way, the card says who ended how many.
  const isMany = (alert.storm?.ends ?? []).length > 1;
  const by = isMany ? '' : ` by ${foreign(alert.resolvedBy ?? 'Holdfast', 40)}`;
  return `Already settled${by}${when}. Nothing was changed now.`;
}

/** The same for an order that has moved on since the message was drawn. */
export function staleOrderText(order: Pick<OrderDetail, 'number' | 'status' | 'history'>): string {
  const [last] = order.history;
  // The desk ends what a person began: the person is who the reader has to ask.
  const person = order.history.find(({ via }) => via !== 'system');
  const told = [...new Set([person, last])].filter((event) => event !== undefined);
  const words = told.map(({ actorName, at }) => `${foreign(actorName, 40)}, ${moment(at)}`);
  const by = words.length === 0 ? '' : ` (${words.join('; after that ')})`;
  return `${foreign(order.number, 60)} has changed since: it is ${order.status.replaceAll('_', ' ')} now${by}. Nothing was changed now; look again first.`;
}

/** An order can be held for forty reasons: longer, and Slack would refuse the answer. */
const longestRefusal = 1_000;

/** A refusal's sentence as mrkdwn: it may name a SKU or a store that looks like markup. */
export const said = (refusal: Refusal): string => unlinked(escapeText(cut(refusal.message, longestRefusal)));

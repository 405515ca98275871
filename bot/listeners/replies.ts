import type { webApi } from '@slack/bolt';
import type { AlertView } from '../../core/alert/types.ts';
import type { Refusal } from '../../core/result.ts';
import { escapeText, foreign, moment } from '../messages/text.ts';

interface Pressed {
  readonly client: webApi.WebClient;
  readonly body: {
    readonly user: { readonly id: string };
    readonly channel?: { readonly id: string } | undefined;
  };
}

/** Only the person who pressed sees it: in the channel where they pressed, else as a direct message. */
export async function tellPrivately({ client, body }: Pressed, text: string): Promise<void> {
  if (body.channel === undefined) {
    await client.chat.postMessage({ channel: body.user.id, text });
    return;
  }
  await client.chat.postEphemeral({ channel: body.channel.id, user: body.user.id, text });
}

/** Why a button no longer does anything: who was faster, and when. */
export function staleText(alert: AlertView): string {
  const who = foreign(alert.resolvedBy ?? 'Holdfast', 40);
  const when = alert.resolvedAt === null ? '' : `, ${moment(alert.resolvedAt, '{time}')}`;
  return `Already settled by ${who}${when}. Nothing was changed now.`;
}

/** A refusal's sentence as mrkdwn: it may name a SKU or a store that looks like markup. */
export const said = (refusal: Refusal): string => escapeText(refusal.message);

import type { webApi } from '@slack/bolt';
import type { AlertView } from '../core/alert/types.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Notifier } from '../core/ports/notifier.ts';
import { alertCard } from './messages/alert-card.ts';
import { callSlack, findMarked, type Mark, postMarked } from './slack-call.ts';

const mark: Mark = { eventType: 'holdfast_alert', field: 'alert_id' };

export interface NotifierOptions {
  readonly client: webApi.WebClient;
  readonly publicUrl: string;
  readonly clock: Clock;
}

/** Shows alerts in Slack. */
export function createNotifier({ client, publicUrl, clock }: NotifierOptions): Notifier {
  const draw = (alert: AlertView) => alertCard(alert, { publicUrl, now: clock.now() });
  return {
    post: (channelId, alert) => postMarked(client, mark, { channelId, id: alert.id, message: draw(alert) }),
    async update(channelId, messageTs, alert) {
      // Always with blocks and text: text alone would drop the blocks.
      const { text, blocks } = draw(alert);
      await callSlack(() => client.chat.update({ channel: channelId, ts: messageTs, text, blocks: [...blocks] }));
    },
    find: (channelId, alertId, since) => findMarked(client, mark, { channelId, id: alertId, since }),
  };
}

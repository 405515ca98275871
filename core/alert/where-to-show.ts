import type { AlertingPorts } from '../ports/alerting.ts';
import type { Tx } from '../ports/database.ts';
import type { SlackChannelPorts } from '../ports/slack-channels.ts';
import { type Place, placeOf } from './routing.ts';
import type { AlertView } from './types.ts';

export type { Place };

/**
 * Where each of these alerts, none of which has a message, is posted; by alert id: the most specific route whose channel
 * can be written to, the default channel last, after its quiet hours. Asked for all that wait at once: routes and
 * channels are few and read whole.
 */
export async function whereToShow(
  ports: Pick<AlertingPorts, 'defaultChannelId'> & Pick<SlackChannelPorts, 'slackChannels'>,
  tx: Tx,
  alerts: readonly AlertView[],
  now: Date,
): Promise<ReadonlyMap<string, Place>> {
  const routes = await ports.slackChannels.routes(tx);
  const channels = new Map((await ports.slackChannels.list(tx)).map((channel) => [channel.channelId, channel]));
  const known = { routes, channels, defaultChannelId: ports.defaultChannelId };
  return new Map(alerts.map((alert) => [alert.id, placeOf(alert, known, now)]));
}

import { merchantsOfChannel } from '../alert/routing.ts';
import type { AlertingPorts } from '../ports/alerting.ts';
import { ok, type Result } from '../result.ts';
import type { SlackPorts } from '../slack/ports.ts';
import type { Actor } from './actor.ts';
import { type SlackUser, slackActor } from './slack-actor.ts';

/**
 * Who reads in this channel: a known person with their roles, or somebody whom the desk does not know, where the
 * channel's setting lets them look. Those see what comes to the channel, as a viewer of its merchants who is nobody
 * (`personId` null): no recipients, and no command that changes anything. Refusals: `unknown_person`, `disabled`.
 */
export async function slackLooker(
  ports: Pick<SlackPorts, 'database' | 'clock' | 'slackChannels' | 'defaultChannelId'> &
    Pick<AlertingPorts, 'slackPeople'>,
  user: SlackUser,
  channelId: string | null,
): Promise<Result<Actor>> {
  const known = await slackActor(ports, user);
  if (known.ok || known.error.code !== 'unknown_person' || channelId === null) return known;
  return ports.database.transaction(async (tx): Promise<Result<Actor>> => {
    const channel = await ports.slackChannels.find(tx, channelId);
    if (channel === null || !channel.unknownMayLook) return known;
    const merchants = await ports.slackChannels.merchants(tx);
    const merchantIds = merchantsOfChannel(channelId, {
      routes: await ports.slackChannels.routes(tx),
      merchantIds: merchants.map(({ id }) => id),
      defaultChannelId: ports.defaultChannelId,
    });
    return ok({
      personId: null,
      name: user.name,
      via: 'slack',
      grants: [{ role: 'viewer', merchantIds, warehouseIds: 'all' }],
    });
  });
}

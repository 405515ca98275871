import type { Digest } from '../alert/digest.ts';
import type { Actor } from '../people/actor.ts';
import { may } from '../people/permissions.ts';
import { ok, type Result, refuse } from '../result.ts';
import { makeDigest } from '../slack/digest.ts';
import type { SlackPorts } from '../slack/ports.ts';
import { localDay } from '../time/zoned.ts';

/** The channel's digest as it would be now, of the merchants that `actor` may see. Refusal: `nothing_routed`. */
export async function showDigest(
  ports: SlackPorts,
  input: { readonly actor: Actor; readonly channelId: string },
): Promise<Result<{ readonly digest: Digest; readonly postedAt: string | null; readonly timeZone: string }>> {
  return ports.database.transaction(
    async (tx): Promise<Result<{ digest: Digest; postedAt: string | null; timeZone: string }>> => {
      const channel = await ports.slackChannels.find(tx, input.channelId);
      const merchants = await ports.slackChannels.merchants(tx);
      const seen = merchants.find(({ id }) => may(input.actor, 'see_orders', id));
      const timeZone = channel?.timeZone ?? seen?.timeZone ?? 'UTC';
      const digest = await makeDigest(ports, tx, {
        channelId: input.channelId,
        day: localDay(ports.clock.now(), timeZone),
        timeZone,
        maySee: (merchantId) => may(input.actor, 'see_orders', merchantId),
      });
      if (digest.merchantNames.length === 0) {
        return refuse(
          'nothing_routed',
          'No alerts that you may see come to this channel, so there is nothing to count.',
        );
      }
      return ok({ digest, postedAt: channel?.digestAt ?? null, timeZone });
    },
  );
}

import type { Digest } from '../alert/digest.ts';
import { merchantsOfChannel } from '../alert/routing.ts';
import type { Tx } from '../ports/database.ts';
import { addDays, momentOn } from '../time/zoned.ts';
import type { SlackPorts } from './ports.ts';

/** Counts what the digest of this channel and day says now. `only`: of these merchants, when the reader may not see all. */
export async function makeDigest(
  ports: Pick<SlackPorts, 'slackChannels' | 'defaultChannelId'>,
  tx: Tx,
  asked: {
    readonly channelId: string;
    /** The channel's date. */
    readonly day: string;
    readonly timeZone: string;
    readonly maySee?: ((merchantId: string) => boolean) | undefined;
  },
): Promise<Digest> {
  const { channelId, day, timeZone, maySee = () => true } = asked;
  const [merchants, routes] = [await ports.slackChannels.merchants(tx), await ports.slackChannels.routes(tx)];
  const { defaultChannelId } = ports;
  const heard = new Set(
    merchantsOfChannel(channelId, { routes, merchantIds: merchants.map(({ id }) => id), defaultChannelId }),
  );
  const shown = merchants.filter(({ id }) => heard.has(id) && maySee(id));
  const start = (days: number) => momentOn(addDays(day, days), '00:00', timeZone);
  const figures = await ports.slackChannels.countDigest(
    tx,
    shown.map(({ id }) => id),
    { dayBefore: start(-2), yesterday: start(-1), today: start(0) },
  );
  // What the day before counted holds for all merchants of the channel only.
  const isWhole = shown.length === heard.size;
  const before = isWhole ? await ports.slackChannels.figuresOf(tx, channelId, addDays(day, -1)) : null;
  return { day, merchantNames: shown.map(({ name }) => name), figures, before };
}

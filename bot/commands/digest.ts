import { may } from '../../core/people/permissions.ts';
import { said } from '../listeners/replies.ts';
import { textReply } from '../messages/commands.ts';
import { digestMessage } from '../messages/digest.ts';
import { foreign } from '../messages/text.ts';
import { merchantsOf } from '../reading.ts';
import type { Asked, Command } from './command.ts';

export const digest: Command = {
  word: 'digest',
  usage: '[on 9:00 | off]',
  does: 'the counts of the day; or when this channel gets them',
  needs: 'see_orders',
  async run(asked) {
    const [word = '', time, ...rest] = asked.argument.split(/\s+/);
    if (!/^[CG]/.test(asked.channelId ?? '')) {
      return asked.reply(textReply('A digest belongs to a channel: use this in one.'));
    }
    if (word === '') return showNow(asked);
    if (word.toLowerCase() === 'on' && time !== undefined && rest.length === 0) return save(asked, time);
    if (word.toLowerCase() === 'off' && time === undefined) return save(asked, '');
    const what = word.toLowerCase() === 'on' ? 'At what time?' : `I do not know “${foreign(asked.argument, 60)}”.`;
    return asked.reply(textReply(`${what} For example: \`/orders digest on 9:00\`, \`/orders digest off\``));
  },
};

async function showNow({ deps, actor, channelId, reply }: Asked): Promise<void> {
  const shown = await deps.commands.showDigest({ actor, channelId: channelId ?? '' });
  if (!shown.ok) return reply(textReply(said(shown.error)));
  const { text, blocks } = digestMessage(shown.value.digest, deps.config.publicUrl);
  const { postedAt, timeZone } = shown.value;
  const when =
    postedAt === null
      ? 'This channel gets no digest: `/orders digest on 9:00` turns it on.'
      : `This channel gets it daily at ${postedAt} (${foreign(timeZone, 60)}).`;
  return reply({ text, blocks: [...blocks, { type: 'context', elements: [{ type: 'mrkdwn', text: when }] }] });
}

async function save(asked: Asked, digestAt: string): Promise<void> {
  const { deps, actor, reply } = asked;
  const channelId = asked.channelId ?? '';
  const merchants = await deps.queries.listMerchants({ merchantIds: await merchantsOf(deps, actor) });
  const merchant = merchants.find(({ id }) => may(actor, 'administer', id)) ?? merchants[0];
  if (merchant === undefined) return reply(textReply('There is no merchant yet.'));
  const routing = await deps.commands.slackRouting({ actor, merchantId: merchant.id });
  if (!routing.ok) return reply(textReply(said(routing.error)));
  const channel = routing.value.channels.find((one) => one.channelId === channelId);
  const timeZone = channel?.timeZone ?? merchant.timezone;
  const saved = await deps.commands.saveSlackChannel({
    actor,
    merchantId: merchant.id,
    channelId,
    timeZone,
    quietFrom: channel?.quietHours?.from ?? '',
    quietTo: channel?.quietHours?.to ?? '',
    digestAt,
    unknownMayLook: channel?.unknownMayLook ?? false,
  });
  if (!saved.ok) return reply(textReply(said(saved.error)));
  const at = saved.value.digestAt;
  const text =
    at === null
      ? 'This channel gets no digest any more.'
      : `This channel gets its digest daily at ${at}, ${foreign(timeZone, 60)} time, the first one when it is ${at} there next.`;
  return reply(textReply(text));
}

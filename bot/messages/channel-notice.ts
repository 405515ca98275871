import type { ChannelMessage } from '../../core/ports/slack-channels.ts';
import { brokenWords } from '../../core/slack/broken-words.ts';
import type { SlackMessage } from './alert-card.ts';
import { foreign, link } from './text.ts';

/** The longest sentence with the longest name of a channel. */
const longestWhy = 400;

type Broken = Extract<ChannelMessage, { kind: 'channel_broken' }>;

/** To an owner: which channel, why, what to do. Pure. */
export function brokenChannelMessage({ channelName, channelId, reason }: Broken, publicUrl: string): SlackMessage {
  const channel = channelName === null ? channelId : `#${channelName}`;
  const why = brokenWords(reason, channelName);
  return {
    text: `Alerts cannot be posted to ${foreign(channel, 80)}`,
    blocks: [
      {
        type: 'section',
        text: {
          type: 'mrkdwn',
          text: `*Alerts cannot be posted to ${foreign(channel, 80)}*\n${foreign(why, longestWhy)}\nUntil then they go to the next wider channel, if there is one.`,
        },
      },
      {
        type: 'context',
        elements: [
          {
            type: 'mrkdwn',
            text: `When it is mended: ${link(`${publicUrl}/settings/slack`, 'Settings, Slack')}, Try again`,
          },
        ],
      },
    ],
  };
}

/** Posted as the test of a channel that was broken. */
export function workingChannelMessage(): SlackMessage {
  const text = 'Alerts come to this channel again.';
  return { text, blocks: [{ type: 'section', text: { type: 'mrkdwn', text } }] };
}

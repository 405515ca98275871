import { kindName } from '../../core/alert/kinds.ts';
import type { SlackRoute } from '../../core/ports/slack-channels.ts';
import type { SlackRouting } from '../../core/queries/slack-routing.ts';
import { brokenWords } from '../../core/slack/broken-words.ts';
import type { SlackBlock } from './blocks.ts';
import type { Reply } from './commands.ts';
import { section } from './sections.ts';
import { foreign, link } from './text.ts';

/** Routes in one answer; the dashboard shows all. */
const shownRoutes = 40;
/** A section holds 3,000 characters. */
const routesASection = 10;

/** `<#C123>`: Slack shows the name. */
const channelLink = (channelId: string): string => `<#${channelId}>`;

/** `Northwind US · SKU not mapped…`, `every alert`. */
function targetOf({ merchantName, storeName, kind }: SlackRoute): string {
  const parts = [
    storeName === null ? null : `store ${foreign(storeName, 60)}`,
    merchantName === null ? null : foreign(merchantName, 60),
    kind === null ? null : foreign(kindName(kind), 60),
  ].filter((part) => part !== null);
  return parts.length === 0 ? 'every alert' : parts.join(' · ');
}

export function routesReply({ routes, channels, defaultChannelId }: SlackRouting, publicUrl: string): Reply {
  const lines = routes
    .slice(0, shownRoutes)
    .map((route, index) => `${index + 1}. ${targetOf(route)} → ${channelLink(route.channelId)}`);
  const blocks: SlackBlock[] = [];
  for (let at = 0; at < lines.length; at += routesASection) {
    blocks.push(section(lines.slice(at, at + routesASection).join('\n')));
  }
  const rest = defaultChannelId === null ? 'nowhere: no default channel is set' : channelLink(defaultChannelId);
  blocks.push(section(`Everything else → ${rest}`));
  const broken = channels.filter(({ brokenReason }) => brokenReason !== null);
  for (const { channelId, name, brokenReason } of broken.slice(0, routesASection)) {
    blocks.push(section(`⚠ ${channelLink(channelId)} ${foreign(brokenWords(brokenReason ?? '', name), 400)}`));
  }
  const more = routes.length - lines.length;
  const unseen = more > 0 ? `${more} more · ` : '';
  blocks.push({
    type: 'context',
    elements: [{ type: 'mrkdwn', text: `${unseen}${link(`${publicUrl}/settings/slack`, 'Settings, Slack')}` }],
  });
  return { text: `${routes.length} routes`, blocks };
}

/** What became of a route. */
export function routedReply(route: SlackRoute, what: 'added' | 'moved' | 'removed'): Reply {
  const target = targetOf(route);
  const channel = channelLink(route.channelId);
  const happened = {
    added: `Now ${target} → ${channel}.`,
    moved: `Now ${target} → ${channel}.`,
    removed: `No longer ${target} → ${channel}: later alerts take the next wider route.`,
  }[what];
  const text = `${happened} Open cards stay where they are.`;
  return { text, blocks: [section(text)] };
}

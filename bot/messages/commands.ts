import { kindName } from '../../core/alert/kinds.ts';
import type { AlertView } from '../../core/alert/types.ts';
import { causeButtonValue } from '../values.ts';
import { limits, type SlackBlock, type SlackButton } from './blocks.ts';
import { fixOf } from './card-buttons.ts';
import { context, section, withinMessage } from './sections.ts';
import { amounts, count, cut, escapeText, foreign, link, plain } from './text.ts';

interface Known {
  readonly word: string;
  readonly usage: string;
  readonly does: string;
}

export interface Reply {
  readonly text: string;
  readonly blocks: SlackBlock[];
}

/** A plain sentence; `text` is mrkdwn. */
export const textReply = (text: string): Reply => ({ text, blocks: [section(text)] });

/** A button that runs a command as if it were typed. */
export const commandButton = (typed: string, label: string): SlackButton => ({
  type: 'button',
  action_id: `run_command:${typed.replace(/\W+/g, '_')}`.slice(0, limits.id),
  text: { type: 'plain_text', text: plain(label, limits.buttonText), emoji: false },
  value: typed.slice(0, limits.buttonValue),
});

export const dashboardButton = (url: string, label = 'Open dashboard'): SlackButton => ({
  type: 'button',
  action_id: 'open_dashboard',
  text: { type: 'plain_text', text: plain(label, limits.buttonText), emoji: false },
  url,
});

export function helpReply(commands: readonly Known[], publicUrl: string, mistake?: string): Reply {
  const lines = commands.map(({ word, usage, does }) => `${code(`/orders ${word} ${usage}`.trim())}  ${does}`);
  const head = mistake === undefined ? '' : `${mistake}\n`;
  return {
    text: mistake ?? 'What /orders can do',
    blocks: [
      section(`${head}${lines.join('\n')}`),
      {
        type: 'actions',
        elements: [
          commandButton('held', 'Held'),
          commandButton('sync', 'Sync all'),
          commandButton('stores', 'Stores'),
          dashboardButton(publicUrl),
        ],
      },
    ],
  };
}

/** What was wrong with a command, and the nearest right one. */
export const mistakeReply = ({ what, form }: { readonly what: string; readonly form: string }): Reply =>
  textReply(`${foreign(what, 300)} Try ${code(form)}`);

/** Something to type, shown so that it can be copied. */
export const code = (text: string): string => `\`${escapeText(cut(text.toWellFormed().replaceAll('`', ''), 300))}\``;

/** Names offered when none matches. */
const offered = 3;

/** Of these names the ones that are most like the typed text, best first; none when nothing is like it. */
export function nearestNames(typed: string, names: readonly string[]): string[] {
  const wanted = typed.toLowerCase().slice(0, 80);
  const farthest = Math.max(2, Math.ceil(wanted.length / 2));
  return [...new Set(names)]
    .map((name) => {
      const whole = name.toLowerCase().slice(0, 80);
      // Whoever types the beginning of a long name means it, too.
      const distance = Math.min(editDistance(wanted, whole), editDistance(wanted, whole.slice(0, wanted.length)) + 0.5);
      return { name, distance };
    })
    .filter(({ distance }) => distance <= farthest)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, offered)
    .map(({ name }) => name);
}

/** The command that was probably meant: the one with the fewest letters to change, when that is few enough. */
export function nearestCommand(commands: readonly Known[], typed: string): string | null {
  const ranked = commands
    .map(({ word }) => ({ name: word, distance: editDistance(typed.toLowerCase(), word) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= 2 ? best.name : null;
}

/** Letters to change, add or leave out. */
export function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(replaced, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}

/** Causes shown in one answer; the dashboard shows all. */
export const heldShown = 10;

export function heldReply(alerts: readonly AlertView[], publicUrl: string, filter: string): Reply {
  const held = alerts.filter((alert) => alert.orderCount > 0);
  const where = filter === '' ? '' : ` at “${foreign(filter, 40)}”`;
  if (held.length === 0) {
    return { text: 'Nothing is held', blocks: [section(`Nothing is held${where}. Every order can leave.`)] };
  }
  // Causes, not orders: an order that two causes hold would be counted twice.
  const causes = held.length === 1 ? '*1 cause* holds' : `*${count(held.length, 'cause')}* hold`;
  const more = held.length - heldShown;
  const rest = more > 0 ? `${count(more, 'more cause')} · ` : '';
  return {
    text: `${count(held.length, 'cause')} ${held.length === 1 ? 'holds' : 'hold'} orders`,
    blocks: withinMessage([section(`${causes} orders${where}:`)], held.slice(0, heldShown).map(heldRow), [
      context(`${rest}${link(`${publicUrl}/held`, 'All held orders')}`),
    ]),
  };
}

function heldRow(alert: AlertView): SlackBlock {
  const money = Object.keys(alert.amounts).length > 0 ? ` · ${amounts(alert.amounts)}` : '';
  const fix = fixOf(alert);
  const subject = alert.detail.subject ?? alert.sample[0]?.number ?? '';
  return {
    type: 'section',
    text: {
      type: 'mrkdwn',
      text: `*${kindName(alert.kind)}*${subject === '' ? '' : ` ${foreign(subject, 60)}`}\n${foreign(alert.storeName ?? alert.merchantName, 60)} · ${count(alert.orderCount, 'order')}${money}`,
    },
    ...(fix === null
      ? {}
      : {
          accessory: {
            type: 'button',
            action_id: fix.actionId,
            text: { type: 'plain_text', text: plain(fix.text, limits.buttonText), emoji: false },
            value: causeButtonValue(alert),
          },
        }),
  };
}

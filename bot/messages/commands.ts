import { type AlertView, groupedHoldCodes, silentHoldCodes } from '../../core/alert/types.ts';
import { fieldWords, holdTitle } from '../../core/order/hold-text.ts';
import type { HoldCode } from '../../core/order/types.ts';
import { type HeldCause, type HeldCauses, heldCauseLimit } from '../../core/queries/list-held-causes.ts';
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

/** What holds orders now, as the dashboard's Held page counts it; `alerts`: open ones, whose cards know the fix. */
export interface HeldFacts extends HeldCauses {
  readonly alerts: readonly AlertView[];
}

export function heldReply({ causes, isComplete, alerts }: HeldFacts, publicUrl: string, filter: string): Reply {
  const where = filter === '' ? '' : ` at “${foreign(filter, 40)}”`;
  const loud = causes.filter(({ code }) => !isSilent(code));
  const silent = silentWords(causes);
  const all = link(`${publicUrl}/held`, 'All held orders');
  if (causes.length === 0 && !isComplete) {
    const none = `None of the causes that hold the most orders is${where}`;
    return { text: 'There are too many causes to look at all', blocks: [section(`${none}. ${all}`)] };
  }
  if (loud.length === 0 && silent === null) {
    return { text: 'Nothing is held', blocks: [section(`Nothing is held${where}. Every order can leave.`)] };
  }
  if (loud.length === 0) {
    return { text: `${silent}`, blocks: [section(`${silent}. Nothing else is held${where}.`), context(all)] };
  }
  // Causes, not orders: an order that two causes hold would be counted twice.
  const number = isComplete ? count(loud.length, 'cause') : `more than ${count(loud.length, 'cause')}`;
  const verb = isComplete && loud.length === 1 ? 'holds' : 'hold';
  const more = loud.length - heldShown;
  const rest = more > 0 ? `${isComplete ? '' : 'more than '}${count(more, 'more cause')} · ` : '';
  return {
    text: `${number} ${verb} orders`,
    blocks: withinMessage(
      [section(`*${number}* ${verb} orders${where}:`)],
      loud.slice(0, heldShown).map((cause) => heldRow(cause, alertOf(cause, alerts), publicUrl)),
      [...(silent === null ? [] : [section(`${silent}.`)]), context(`${rest}${all}`)],
    ),
  };
}

const isSilent = (code: HoldCode): boolean => silentHoldCodes.some((silent) => silent === code);

/** Orders that wait for nobody, in words; null where there is none. */
function silentWords(causes: readonly HeldCause[]): string | null {
  const ordersOf = (code: HoldCode): number =>
    causes.filter((cause) => cause.code === code).reduce((sum, { orderCount }) => sum + orderCount, 0);
  const words = [
    { orders: ordersOf('operator_hold'), how: 'held on purpose' },
    { orders: ordersOf('scheduled'), how: 'scheduled for later by the platform' },
  ]
    .filter(({ orders }) => orders > 0)
    .map(({ orders, how }) => `${atMost(orders)} ${orders === 1 ? 'is' : 'are'} ${how}`);
  return words.length === 0 ? null : words.join(', ');
}

/** Of one cause no more are counted. */
const atMost = (orders: number): string =>
  orders < heldCauseLimit ? count(orders, 'order') : `${heldCauseLimit.toLocaleString('en-US')}+ orders`;

/** The open alert about the same orders; null where it has none of its own, or was not settled yet. */
function alertOf(cause: HeldCause, alerts: readonly AlertView[]): AlertView | null {
  const isGrouped = groupedHoldCodes.some((code) => code === cause.code);
  if (!isGrouped && cause.orderCount > 1) return null;
  const subject = isGrouped ? `${cause.storeId}:${cause.subject ?? ''}` : cause.sampleOrderId;
  return alerts.find((alert) => alert.kind === `held:${cause.code}` && alert.subject === subject) ?? null;
}

function heldRow(cause: HeldCause, alert: AlertView | null, publicUrl: string): SlackBlock {
  const isOne = cause.orderCount === 1;
  const isSame = alert !== null && alert.orderCount === cause.orderCount;
  const facts = [
    foreign(cause.storeName, 60),
    isOne ? link(`${publicUrl}/orders/${cause.sampleOrderId}`, cause.sampleOrderNumber) : atMost(cause.orderCount),
    isSame && Object.keys(alert.amounts).length > 0 ? amounts(alert.amounts) : '',
  ].filter((fact) => fact !== '');
  const subject = heldSubject(cause);
  const fix = alert === null ? null : fixOf({ ...alert, orderCount: Math.max(alert.orderCount, cause.orderCount) });
  return {
    type: 'section',
    text: {
      type: 'mrkdwn',
      text: `*${holdTitle(cause.code)}*${subject === '' ? '' : ` ${foreign(subject, 60)}`}\n${facts.join(' · ')}`,
    },
    ...(alert === null || fix === null
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

/** What the cause is about, in words; '' where the store's orders have nothing in common but the code. */
function heldSubject({ code, subject, detail }: HeldCause): string {
  if (subject === null) return '';
  if (code === 'address_incomplete') return fieldWords(detail.fields ?? subject);
  // A line without SKU is known by its product's name, not by the platform's id of it.
  return (code === 'sku_missing' ? detail.name : undefined) ?? subject;
}

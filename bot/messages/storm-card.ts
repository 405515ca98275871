import type { AlertView, StormSummary } from '../../core/alert/types.ts';
import { causeButtonValue } from '../values.ts';
import type { SlackMessage } from './alert-card.ts';
import { limits, type SlackBlock, type SlackButton } from './blocks.ts';
import { snoozeOptions, tendingOf } from './card-buttons.ts';
import { context as contextBlock } from './sections.ts';
import { isUnmended, settledMark, unmendedMark } from './settled-words.ts';
import { endsWords } from './storm-endings.ts';
import { amounts, count, foreign, link, moment, plain } from './text.ts';

export interface StormWords {
  /** What is wrong, without a subject: `SKU not mapped`. Plain text. */
  readonly title: string;
  /** The same of each of the largest causes, with its subject, in their order. */
  readonly causes: readonly string[];
  readonly url: string;
  /** Who settled the last one: mrkdwn. */
  readonly resolvedBy: readonly string[];
  /** How the last one ended, where that mended nothing: mrkdwn. */
  readonly unmended?: string | undefined;
  /** True: its causes go on, in a newer card. */
  readonly isToldAnew: boolean;
  /** That it is snoozed: mrkdwn; null when it is not. */
  readonly snoozed: string | null;
}

/** One card for many causes of one kind that came at once: their numbers, the largest, a way to all of them. Pure. */
export function stormCard(alert: AlertView, storm: StormSummary, words: StormWords): SlackMessage {
  return alert.state === 'open' ? openCard(alert, storm, words) : resolvedCard(storm, words);
}

function openCard(alert: AlertView, storm: StormSummary, words: StormWords): SlackMessage {
  const where = alert.storeName ?? alert.merchantName;
  const title = `${words.title} · ${count(storm.causeCount, 'cause')} · ${plain(where, 40)}`;
  const facts = [
    alert.orderCount > 0 ? `${count(alert.orderCount, 'order')} ${alert.orderCount === 1 ? 'waits' : 'wait'}` : null,
    Object.keys(alert.amounts).length > 0 ? amounts(alert.amounts) : null,
    alert.oldestAt === null ? null : `oldest from ${moment(alert.oldestAt)}`,
    alert.nearestShipBy === null ? null : `first ship-by ${moment(alert.nearestShipBy)}`,
  ].filter((fact) => fact !== null);
  const all = storm.largest.map((cause, index) => {
    const parts = [
      foreign(words.causes[index] ?? words.title, 120),
      cause.storeName === null || cause.storeName === alert.storeName ? null : foreign(cause.storeName, 40),
      cause.orderCount > 1 ? count(cause.orderCount, 'order') : null,
      cause.assignedToName === null ? null : `${foreign(cause.assignedToName, 40)} has it`,
    ];
    return `• ${parts.filter((part) => part !== null).join(' · ')}`;
  });
  const lines = fitting(all);
  const more = storm.causeCount - lines.length;
  if (more > 0) lines.push(`and ${more.toLocaleString('en-US')} more`);
  const settled = storm.foldedCount - storm.causeCount;
  const progress =
    settled > 0 ? `${settled.toLocaleString('en-US')} of ${storm.foldedCount.toLocaleString('en-US')} settled` : null;
  const owner = alert.assignedToName === null ? null : `${foreign(alert.assignedToName, 40)} has it`;
  const notes = [
    owner,
    words.snoozed,
    progress,
    'Came at once, so they share this card; each has its own button behind Show causes.',
  ];
  const blocks: SlackBlock[] = [
    { type: 'header', text: { type: 'plain_text', text: plain(title, 150), emoji: false } },
    ...(facts.length === 0 ? [] : [contextBlock(facts.join(' · '))]),
    ...(lines.length === 0 ? [] : [{ type: 'section', text: { type: 'mrkdwn', text: lines.join('\n') } } as const]),
    // The menu's options are too short to hold ids: the block's id says what they are about.
    { type: 'actions', block_id: causeButtonValue(alert), elements: buttons(alert, words) },
    contextBlock(notes.filter((part) => part !== null).join(' · ')),
  ];
  const waiting = alert.orderCount > 0 ? `: ${count(alert.orderCount, 'order')}` : '';
  return { text: `${foreign(title, 200)}${waiting}`, blocks };
}

/** Names full of signs that Slack wants escaped grow fivefold: as many lines as one section takes. */
function fitting(all: readonly string[]): string[] {
  const lines: string[] = [];
  let length = 0;
  for (const line of all) {
    length += line.length + 1;
    if (length > limits.sectionText - moreLength) break;
    lines.push(line);
  }
  return lines;
}

/** Room for the line that counts the rest. */
const moreLength = 30;

function buttons(alert: AlertView, words: StormWords) {
  const value = causeButtonValue(alert);
  const button = (action_id: string, text: string): SlackButton => ({
    type: 'button',
    action_id,
    text: { type: 'plain_text', text, emoji: false },
    value,
  });
  const option = (text: string, value: string) => ({ text: { type: 'plain_text' as const, text }, value });
  return [
    { ...button('storm_causes', 'Show causes'), style: 'primary' as const },
    {
      type: 'button' as const,
      action_id: 'open_dashboard',
      text: { type: 'plain_text' as const, text: 'Open in dashboard', emoji: false },
      url: words.url,
    },
    ...tendingOf(alert).map(({ actionId, text }) => button(actionId, text)),
    {
      type: 'overflow' as const,
      action_id: 'menu',
      options: snoozeOptions(words.snoozed !== null).map(({ text, value }) => option(text, value)),
    },
  ];
}

type Shown = (text: string, max: number) => string;

function outcomeOf(
  { foldedCount, ends = [] }: StormSummary,
  { unmended, isToldAnew }: StormWords,
  shown: Shown,
): string {
  const causes = `all ${count(foldedCount, 'cause')}`;
  if (ends.length > 1) return `${causes} ${ends.some(isUnmended) ? 'are over' : 'settled'} · ${endsWords(ends, shown)}`;
  if (unmended === undefined) return `${causes} settled`;
  return isToldAnew ? unmended : `${causes} are over · the last one: ${unmended}`;
}

function resolvedCard(storm: StormSummary, words: StormWords): SlackMessage {
  const { ends = [] } = storm;
  const isMended = ends.length > 1 ? !ends.some(isUnmended) : words.unmended === undefined;
  const sign = isMended ? settledMark : unmendedMark;
  const facts = [...words.resolvedBy, link(words.url, 'Open in dashboard')];
  return {
    text: foreign(`${sign} ${words.title} · ${outcomeOf(storm, words, plain)}`, 250),
    blocks: [
      {
        type: 'section',
        text: { type: 'mrkdwn', text: `${sign} *${foreign(words.title, 150)}* · ${outcomeOf(storm, words, foreign)}` },
      },
      contextBlock(facts.join(' · ')),
    ],
  };
}

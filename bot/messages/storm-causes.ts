import type { AlertView } from '../../core/alert/types.ts';
import { causeButtonValue } from '../values.ts';
import { isWaitedFor } from './after-dispatch.ts';
import { type CardContext, causeTitle, fixOf, targetUrl } from './alert-card.ts';
import type { SlackBlock, SlackButton } from './blocks.ts';
import { amounts, count, foreign, link, moment } from './text.ts';

/** Causes on one page: each a section with its button, well inside what Slack takes of one message. */
export const causesPerPage = 8;

/** What the buttons that turn pages carry. */
export interface StormPage {
  readonly storm: string;
  readonly merchant: string;
  readonly offset: number;
}

/** One page of a storm's causes, for one person: each with the button that settles it. Pure. */
export function stormCausesMessage(
  page: StormPage,
  causes: readonly AlertView[],
  total: number,
  context: CardContext,
): { readonly text: string; readonly blocks: readonly SlackBlock[] } {
  const last = page.offset + causes.length;
  const headline =
    causes.length === 0
      ? 'All of them are settled.'
      : `Causes ${(page.offset + 1).toLocaleString('en-US')} to ${last.toLocaleString('en-US')} of ${total.toLocaleString('en-US')}`;
  const turns = [
    ...(page.offset > 0 ? [turn(page, 'back', 'Previous', Math.max(0, page.offset - causesPerPage))] : []),
    ...(last < total ? [turn(page, 'on', 'Next', last)] : []),
  ];
  return {
    text: headline,
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text: `*${headline}*` } },
      ...causes.map((cause) => causeBlock(cause, context)),
      ...(turns.length === 0 ? [] : [{ type: 'actions', elements: turns } as const]),
    ],
  };
}

function causeBlock(cause: AlertView, context: CardContext): SlackBlock {
  const facts = [
    cause.storeName === null ? null : foreign(cause.storeName, 40),
    cause.orderCount > 0 ? count(cause.orderCount, 'order') : null,
    Object.keys(cause.amounts).length > 0 && isWaitedFor(cause) ? amounts(cause.amounts) : null,
    cause.nearestShipBy === null || !isWaitedFor(cause) ? null : `ship-by ${moment(cause.nearestShipBy)}`,
    cause.assignedToName === null ? null : `${foreign(cause.assignedToName, 40)} has it`,
    cause.snoozedUntil === null || cause.snoozedUntil <= context.now
      ? null
      : `quiet until ${moment(cause.snoozedUntil)}`,
    link(targetUrl(cause, context), 'Open'),
  ].filter((fact) => fact !== null);
  const fix = fixOf(cause);
  return {
    type: 'section',
    text: { type: 'mrkdwn', text: `*${foreign(causeTitle(cause), 120)}*\n${facts.join(' · ')}` },
    ...(fix === null
      ? {}
      : {
          accessory: {
            type: 'button' as const,
            action_id: fix.actionId,
            text: { type: 'plain_text' as const, text: fix.text, emoji: false },
            value: causeButtonValue(cause),
          },
        }),
  };
}

const turn = (page: StormPage, way: string, text: string, offset: number): SlackButton => ({
  type: 'button',
  action_id: `storm_causes:${way}`,
  text: { type: 'plain_text', text, emoji: false },
  value: JSON.stringify({ ...page, offset } satisfies StormPage),
});

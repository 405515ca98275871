import type { AlertView } from '../../core/alert/types.ts';
import { causeButtonValue, causesBlockId, type Place } from '../values.ts';
import { isWaitedFor } from './after-dispatch.ts';
import { type CardContext, causeTitle, fixOf, targetUrl } from './alert-card.ts';
import type { SlackBlock, SlackButton } from './blocks.ts';
import { amounts, count, foreign, link, moment, timeOf } from './text.ts';

/** Causes on one page: each a section with its button, well inside what Slack takes of one message. */
export const causesPerPage = 8;

/** Which page of which storm; `offset` causes stand before it. */
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
  const [from, to] = [causes[0], causes.at(-1)];
  const turns = [
    ...(from !== undefined && page.offset > 0
      ? [turn(page, 'back', 'Previous', { way: 'before', ...placeOf(from) })]
      : []),
    ...(to !== undefined && last < total ? [turn(page, 'on', 'Next', { way: 'after', ...placeOf(to) })] : []),
    turn(page, 'anew', 'Refresh', from === undefined ? undefined : { way: 'from', ...placeOf(from) }),
  ];
  const blockId = (index: number) => from && causesBlockId(index, page, placeOf(from));
  return {
    text: headline,
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text: `*${headline}* · as of ${timeOf(context.now)}` } },
      ...causes.map((cause, index) => causeBlock(cause, blockId(index), context)),
      { type: 'actions', elements: turns },
    ],
  };
}

const placeOf = ({ openedAt, id }: AlertView): Place => ({ at: openedAt.toISOString(), id });

function causeBlock(cause: AlertView, blockId: string | undefined, context: CardContext): SlackBlock {
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
    ...(blockId === undefined ? {} : { block_id: blockId }),
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

const turn = (
  { storm, merchant }: StormPage,
  way: string,
  text: string,
  place: ({ readonly way: 'from' | 'after' | 'before' } & Place) | undefined,
): SlackButton => ({
  type: 'button',
  action_id: `storm_causes:${way}`,
  text: { type: 'plain_text', text, emoji: false },
  value: JSON.stringify({ storm, merchant, place }),
});

import type { AlertView } from '../../core/alert/types.ts';
import type { StoreCount } from '../../core/queries/count-by-store.ts';
import type { StoreRow } from '../../core/queries/store-queries.ts';
import { causeButtonValue } from '../values.ts';
import { isWaitedFor } from './after-dispatch.ts';
import { causeTitle } from './alert-card.ts';
import type { SlackBlock, SlackButton, SlackHome } from './blocks.ts';
import { fixOf } from './card-buttons.ts';
import { commandButton, dashboardButton } from './commands.ts';
import { context, inSections, section } from './sections.ts';
import { healthWords, isOff, noStoreYet, troubleWords } from './stores.ts';
import { count, foreign, link, moment } from './text.ts';

/** Causes with a button each; of more their number. */
export const shownAssigned = 15;
/** Merchants and stores named; of more their number. */
const shownNames = 15;

export interface HomeFacts {
  /** One more than `shownAssigned` where there are more. */
  readonly assigned: readonly AlertView[];
  readonly merchants: readonly { readonly id: string; readonly name: string }[];
  readonly stores: readonly StoreRow[];
  readonly counts: readonly StoreCount[];
  readonly troubled: readonly StoreRow[];
  readonly shippedToday: number;
  readonly maySync: boolean;
}

/** What this person has to do, and how their merchants stand. Says nothing that time alone changes. Pure. */
export function homeView(facts: HomeFacts, publicUrl: string): SlackHome {
  const blocks: SlackBlock[] = [
    { type: 'header', text: { type: 'plain_text', text: 'Your work' } },
    ...assignedBlocks(facts.assigned, publicUrl),
    { type: 'divider' },
    { type: 'header', text: { type: 'plain_text', text: 'Your merchants' } },
    ...merchantBlocks(facts, publicUrl),
    ...storeBlocks(facts, publicUrl),
    { type: 'actions', elements: buttons(facts.maySync, publicUrl) },
  ];
  return { type: 'home', blocks };
}

function assignedBlocks(assigned: readonly AlertView[], publicUrl: string): SlackBlock[] {
  if (assigned.length === 0) return [section('Nothing is assigned to you. *Assign to me* on a card puts it here.')];
  const more = assigned.length > shownAssigned;
  return [
    ...assigned.slice(0, shownAssigned).map(assignedBlock),
    ...(more ? [context(link(`${publicUrl}/held`, 'and more: all held orders'))] : []),
  ];
}

function assignedBlock(alert: AlertView): SlackBlock {
  const fix = fixOf(alert);
  const facts = [
    foreign(alert.storeName ?? alert.merchantName, 60),
    alert.orderCount > 0 ? count(alert.orderCount, 'order') : null,
    alert.nearestShipBy === null || !isWaitedFor(alert) ? null : `ship by ${moment(alert.nearestShipBy)}`,
    alert.snoozedUntil === null ? null : `snoozed until ${moment(alert.snoozedUntil)}`,
  ].filter((fact) => fact !== null);
  return {
    type: 'section',
    text: { type: 'mrkdwn', text: `*${foreign(causeTitle(alert), 150)}*\n${facts.join(' · ')}` },
    ...(fix === null
      ? {}
      : {
          accessory: {
            type: 'button',
            action_id: fix.actionId,
            text: { type: 'plain_text', text: fix.text, emoji: false },
            value: causeButtonValue(alert),
          },
        }),
  };
}

function merchantBlocks({ merchants, stores, counts, shippedToday }: HomeFacts, publicUrl: string): SlackBlock[] {
  if (merchants.length === 0) {
    return [
      section(`No merchant’s orders are yours to see. Warehouse work is in the ${link(publicUrl, 'dashboard')}.`),
    ];
  }
  const merchantOf = new Map(stores.map((store) => [store.storeId, store.merchantId]));
  const sums = merchants.map(({ id, name }) => {
    const mine = counts.filter(({ storeId }) => merchantOf.get(storeId) === id);
    const sum = (read: (one: StoreCount) => number) => mine.reduce((total, one) => total + read(one), 0);
    return {
      name,
      held: sum((one) => one.held),
      excepted: sum((one) => one.excepted),
      ready: sum((one) => one.toDispatch),
    };
  });
  const lines = sums
    .toSorted((a, b) => b.held + b.excepted - (a.held + a.excepted) || a.name.localeCompare(b.name))
    .slice(0, shownNames)
    .map(
      ({ name, held, excepted, ready }) =>
        `*${foreign(name, 60)}*: ${held.toLocaleString('en-US')} held · ${count(excepted, 'exception')} · ${ready.toLocaleString('en-US')} to dispatch`,
    );
  const more = merchants.length - lines.length;
  return inSections([
    ...lines,
    ...(more > 0 ? [`and ${count(more, 'more merchant')}`] : []),
    `${count(shippedToday, 'order')} shipped today`,
  ]);
}

function storeBlocks({ merchants, stores, troubled }: HomeFacts, publicUrl: string): SlackBlock[] {
  // Whose merchants' orders are not theirs to see is told so above.
  if (merchants.length === 0) return [];
  if (stores.length === 0) return [section(noStoreYet(publicUrl))];
  const health = healthWords(stores);
  const off = stores.some(isOff) ? '. A disabled store brings no orders' : '';
  if (troubled.length === 0) return [context(`${stores.every(isOff) ? '○' : '✔'} ${health}${off}.`)];
  const lines = troubled
    .slice(0, shownNames)
    .map((store) => `⚠ *${link(`${publicUrl}/stores/${store.storeId}`, store.name)}*: ${troubleWords(store)}`);
  const more = troubled.length - lines.length;
  return [
    { type: 'header', text: { type: 'plain_text', text: 'Stores that need attention' } },
    ...inSections([...lines, ...(more > 0 ? [`and ${count(more, 'more store')}`] : [])]),
    context(`${health}${off}.`),
  ];
}

const buttons = (maySync: boolean, publicUrl: string): SlackButton[] => [
  {
    type: 'button',
    action_id: 'find_order',
    text: { type: 'plain_text', text: 'Find an order', emoji: false },
    value: 'home',
  },
  commandButton('held', 'Held'),
  ...(maySync ? [commandButton('sync', 'Sync all')] : []),
  commandButton('stores', 'Stores'),
  dashboardButton(publicUrl),
];

/** For somebody whom the desk does not know: how to get in. */
export const strangerHome = (why: string, publicUrl: string): SlackHome => ({
  type: 'home',
  blocks: [
    { type: 'header', text: { type: 'plain_text', text: 'Holdfast does not know you yet' } },
    section(why),
    context(
      `An owner confirms you at ${link(`${publicUrl}/settings/slack-people`, 'Settings, Slack people')}. Then this tab shows your work.`,
    ),
  ],
});

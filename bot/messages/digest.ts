import type { Digest, DigestFigures } from '../../core/alert/digest.ts';
import { holdTitle } from '../../core/order/hold-text.ts';
import { holdCodes } from '../../core/order/types.ts';
import type { SlackMessage } from './alert-card.ts';
import { foreign, link, moment } from './text.ts';

/** Merchants named in the heading; the rest are counted. */
const namedMerchants = 3;

interface Line {
  readonly name: string;
  readonly value: number;
  readonly before: number | null;
}

/** The counts of a day as a table of fixed width, with the trend against the day before. Pure. */
export function digestMessage(digest: Digest, publicUrl: string): SlackMessage {
  const { figures } = digest;
  const table = linesOf(digest).map(row).join('\n');
  const oldest =
    figures.oldestHoldAt === null ? 'Nothing is held.' : `Oldest hold: ${moment(new Date(figures.oldestHoldAt))}.`;
  const hasTrend = digest.before !== null;
  const trend = hasTrend
    ? 'Arrows: against the day before.'
    : 'No digest of the day before: arrows only for what is counted by day.';
  return {
    text: `Digest of ${digest.day}: ${figures.held.toLocaleString('en-US')} held, ${figures.exceptions.toLocaleString('en-US')} exceptions, ${figures.shipped.toLocaleString('en-US')} shipped yesterday`,
    blocks: [
      {
        type: 'section',
        text: {
          type: 'mrkdwn',
          text: `*Digest of ${digest.day}* · ${merchants(digest.merchantNames)}\n\`\`\`${table}\`\`\``,
        },
      },
      {
        type: 'context',
        elements: [
          {
            type: 'mrkdwn',
            text: `${oldest} ${trend} ${link(`${publicUrl}/held`, 'Held orders')} · ${link(publicUrl, 'Dashboard')}`,
          },
        ],
      },
    ],
  };
}

function merchants(names: readonly string[]): string {
  const shown = names.slice(0, namedMerchants).map((name) => foreign(name, 40));
  const more = names.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

function linesOf({ figures, before }: Digest): readonly Line[] {
  const stock = (name: string, read: (of: DigestFigures) => number): Line => ({
    name,
    value: read(figures),
    before: before === null ? null : read(before),
  });
  const codes = holdCodes.filter((code) => (figures.heldByCode[code] ?? 0) > 0 || (before?.heldByCode[code] ?? 0) > 0);
  return [
    stock('Orders held', (of) => of.held),
    ...codes.map((code) => stock(`  ${holdTitle(code)}`, (of) => of.heldByCode[code] ?? 0)),
    stock('Exceptions', (of) => of.exceptions),
    stock('Open alerts', (of) => of.openAlerts),
    stock('Stores needing attention', (of) => of.troubledStores),
    { name: 'Shipped yesterday', value: figures.shipped, before: figures.shippedBefore },
    { name: 'New orders yesterday', value: figures.newOrders, before: figures.newOrdersBefore },
  ];
}

/** The longest names are cut: a phone shows about 45 characters of a fixed width without scrolling. */
const nameWidth = 30;
const valueWidth = 7;

function row({ name, value, before }: Line): string {
  const label = name.length > nameWidth ? `${name.slice(0, nameWidth - 1)}…` : name.padEnd(nameWidth);
  return `${label}${value.toLocaleString('en-US').padStart(valueWidth)}  ${trendOf(value, before)}`.trimEnd();
}

function trendOf(value: number, before: number | null): string {
  if (before === null) return '';
  const change = value - before;
  if (change === 0) return '=';
  return `${change > 0 ? '▲' : '▼'} ${Math.abs(change).toLocaleString('en-US')}`;
}

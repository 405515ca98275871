import { holdTitle } from '../../core/order/hold-text.ts';
import { holdCodes } from '../../core/order/types.ts';
import type { Stats } from '../../core/queries/show-stats.ts';
import type { Reply } from './commands.ts';
import { context, section } from './sections.ts';
import { count, link } from './text.ts';

const nameWidth = 30;
const valueWidth = 9;

/** The figures of some days as a table of fixed width, for a phone. */
export function statsReply(stats: Stats, days: number, publicUrl: string): Reply {
  const figure = (value: number) => value.toLocaleString('en-US');
  const codes = holdCodes.filter((code) => (stats.heldByCode[code] ?? 0) > 0);
  const rows: readonly (readonly [string, string])[] = [
    ['Orders in', figure(stats.placed)],
    ['  cancelled since', figure(stats.placedCancelled)],
    ['Orders shipped', figure(stats.shipped)],
    ['Order to parcel, median', spanText(stats.medianSecondsToShip)],
    ['Held now', figure(stats.held)],
    ...codes.map((code) => [`  ${holdTitle(code)}`, figure(stats.heldByCode[code] ?? 0)] as const),
    ['Held for, median', spanText(stats.medianSecondsHeld)],
  ];
  const table = rows.map(([name, value]) => `${fitted(name)}${value.padStart(valueWidth)}`).join('\n');
  return {
    text: `${count(days, 'day')}: ${figure(stats.placed)} orders in, ${figure(stats.shipped)} shipped, ${figure(stats.held)} held now`,
    blocks: [
      section(`*The last ${count(days, 'day')}*\n\`\`\`${table}\`\`\``),
      context(`${link(`${publicUrl}/held`, 'Held orders')} · ${link(publicUrl, 'Dashboard')}`),
    ],
  };
}

const fitted = (name: string): string =>
  name.length > nameWidth ? `${name.slice(0, nameWidth - 1)}…` : name.padEnd(nameWidth);

/** `45 min`, `7 h`, `3.2 days`; a dash where there is nothing to measure. */
function spanText(seconds: number | null): string {
  if (seconds === null) return '–';
  const minutes = seconds / 60;
  if (minutes < 90) return `${Math.round(minutes)} min`;
  const hours = minutes / 60;
  return hours < 48 ? `${Math.round(hours)} h` : `${(hours / 24).toFixed(1)} days`;
}

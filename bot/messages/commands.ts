import type { AlertView } from '../../core/alert/types.ts';
import { causeButtonValue } from '../values.ts';
import type { SlackBlock } from './blocks.ts';
import { amounts, count, foreign, link, plain } from './text.ts';

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

export function helpReply(commands: readonly Known[], publicUrl: string, mistake?: string): Reply {
  const lines = commands.map(({ word, usage, does }) => `\`${`/orders ${word} ${usage}`.trim()}\`  ${does}`);
  const head = mistake === undefined ? '' : `${mistake}\n`;
  return {
    text: mistake ?? 'What /orders can do',
    blocks: [
      section(`${head}${lines.join('\n')}`),
      { type: 'context', elements: [{ type: 'mrkdwn', text: link(publicUrl, 'Open the dashboard') }] },
    ],
  };
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
  const blocks: SlackBlock[] = [
    section(
      `*${count(
        held.reduce((sum, alert) => sum + alert.orderCount, 0),
        'order',
      )}* wait${where}:`,
    ),
  ];
  for (const alert of held.slice(0, heldShown)) {
    const money = Object.keys(alert.amounts).length > 0 ? ` · ${amounts(alert.amounts)}` : '';
    const subject = alert.detail.subject ?? alert.sample[0]?.number ?? '';
    blocks.push({
      type: 'section',
      text: {
        type: 'mrkdwn',
        text: `*${causeName(alert)}*${subject === '' ? '' : ` ${foreign(subject, 60)}`}\n${foreign(alert.storeName ?? alert.merchantName, 60)} · ${count(alert.orderCount, 'order')}${money}`,
      },
      ...(alert.kind === 'held:sku_unmapped' || alert.kind === 'held:sku_missing'
        ? {
            accessory: {
              type: 'button' as const,
              action_id: 'bind_sku',
              text: { type: 'plain_text' as const, text: 'Bind SKU' },
              value: causeButtonValue(alert),
            },
          }
        : {}),
    });
  }
  const more = held.length - heldShown;
  const rest = more > 0 ? `${count(more, 'more cause')} · ` : '';
  blocks.push({
    type: 'context',
    elements: [{ type: 'mrkdwn', text: `${rest}${link(`${publicUrl}/held`, 'All held orders')}` }],
  });
  return { text: `${held.length} causes hold orders`, blocks };
}

const causeName = (alert: AlertView): string =>
  foreign(
    alert.kind
      .replace(/^(held|exception):/, '')
      .replace(/_/g, ' ')
      .replace(/^./, (letter) => letter.toUpperCase()),
    40,
  );

/** How far a run is; a part of what the sync log shows. */
export interface RunProgress {
  readonly status: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
  readonly pages: number;
  readonly fetched: number;
  readonly created: number;
  readonly held: number;
  readonly failed: number;
  readonly error: string | null;
}

export interface SyncLine {
  readonly storeName: string;
  readonly runId: string;
  readonly joined: boolean;
  readonly progress: RunProgress | null;
}

export function syncReply(lines: readonly SyncLine[], publicUrl: string): Reply {
  const texts = lines.map((line) => {
    const url = `${publicUrl}/sync-log/${line.runId}`;
    return `${foreign(line.storeName, 60)}: ${progressText(line)} · ${link(url, 'details')}`;
  });
  return { text: plain(`Sync: ${lines.length} stores`, 100), blocks: [section(texts.join('\n'))] };
}

function progressText({ progress, joined }: SyncLine): string {
  if (progress === null || progress.status === 'queued') return joined ? 'joined the sync that is waiting' : 'waiting';
  const counts = `${count(progress.pages, 'page')}, ${progress.fetched} fetched, ${progress.created} new, ${progress.held} held`;
  switch (progress.status) {
    case 'running':
      return `running: ${counts}`;
    case 'done':
      return progress.failed > 0 ? `done: ${counts}, ${progress.failed} could not be read` : `done: ${counts}`;
    case 'failed':
      return `failed: ${foreign(progress.error ?? 'see details', 200)}`;
    case 'cancelled':
      return 'cancelled';
  }
}

const section = (text: string): SlackBlock => ({ type: 'section', text: { type: 'mrkdwn', text } });

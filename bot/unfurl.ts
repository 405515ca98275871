import type { types } from '@slack/bolt';
import { isId } from '../core/ids.ts';
import type { Actor } from '../core/people/actor.ts';
import type { OrderDetail } from '../core/queries/show-order.ts';
import type { BotDeps } from './deps.ts';
import { heldNow } from './held-now.ts';
import { heldReply } from './messages/commands.ts';
import { orderCard } from './messages/order-card.ts';
import { runCard } from './messages/run-card.ts';
import { context } from './messages/sections.ts';
import { moment } from './messages/text.ts';
import { merchantsOf } from './reading.ts';

/** Links of one message that are shown; Slack sends no more than a handful. */
const mostLinks = 5;

export type Unfurls = Record<string, { readonly blocks: types.KnownBlock[] }>;

type Target = { readonly page: 'order' | 'run'; readonly id: string } | { readonly page: 'held' };

/**
 * Small cards for links to our own pages, each only where `actor` may see what it is about. The whole channel reads
 * them: no recipient data. Links elsewhere, and to what is not theirs to see, are left out.
 */
export async function unfurlsOf(deps: BotDeps, actor: Actor, urls: readonly string[]): Promise<Unfurls> {
  const merchantIds = await merchantsOf(deps, actor);
  const unfurls: Unfurls = {};
  if (merchantIds.length === 0) return unfurls;
  for (const url of [...new Set(urls)].slice(0, mostLinks)) {
    const target = targetOf(url, deps.config.publicUrl);
    const blocks = target === null ? null : await cardOf(deps, actor, merchantIds, target);
    // Nobody edits it again: it tells when it was true.
    if (blocks !== null) unfurls[url] = { blocks: [...blocks, context(`as of ${moment(deps.clock.now())}`)] };
  }
  return unfurls;
}

/** Which of our pages an address is; null for another host, another port, or another page. Pure. */
export function targetOf(url: string, publicUrl: string): Target | null {
  const [asked, ours] = [parse(url), parse(publicUrl)];
  if (asked === null || ours === null || asked.origin !== ours.origin || asked.username !== '') return null;
  const base = ours.pathname.replace(/\/$/, '');
  if (!asked.pathname.startsWith(`${base}/`)) return null;
  const [page, id, ...rest] = asked.pathname
    .slice(base.length + 1)
    .replace(/\/$/, '')
    .split('/');
  if (rest.length > 0) return null;
  if (page === 'held' && id === undefined) return { page: 'held' };
  if (id === undefined || !isId(id)) return null;
  if (page === 'orders') return { page: 'order', id };
  return page === 'sync-log' ? { page: 'run', id } : null;
}

function parse(url: string): URL | null {
  try {
    return new URL(url);
  } catch {
    // Whatever it is, it is none of our pages.
    return null;
  }
}

async function cardOf(
  deps: BotDeps,
  actor: Actor,
  merchantIds: readonly string[],
  target: Target,
): Promise<types.KnownBlock[] | null> {
  const { publicUrl } = deps.config;
  switch (target.page) {
    case 'order': {
      const order: OrderDetail | null = await deps.queries.showOrder({ merchantIds, orderId: target.id });
      return order === null ? null : [...orderCard(order, { actor, now: deps.clock.now(), publicUrl }).blocks];
    }
    case 'run': {
      const run = await deps.queries.showRun({ merchantIds, runId: target.id });
      return run === null ? null : runCard(run, publicUrl);
    }
    case 'held':
      return heldReply(await heldNow(deps, actor, { merchantIds }), publicUrl, '').blocks;
  }
}

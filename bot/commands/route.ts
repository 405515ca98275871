import { kindNamed, namedKinds } from '../../core/alert/kinds.ts';
import { may } from '../../core/people/permissions.ts';
import type { SlackRouting } from '../../core/queries/slack-routing.ts';
import { said } from '../listeners/replies.ts';
import { editDistance, textReply } from '../messages/commands.ts';
import { routedReply, routesReply } from '../messages/routes.ts';
import { foreign } from '../messages/text.ts';
import { merchantsOf } from '../reading.ts';
import type { Asked, Command } from './command.ts';
import { type RouteWords, readRouteWords } from './route-words.ts';

export const route: Command = {
  word: 'route',
  usage: '[store|merchant|kind name #channel | remove number]',
  does: 'which channel hears of what',
  needs: 'administer',
  async run(asked) {
    const words = readRouteWords(asked.argument);
    switch (words.kind) {
      case 'list':
        return list(asked);
      case 'remove':
        return remove(asked, words.number);
      case 'set':
        return set(asked, words);
      case 'mistake':
        return asked.reply(textReply(`${foreign(words.what, 200)} For example: \`${words.form}\``));
    }
  },
};

interface Merchant {
  readonly id: string;
  readonly name: string;
}

/** The merchants that this person administers, by name. */
async function administered({ deps, actor }: Asked): Promise<readonly Merchant[]> {
  const merchants = await deps.queries.listMerchants({ merchantIds: await merchantsOf(deps, actor) });
  return merchants.filter(({ id }) => may(actor, 'administer', id));
}

async function routing(asked: Asked, merchants: readonly Merchant[]): Promise<SlackRouting | null> {
  const merchantId = merchants[0]?.id;
  if (merchantId === undefined) return null;
  const found = await asked.deps.commands.slackRouting({ actor: asked.actor, merchantId });
  return found.ok ? found.value : null;
}

async function list(asked: Asked): Promise<void> {
  const found = await routing(asked, await administered(asked));
  if (found === null) return asked.reply(textReply('There is no merchant whose alerts you route.'));
  return asked.reply(routesReply(found, asked.deps.config.publicUrl));
}

async function remove(asked: Asked, number: number): Promise<void> {
  const merchants = await administered(asked);
  const found = await routing(asked, merchants);
  const chosen = found?.routes[number - 1];
  const merchantId = merchants[0]?.id;
  if (chosen === undefined || merchantId === undefined) {
    const count = found?.routes.length ?? 0;
    const there = count === 0 ? 'There is no route.' : `There are ${count} routes: \`/orders route\` shows them.`;
    return asked.reply(textReply(`There is no route ${number}. ${there}`));
  }
  const removed = await asked.deps.commands.removeRoute({ actor: asked.actor, merchantId, routeId: chosen.id });
  if (!removed.ok) return asked.reply(textReply(said(removed.error)));
  return asked.reply(routedReply(removed.value, 'removed'));
}

type Chosen = { readonly merchantId: string | null; readonly storeId: string | null; readonly kind: string | null };

async function set(asked: Asked, words: Extract<RouteWords, { kind: 'set' }>): Promise<void> {
  const { deps, actor } = asked;
  const merchants = await administered(asked);
  const merchantId = merchants[0]?.id;
  if (merchantId === undefined) return asked.reply(textReply('There is no merchant whose alerts you route.'));
  const chosen = await choose(asked, merchants, words);
  if (typeof chosen === 'string') return asked.reply(textReply(chosen));
  const isHere = words.channel.toLowerCase() === 'here';
  if (isHere && !/^[CG]/.test(asked.channelId ?? '')) {
    return asked.reply(textReply('“here” works in a channel. In a direct message name the channel: #ops.'));
  }
  const saved = await deps.commands.saveRoute({
    actor,
    merchantId,
    ofMerchantId: chosen.merchantId,
    storeId: chosen.storeId,
    kind: chosen.kind,
    channel: isHere ? (asked.channelId ?? '') : words.channel,
  });
  if (!saved.ok) return asked.reply(textReply(said(saved.error)));
  const found = await routing(asked, merchants);
  const now = found?.routes.find(({ id }) => id === saved.value.routeId);
  if (now === undefined) return asked.reply(textReply('The route is saved.'));
  return asked.reply(routedReply(now, saved.value.before === null ? 'added' : 'moved'));
}

/** What the typed names mean; a sentence where they mean nothing, or more than one thing. */
async function choose(
  asked: Asked,
  merchants: readonly Merchant[],
  words: Extract<RouteWords, { kind: 'set' }>,
): Promise<Chosen | string> {
  const kind = words.alertKind === null ? null : kindNamed(words.alertKind);
  if (words.alertKind !== null && kind === null) return unknownKind(words.alertKind);
  const merchant = words.merchant === null ? null : named(words.merchant, merchants);
  if (words.merchant !== null && merchant === null) return unknown('merchant', words.merchant, merchants);
  if (words.store === null) return { merchantId: merchant?.id ?? null, storeId: null, kind: kind?.kind ?? null };
  const within = merchant === null ? merchants : [merchant];
  const stores = await asked.deps.queries.listStores({ merchantIds: within.map(({ id }) => id) });
  const known = stores.map((store) => ({ id: store.storeId, name: store.name, merchantId: store.merchantId }));
  const same = known.filter(({ name }) => name.toLowerCase() === words.store?.toLowerCase());
  if (same.length > 1) {
    const owners = same.map((one) => merchants.find(({ id }) => id === one.merchantId)?.name ?? '');
    return `Several merchants have a store “${foreign(words.store, 60)}”. Say which: \`/orders route merchant "${foreign(owners[0] ?? '', 60)}" store "${foreign(words.store, 60)}" ${foreign(words.channel, 60)}\``;
  }
  const store = same[0] ?? named(words.store, known);
  if (store === null) return unknown('store', words.store, known);
  return { merchantId: store.merchantId, storeId: store.id, kind: kind?.kind ?? null };
}

/** The one with this name, or the only one whose name holds what was typed. */
function named<T extends { readonly name: string }>(typed: string, all: readonly T[]): T | null {
  const wanted = typed.toLowerCase();
  const exact = all.find(({ name }) => name.toLowerCase() === wanted);
  const holding = all.filter(({ name }) => name.toLowerCase().includes(wanted));
  return exact ?? (holding.length === 1 ? (holding[0] ?? null) : null);
}

/** Names offered when none matches. */
const offered = 5;

function unknown(what: string, typed: string, all: readonly { readonly name: string }[]): string {
  const wanted = typed.toLowerCase();
  const nearest = all
    .map(({ name }) => ({ name, distance: editDistance(wanted, name.toLowerCase().slice(0, 80)) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, offered)
    .map(({ name }) => foreign(name, 60));
  const there = nearest.length === 0 ? 'There is none yet.' : `There are: ${nearest.join(', ')}.`;
  return `No one ${what} is called “${foreign(typed, 60)}”. ${there}`;
}

function unknownKind(typed: string): string {
  const wanted = typed.toLowerCase().replace(/[\s-]+/g, '_');
  const [nearest] = namedKinds
    .map(({ word }) => ({ word, distance: editDistance(wanted.slice(0, 80), word) }))
    .sort((a, b) => a.distance - b.distance);
  const words = namedKinds.map(({ word }) => `\`${word}\``).join(' ');
  return `There is no kind “${foreign(typed, 60)}”. Did you mean \`${nearest?.word ?? 'sku_unmapped'}\`? All: ${words}`;
}

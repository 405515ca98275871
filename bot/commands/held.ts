import type { AlertView } from '../../core/alert/types.ts';
import { heldReply, nearestNames, textReply } from '../messages/commands.ts';
import { foreign } from '../messages/text.ts';
import { merchantsOf, openAlerts } from '../reading.ts';
import type { Command } from './command.ts';

/** Causes read; the reply shows the first ten and says how many more. */
const heldLimit = 200;

export const held: Command = {
  word: 'held',
  usage: '[store or merchant]',
  does: 'what is held and why',
  needs: 'see_orders',
  looks: true,
  async run(asked) {
    const { deps, actor, reply } = asked;
    const typed = asked.argument.replace(/^["“]|["”]$/g, '').trim();
    const alerts = await openAlerts(deps, actor, heldLimit);
    const matching = alerts.filter((alert) => namesOf(alert).some((name) => holds(name, typed)));
    if (matching.length > 0 || typed === '') return reply(heldReply(matching, deps.config.publicUrl, typed));
    // Nothing held there, or no such place: only the names of all stores can tell.
    const merchantIds = await merchantsOf(deps, actor);
    const [stores, merchants] = await Promise.all([
      deps.queries.listStores({ merchantIds }),
      deps.queries.listMerchants({ merchantIds }),
    ]);
    const known = [...stores, ...merchants].map(({ name }) => name);
    if (known.some((name) => holds(name, typed))) return reply(heldReply([], deps.config.publicUrl, typed));
    const near = nearestNames(typed, known).map((name) => `“${foreign(name, 60)}”`);
    const hint = near.length === 0 ? 'Everything that is held: `/orders held`' : `Did you mean ${near.join(' or ')}?`;
    await reply(textReply(`No store or merchant is called “${foreign(typed, 60)}”. ${hint}`));
  },
};

const namesOf = (alert: AlertView): readonly string[] => [alert.storeName ?? '', alert.merchantName];
const holds = (name: string, typed: string): boolean => name.toLowerCase().includes(typed.toLowerCase());

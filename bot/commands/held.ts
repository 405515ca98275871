import { heldNow } from '../held-now.ts';
import { heldReply, nearestNames, textReply } from '../messages/commands.ts';
import { foreign } from '../messages/text.ts';
import { merchantsOf } from '../reading.ts';
import type { Command } from './command.ts';

export const held: Command = {
  word: 'held',
  usage: '[store or merchant]',
  does: 'what is held and why',
  needs: 'see_orders',
  looks: true,
  async run(asked) {
    const { deps, actor, reply } = asked;
    const typed = asked.argument.replace(/^["“]|["”]$/g, '').trim();
    const { publicUrl } = deps.config;
    const merchantIds = await merchantsOf(deps, actor);
    if (typed === '') return reply(heldReply(await heldNow(deps, actor, { merchantIds }), publicUrl, ''));
    const [stores, merchants] = await Promise.all([
      deps.queries.listStores({ merchantIds }),
      deps.queries.listMerchants({ merchantIds }),
    ]);
    const named = new Set(merchants.filter(({ name }) => holds(name, typed)).map(({ id }) => id));
    const meant = stores.filter(({ name, merchantId }) => named.has(merchantId) || holds(name, typed));
    if (named.size > 0 || meant.length > 0) {
      const among = {
        merchantIds: [...new Set(meant.map(({ merchantId }) => merchantId))],
        storeId: meant.length === 1 ? meant[0]?.storeId : undefined,
      };
      const facts = await heldNow(deps, actor, among);
      const meantIds = new Set(meant.map(({ storeId }) => storeId));
      const causes = facts.causes.filter(({ storeId }) => meantIds.has(storeId));
      return reply(heldReply({ ...facts, causes }, publicUrl, typed));
    }
    const known = [...stores, ...merchants].map(({ name }) => name);
    const near = nearestNames(typed, known).map((name) => `“${foreign(name, 60)}”`);
    const hint = near.length === 0 ? 'Everything that is held: `/orders held`' : `Did you mean ${near.join(' or ')}?`;
    await reply(textReply(`No store or merchant is called “${foreign(typed, 60)}”. ${hint}`));
  },
};

const holds = (name: string, typed: string): boolean => name.toLowerCase().includes(typed.toLowerCase());

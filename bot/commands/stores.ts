import { nearestNames, textReply } from '../messages/commands.ts';
import { storesReply } from '../messages/stores.ts';
import { foreign } from '../messages/text.ts';
import { merchantsOf } from '../reading.ts';
import { chooseStores } from './choose-stores.ts';
import type { Command } from './command.ts';
import { namesOf, readCommandLine } from './command-line.ts';

export const stores: Command = {
  word: 'stores',
  usage: '[store]',
  does: 'the health of each store',
  needs: 'see_orders',
  looks: true,
  async run({ deps, actor, argument, reply }) {
    const merchantIds = await merchantsOf(deps, actor);
    const [all, counts] = await Promise.all([
      deps.queries.listStores({ merchantIds }),
      deps.queries.countByStore({ merchantIds }),
    ]);
    const line = readCommandLine(argument, {});
    if ('mistake' in line) return reply(textReply(`${foreign(line.mistake, 200)} Try \`/orders stores\``));
    const chosen = chooseStores(all, namesOf(line.words));
    if ('what' in chosen) {
      const near = nearestNames(
        argument,
        all.map((store) => store.name),
      ).map((name) => foreign(name, 60));
      const hint = near.length === 0 ? 'All of them: `/orders stores`' : `Did you mean ${near.join(' or ')}?`;
      return reply(textReply(`${foreign(chosen.what, 200)} ${hint}`));
    }
    const context = { publicUrl: deps.config.publicUrl, now: deps.clock.now() };
    await reply(storesReply(chosen.stores, counts, context));
  },
};

import { findPage } from '../find-orders.ts';
import { mistakeReply } from '../messages/commands.ts';
import { foundReply } from '../messages/found-orders.ts';
import type { Command } from './command.ts';

export const find: Command = {
  word: 'find',
  usage: '<number, tracking number, name or SKU>',
  does: 'orders that match',
  needs: 'see_orders',
  looks: true,
  async run(asked) {
    const { deps, argument, reply } = asked;
    const text = argument.replace(/^["“]|["”]$/g, '').trim();
    if (text === '') return reply(mistakeReply({ what: 'Find what?', form: '/orders find 1001' }));
    await reply(foundReply(await findPage(asked, { text, page: 0 }), deps.config.publicUrl));
  },
};

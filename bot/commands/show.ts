import { lookUpOrder } from '../look-up-order.ts';
import { mistakeReply } from '../messages/commands.ts';
import { orderCard } from '../messages/order-card.ts';
import { detailsButton } from '../messages/order-lines.ts';
import type { Command } from './command.ts';

export const show: Command = {
  word: 'show',
  usage: '<order number>',
  does: 'one order and what can be done with it',
  needs: 'see_orders',
  looks: true,
  async run(asked) {
    const { deps, actor, argument, reply } = asked;
    if (argument === '') return reply(mistakeReply({ what: 'Which order?', form: '/orders show 1001' }));
    const found = await lookUpOrder(asked, argument, detailsButton);
    if ('reply' in found) return reply(found.reply);
    const card = orderCard(found.order, { actor, now: deps.clock.now(), publicUrl: deps.config.publicUrl });
    await reply({ text: card.text, blocks: [...card.blocks] });
  },
};

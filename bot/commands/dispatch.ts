import { openDispatch } from '../actions/dispatch.ts';
import { lookUpOrder } from '../look-up-order.ts';
import { mistakeReply } from '../messages/commands.ts';
import { orderCard } from '../messages/order-card.ts';
import { context } from '../messages/sections.ts';
import type { Command } from './command.ts';

export const dispatch: Command = {
  word: 'dispatch',
  usage: '<order number>',
  does: 'send one order to a warehouse',
  needs: 'work_orders',
  async run(asked) {
    const { deps, actor, argument, reply } = asked;
    if (argument === '') return reply(mistakeReply({ what: 'Which order?', form: '/orders dispatch 1001' }));
    const found = await lookUpOrder(asked, argument, { actionId: 'dispatch', text: 'Dispatch' });
    if ('reply' in found) return reply(found.reply);
    const { order } = found;
    const late = await openDispatch(asked, order.merchantId, order.id);
    if (late === null) return;
    // Slack no longer opens a form for this command: the card's button brings a fresh chance.
    const card = orderCard(order, { actor, now: deps.clock.now(), publicUrl: deps.config.publicUrl });
    const why = typeof late === 'string' ? late : late.text;
    await reply({ text: card.text, blocks: [...card.blocks, context(why)] });
  },
};

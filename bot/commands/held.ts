import { heldReply } from '../messages/commands.ts';
import { openAlerts } from '../reading.ts';
import type { Command } from './command.ts';

/** Causes read; the reply shows the first ten and says how many more. */
const heldLimit = 200;

export const held: Command = {
  word: 'held',
  usage: '[store or merchant]',
  does: 'what is held and why',
  needs: 'see_orders',
  looks: true,
  async run({ deps, actor, argument, reply }) {
    const alerts = await openAlerts(deps, actor, heldLimit);
    const wanted = argument.toLowerCase();
    const matching = alerts.filter((alert) =>
      `${alert.storeName ?? ''} ${alert.merchantName}`.toLowerCase().includes(wanted),
    );
    await reply(heldReply(matching, deps.config.publicUrl, argument));
  },
};

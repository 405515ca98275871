import { statsDays } from '../../core/queries/show-stats.ts';
import { mistakeReply, textReply } from '../messages/commands.ts';
import { statsReply } from '../messages/stats.ts';
import { merchantsOf } from '../reading.ts';
import type { Command } from './command.ts';

const dayMs = 86_400_000;
const defaultDays = 7;

export const stats: Command = {
  word: 'stats',
  usage: '[7d]',
  does: 'orders in, shipped, held; how fast',
  needs: 'see_orders',
  looks: true,
  async run({ deps, actor, argument, reply }) {
    const days = daysOf(argument);
    if (days === null) {
      const what = `“${argument}” is no length of time: write days or weeks, at most ${statsDays} days.`;
      return reply(mistakeReply({ what, form: '/orders stats 30d' }));
    }
    const merchantIds = await merchantsOf(deps, actor);
    if (merchantIds.length === 0) return reply(textReply('There is no merchant whose orders you may see.'));
    const now = deps.clock.now();
    const figures = await deps.queries.showStats({ merchantIds, since: new Date(now.getTime() - days * dayMs), now });
    await reply(statsReply(figures, days, deps.config.publicUrl));
  },
};

/** Null for what is no length of time, or too long. */
function daysOf(argument: string): number | null {
  if (argument === '') return defaultDays;
  const [, figure = '', unit = ''] = /^(\d{1,3})\s*(d|days?|w|weeks?)?$/i.exec(argument) ?? [];
  const days = Number(figure) * (unit.toLowerCase().startsWith('w') ? 7 : 1);
  return figure !== '' && days >= 1 && days <= statsDays ? days : null;
}

import { lookUpLimit, numberKey } from '../../core/queries/look-up-numbers.ts';
import { lookedUpReply } from '../messages/looked-up.ts';
import { merchantsOf } from '../reading.ts';
import { orderNumbersIn } from './order-numbers-in.ts';
import type { Shortcut } from './shortcut.ts';

/** Which orders a message speaks of: one look-up for all its numbers, told to the person alone. */
export const lookUpNumbers: Shortcut = {
  id: 'look_up_numbers',
  type: 'message',
  async run({ deps, actor, messageText }) {
    const numbers = orderNumbersIn(messageText);
    if (numbers.length === 0) return 'This message names nothing that looks like an order number.';
    const rows = await deps.queries.lookUpNumbers({ merchantIds: await merchantsOf(deps, actor), numbers });
    const found = new Set(rows.map((row) => numberKey(row.number)));
    const missing = numbers.filter((number) => !found.has(numberKey(number)));
    const isCut = numbers.length >= lookUpLimit;
    return lookedUpReply({ rows, missing, isCut }, deps.config.publicUrl);
  },
};

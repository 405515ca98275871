import { answerByAddress } from '../answer-address.ts';
import { commands } from '../commands/index.ts';
import { mayUse } from '../commands/may-use.ts';
import { tellPrivately } from '../listeners/replies.ts';
import type { Reply } from '../messages/commands.ts';
import type { Action } from './action.ts';

/**
 * A button that runs a command as if it were typed: below the help, and on the Home tab. The answer takes the place of
 * the help that the button stood on; from the Home tab it is a direct message.
 */
export const runCommand: Action = {
  id: 'run_command',
  async onValue({ value, ...gesture }) {
    const [word = '', ...rest] = value.split(' ');
    const asked = commands.find((one) => one.word === word);
    if (asked === undefined) return 'This button is from an older version. Type `/orders`.';
    const refusal = mayUse(gesture.actor, asked);
    if (refusal !== null) return refusal;
    const reply = async (message: Reply) => {
      if (await answerByAddress(gesture.responseUrl, message, 'replace')) return;
      await tellPrivately(gesture, message);
    };
    await asked.run({ ...gesture, argument: rest.join(' '), commands, reply });
    return null;
  },
};

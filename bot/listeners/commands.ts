import type { App } from '@slack/bolt';
import { commands } from '../commands/index.ts';
import { mayUse } from '../commands/may-use.ts';
import type { BotDeps } from '../deps.ts';
import { gestureOf } from '../gesture.ts';
import { helpReply, nearestCommand, type Reply, textReply } from '../messages/commands.ts';
import { foreign } from '../messages/text.ts';
import type { PeopleLookup } from '../who.ts';
import { said } from './replies.ts';

/** `/orders …`, each word one file of `commands/`. */
export function listenToCommands(app: App, deps: BotDeps, who: PeopleLookup): void {
  app.command('/orders', async ({ ack, body, client, command, respond }) => {
    await ack();
    const reply = async (message: Reply, how?: 'replace') => {
      await respond({
        response_type: 'ephemeral',
        ...(how === undefined ? {} : { replace_original: true }),
        ...message,
      });
    };
    const [typed = ''] = command.text.trim().split(/\s+/);
    const word = typed === '' ? 'help' : typed.toLowerCase();
    const asked = commands.find((one) => one.word === word);
    const found = await who(body, { isLooking: asked === undefined || asked.looks === true });
    if (!found.ok) return reply(textReply(said(found.error)));
    if (asked === undefined) {
      const nearest = nearestCommand(commands, word);
      const hint = nearest === null ? 'These exist:' : `Did you mean \`/orders ${nearest}\`?`;
      return reply(helpReply(commands, deps.config.publicUrl, `I do not know “${foreign(typed, 40)}”. ${hint}`));
    }
    const refusal = mayUse(found.value, asked);
    if (refusal !== null) return reply(textReply(refusal));
    const argument = command.text.trim().slice(typed.length).trim();
    const gesture = gestureOf(deps, client, found.value, body);
    try {
      await asked.run({ ...gesture, argument, commands, reply });
    } catch (error) {
      await reply(textReply('That did not work, and it is not your fault. Try again in a moment.'));
      throw error;
    }
  });
}

import { helpReply } from '../messages/commands.ts';
import type { Command } from './command.ts';

export const help: Command = {
  word: 'help',
  usage: '',
  does: 'this list',
  needs: null,
  looks: true,
  run: ({ deps, commands, reply }) => reply(helpReply(commands, deps.config.publicUrl)),
};

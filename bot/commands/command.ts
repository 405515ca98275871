import type { Permission } from '../../core/people/permissions.ts';
import type { Gesture } from '../gesture.ts';
import type { Reply } from '../messages/commands.ts';

/** One `/orders …`, by a known person who has the role somewhere. */
export interface Asked extends Gesture {
  /** Everything after the word, trimmed. */
  readonly argument: string;
  /** All commands, for the help text. */
  readonly commands: readonly Command[];
  /** Answers privately. `replace`: in place of the last answer; the address serves five times in half an hour. */
  readonly reply: (message: Reply, how?: 'replace') => Promise<void>;
}

export interface Command {
  readonly word: string;
  /** The argument as help shows it, without the word: `[store]`; empty without one. */
  readonly usage: string;
  /** What it does, in a few words. */
  readonly does: string;
  /** The role that is needed for at least one merchant; null: every known person. The desk's commands check each merchant. */
  readonly needs: Permission | null;
  /** It only reads: people whom the desk does not know may use it where the channel's setting lets them. */
  readonly looks?: true;
  readonly run: (asked: Asked) => Promise<void>;
}

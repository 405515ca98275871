import type { Actor } from '../../core/people/actor.ts';
import type { BotDeps } from '../deps.ts';
import type { SlackOption } from '../messages/blocks.ts';

export interface OptionsAsked {
  readonly deps: BotDeps;
  readonly actor: Actor;
  /** What was typed so far; may be empty. */
  readonly text: string;
  /** Of the form, or of nothing: `null`. */
  readonly metadata: unknown;
  /** The select's full `action_id`. */
  readonly actionId: string;
}

/** What a select offers while somebody types; values are strings of at most 75 characters. */
export interface OptionSource {
  /** The select's `action_id`; several in one form take `id:anything`. */
  readonly id: string;
  readonly search: (asked: OptionsAsked) => Promise<readonly SlackOption[]>;
}

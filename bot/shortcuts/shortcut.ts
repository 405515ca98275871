import type { Gesture } from '../gesture.ts';
import type { PrivateText } from '../listeners/replies.ts';

/** A shortcut that was chosen, by a known person. */
export interface ChosenShortcut extends Gesture {
  /** Everything that the message says, of message shortcuts; empty for global ones. */
  readonly messageText: string;
}

/** One entry of Slack's menu of shortcuts; `id` is the `callback_id` that the manifest names. */
export interface Shortcut {
  readonly id: string;
  readonly type: 'global' | 'message';
  /** What the person alone is told; null when a form opened. */
  readonly run: (chosen: ChosenShortcut) => Promise<string | PrivateText | null>;
}

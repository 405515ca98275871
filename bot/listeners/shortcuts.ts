import type { App } from '@slack/bolt';
import type { BotDeps } from '../deps.ts';
import { gestureOf } from '../gesture.ts';
import { shortcuts } from '../shortcuts/index.ts';
import type { PeopleLookup } from '../who.ts';
import { said, tellPrivately } from './replies.ts';

const failedText = 'That did not work, and it is not your fault. Try again in a moment.';

/** Entries of Slack's shortcut menus, each one file of `shortcuts/`. */
export function listenToShortcuts(app: App, deps: BotDeps, who: PeopleLookup): void {
  for (const shortcut of shortcuts) {
    const type = shortcut.type === 'global' ? 'shortcut' : 'message_action';
    app.shortcut({ type, callback_id: shortcut.id }, async ({ ack, body, client }) => {
      await ack();
      const found = await who(body);
      // Whoever is unknown has no rights; the gesture only says where to answer.
      const nobody = { personId: null, name: '', via: 'slack' as const, grants: [] };
      const gesture = gestureOf(deps, client, found.ok ? found.value : nobody, body);
      if (!found.ok) return tellPrivately(gesture, said(found.error));
      try {
        const answer = await shortcut.run({ ...gesture, messageText: messageTextOf(Reflect.get(body, 'message')) });
        if (answer !== null) await tellPrivately(gesture, answer);
      } catch (error) {
        await tellPrivately(gesture, failedText);
        throw error;
      }
    });
  }
}

/** More of a message is not read. */
const longestMessage = 20_000;
const shownKeys: ReadonlySet<string> = new Set(['text', 'title', 'fallback', 'pretext', 'value']);

/** Everything that a message shows, wherever it stands: its text, blocks and attachments. */
export function messageTextOf(message: unknown): string {
  const texts: string[] = [];
  const collect = (value: unknown, key: string): void => {
    if (typeof value === 'string') {
      if (shownKeys.has(key)) texts.push(value);
      return;
    }
    if (Array.isArray(value)) for (const part of value) collect(part, key);
    else if (typeof value === 'object' && value !== null) {
      for (const [name, part] of Object.entries(value)) collect(part, name);
    }
  };
  if (typeof message === 'object' && message !== null) {
    for (const name of ['text', 'blocks', 'attachments']) collect(Reflect.get(message, name), name);
  }
  return texts.join('\n').slice(0, longestMessage);
}

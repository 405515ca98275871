import type { AlertView } from '../../core/alert/types.ts';
import type { Gesture } from '../gesture.ts';
import { alertCard } from '../messages/alert-card.ts';
import { nameOf } from '../receiver.ts';

/** A stale card is drawn anew at once, for everybody. */
export async function redrawCard(gesture: Pick<Gesture, 'client' | 'deps'>, alert: AlertView): Promise<void> {
  const { client, deps } = gesture;
  if (alert.channelId === null || alert.messageTs === null) return;
  const card = alertCard(alert, { publicUrl: deps.config.publicUrl, now: deps.clock.now() });
  try {
    await client.chat.update({
      channel: alert.channelId,
      ts: alert.messageTs,
      text: card.text,
      blocks: [...card.blocks],
    });
  } catch (error) {
    // The delivery job draws it too; the person's answer must not wait for Slack.
    deps.log.warn({ alertId: alert.id, error: nameOf(error) }, 'a stale card could not be redrawn');
  }
}

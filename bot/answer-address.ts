import type { Reply } from './messages/commands.ts';

/** Slack's limits of an address for answers: so many uses, and no longer after the press or command. */
export const addressUses = 5;
export const addressLivesMs = 30 * 60_000;
/** An answer by address is a favour: nobody waits longer for it. */
const answerWithinMs = 5_000;

/**
 * Answers a press or command privately by its address; `replace`: in place of the message that it came from, or of the
 * last answer. False when Slack did not take it: the address is used up or too old, or Slack does not answer.
 */
export async function answerByAddress(
  responseUrl: string | null,
  message: Reply,
  how: 'add' | 'replace' = 'add',
): Promise<boolean> {
  if (responseUrl === null) return false;
  try {
    const answer = await fetch(responseUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        response_type: 'ephemeral',
        replace_original: how === 'replace',
        text: message.text,
        blocks: message.blocks,
      }),
      signal: AbortSignal.timeout(answerWithinMs),
    });
    return answer.ok;
  } catch {
    // Slack is slow or away: the caller finds another way to tell.
    return false;
  }
}

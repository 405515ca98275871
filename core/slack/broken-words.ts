/** Why a channel cannot be written to, and what to do, in a sentence or two; `reason` is Slack's word. */
export function brokenWords(reason: string, name: string | null): string {
  const channel = name === null ? 'The channel' : `#${name}`;
  switch (reason) {
    case 'is_archived':
      return `${channel} is archived. Unarchive it, or send its alerts elsewhere.`;
    case 'not_in_channel':
      return `The bot is not in ${name === null ? 'the channel' : `#${name}`}. Invite it there with /invite.`;
    case 'channel_not_found':
      return `${channel} is not there, or is private and the bot is not in it. Invite the bot, or send its alerts elsewhere.`;
    default:
      return `Slack does not let the bot write to ${name === null ? 'the channel' : `#${name}`} (${reason}). Ask the workspace’s admin, or send its alerts elsewhere.`;
  }
}

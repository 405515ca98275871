/** Why messages to Slack wait, in a few words; `why` is the reason in their rows. */
export function waitingWords(why: string | null): string {
  switch (why) {
    case null:
      return 'their turn: Slack takes one message a second and channel, 48 edits a minute';
    case 'quiet_hours':
      return 'the channel’s quiet hours';
    case 'no_channel':
      return 'no channel is set for them';
    case 'snoozed':
      return 'somebody snoozed them';
    case 'ratelimited':
    case 'rate_limited':
      return 'Slack asked us to wait';
    case 'slack_away':
    case 'no_answer':
    case 'too_late':
      return 'Slack does not answer';
    case 'invalid_auth':
    case 'not_authed':
    case 'account_inactive':
    case 'token_revoked':
    case 'token_expired':
    case 'missing_scope':
      return `Slack refuses the bot’s token (${why})`;
    default:
      return why.startsWith('http_') ? 'Slack does not answer' : `Slack refused them (${why})`;
  }
}

/** What Slack told us to wait with; `bucket` names it. */
export function blockedWords(bucket: string, nameOf: (channelId: string) => string): string {
  if (bucket === 'slack') return 'everything';
  const [method = bucket, channelId] = bucket.split(':');
  if (channelId === undefined) return method === 'chat.update' ? 'edits of cards' : method;
  return `${method === 'chat.postMessage' ? 'new messages' : method} in ${nameOf(channelId)}`;
}

import { NotifierError } from '../ports/notifier.ts';
import { ok, type Result, refuse } from '../result.ts';
import { brokenWords } from './broken-words.ts';
import type { SlackPorts } from './ports.ts';

export interface NamedChannel {
  readonly channelId: string;
  /** Null where Slack could not be asked. */
  readonly name: string | null;
  /** Slack said that the bot is in it and that it is not archived. */
  readonly isChecked: boolean;
}

type Found = Omit<NamedChannel, 'isChecked'>;

const channelId = /^[CG][A-Z0-9]{5,}$/;
/** What Slack makes of `#orders` in a slash command. */
const mention = /^<#([CG][A-Z0-9]{5,})(?:\|([^>]*))?>$/;

/**
 * The channel that a person means: an id, `#name` of one that the bot is in, or Slack's own `<#C123|name>`. Slack is
 * asked whether it can be written to. Refusals, on `field`: `invalid_input`, `not_found`, `channel_unusable`.
 */
export async function nameChannel(
  ports: Pick<SlackPorts, 'database' | 'slackChannels' | 'messenger'>,
  typed: string,
  field = 'channel',
): Promise<Result<NamedChannel>> {
  const text = typed.trim();
  const mentioned = mention.exec(text);
  const named = mentioned?.[1] ?? (channelId.test(text) ? text : null);
  const found = named === null ? await byName(ports, text) : await byId(ports, named, mentioned?.[2] || null);
  if (found === null) {
    return text === ''
      ? refuse('invalid_input', 'Choose a channel.', field)
      : refuse(
          'not_found',
          `The bot is in no channel called ${text.slice(0, 80)}. Invite it there with /invite, or give the channel’s id (C…).`,
          field,
        );
  }
  const unchecked = { ...found, isChecked: false };
  if (ports.messenger === null) return ok(unchecked);
  try {
    const facts = await ports.messenger.look(found.channelId);
    if (facts.isArchived) return refuse('channel_unusable', brokenWords('is_archived', facts.name), field);
    if (!facts.isMember) return refuse('channel_unusable', brokenWords('not_in_channel', facts.name), field);
    return ok({ channelId: found.channelId, name: facts.name, isChecked: true });
  } catch (error) {
    if (!(error instanceof NotifierError)) throw error;
    if (error.kind === 'channel_unusable') {
      return refuse('channel_unusable', brokenWords(error.code, found.name), field);
    }
    // Slack is away, or the app may not ask: the first message will show whether the channel is right.
    return ok(unchecked);
  }
}

async function byId(
  { database, slackChannels }: Pick<SlackPorts, 'database' | 'slackChannels'>,
  id: string,
  name: string | null,
): Promise<Found> {
  if (name !== null) return { channelId: id, name };
  const known = await database.transaction((tx) => slackChannels.find(tx, id));
  return { channelId: id, name: known?.name ?? null };
}

async function byName(
  { database, slackChannels, messenger }: Pick<SlackPorts, 'database' | 'slackChannels' | 'messenger'>,
  typed: string,
): Promise<Found | null> {
  const wanted = typed.replace(/^#/, '').toLowerCase();
  if (wanted === '') return null;
  const is = (name: string | null) => name !== null && name.toLowerCase() === wanted;
  const known = (await database.transaction((tx) => slackChannels.list(tx))).find(({ name }) => is(name));
  if (known !== undefined) return known;
  if (messenger === null) return null;
  try {
    return (await messenger.memberOf()).find(({ name }) => is(name)) ?? null;
  } catch (error) {
    if (!(error instanceof NotifierError)) throw error;
    // Nothing to choose from: the id still serves.
    return null;
  }
}

import { z } from 'zod';
import { isQuietTime } from '../alert/quiet-hours.ts';
import { timezoneField } from '../catalog/fields.ts';
import { parseInput } from '../parse-input.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import type { SlackChannelSettings } from '../ports/slack-channels.ts';
import { ok, type Result, refuse } from '../result.ts';
import { timeField } from '../slack/fields.ts';
import { lookAnew } from '../slack/look-anew.ts';
import type { SlackPorts } from '../slack/ports.ts';

export interface SaveSlackChannelInput {
  readonly actor: Actor;
  /** The merchant in whose history it stands. */
  readonly merchantId: string;
  readonly channelId: string;
  /** IANA. */
  readonly timeZone: string;
  /** `22:00`, `9:00`; both empty: no quiet hours. */
  readonly quietFrom: string;
  readonly quietTo: string;
  /** `9:00`; empty: no digest. */
  readonly digestAt: string;
  readonly unknownMayLook: boolean;
}

const schema = z.object({
  channelId: z.string().regex(/^[CG][A-Z0-9]{5,}$/, 'There is no such channel.'),
  timeZone: timezoneField,
  quietFrom: timeField,
  quietTo: timeField,
  digestAt: timeField,
  unknownMayLook: z.boolean(),
});

/**
 * Sets a channel's time zone, quiet hours, digest and who may look. A digest whose time is over for today comes first
 * tomorrow. Refusals: `not_permitted`, `invalid_input`.
 */
export async function saveSlackChannel(
  ports: SlackPorts,
  input: SaveSlackChannelInput,
): Promise<Result<SlackChannelSettings>> {
  const permitted = requirePermission(input.actor, 'administer', null);
  if (!permitted.ok) return permitted;
  const parsed = parseInput(schema, input);
  if (!parsed.ok) return parsed;
  const { channelId, quietFrom: from, quietTo: to, timeZone, digestAt, unknownMayLook } = parsed.value;
  if ((from === null) !== (to === null)) {
    const field = from === null ? 'quietFrom' : 'quietTo';
    return refuse('invalid_input', 'Quiet hours need a beginning and an end. Leave both empty for none.', field);
  }
  if (from !== null && from === to) {
    return refuse('invalid_input', 'Quiet hours that end when they begin would never end.', 'quietTo');
  }
  const quietHours = from === null || to === null ? null : { from, to };
  if (digestAt !== null && quietHours !== null && isQuietTime(quietHours, digestAt)) {
    return refuse('invalid_input', 'The digest would come in the quiet hours. Choose another time.', 'digestAt');
  }
  const after: SlackChannelSettings = { timeZone, quietHours, digestAt, unknownMayLook };
  return ports.database.transaction(async (tx): Promise<Result<SlackChannelSettings>> => {
    const now = ports.clock.now();
    const before = await ports.slackChannels.lock(tx, channelId);
    const isSameDigest = before.digestAt === digestAt && before.timeZone === timeZone;
    const digestSince = digestAt === null ? null : isSameDigest ? before.digestSince : now;
    await ports.slackChannels.save(tx, channelId, { ...after, digestSince });
    await ports.audit.append(tx, [
      {
        merchantId: input.merchantId,
        actor: input.actor,
        at: now,
        event: 'slack_channel.changed',
        subjectType: 'slack_channel',
        subjectId: before.id,
        before: {
          timeZone: before.timeZone,
          quietHours: before.quietHours,
          digestAt: before.digestAt,
          unknownMayLook: before.unknownMayLook,
        },
        after: { ...after, channelId },
      },
    ]);
    await lookAnew(ports, tx);
    return ok(after);
  });
}

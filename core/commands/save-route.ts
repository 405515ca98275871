import { z } from 'zod';
import { kindNamed } from '../alert/kinds.ts';
import { idField } from '../catalog/fields.ts';
import { newId } from '../ids.ts';
import { parseInput } from '../parse-input.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import { ok, type Result, refuse } from '../result.ts';
import { lookAnew } from '../slack/look-anew.ts';
import { nameChannel } from '../slack/name-channel.ts';
import type { SlackPorts } from '../slack/ports.ts';

export interface SaveRouteInput {
  readonly actor: Actor;
  /** The merchant in whose history it stands. */
  readonly merchantId: string;
  /** Whose alerts; null: of every merchant, which needs the role over all of them. */
  readonly ofMerchantId: string | null;
  /** Needs the merchant. */
  readonly storeId: string | null;
  /** A kind's word, code or name: `sku_unmapped`; null: of every kind. */
  readonly kind: string | null;
  /** `C123…`, `#orders`, or `<#C123|orders>`. */
  readonly channel: string;
}

export interface SavedRoute {
  readonly routeId: string;
  readonly channelId: string;
  readonly channelName: string | null;
  /** Where these alerts went by this rule before; null: the rule is new. */
  readonly before: string | null;
}

const schema = z.object({
  ofMerchantId: idField('There is no such merchant.').nullable(),
  storeId: idField('There is no such store.').nullable(),
  kind: z.string().nullable(),
  channel: z.string('Choose a channel.').max(200, 'This is no channel.'),
});

/**
 * Sends alerts of a merchant, a store, a kind, or all, to a channel; the most specific rule wins. Cards that are open
 * stay where they are, later ones go to the new channel.
 * Refusals: `not_permitted`, `invalid_input`, `not_found`, `channel_unusable` (archived, or the bot is not in it).
 */
export async function saveRoute(ports: SlackPorts, input: SaveRouteInput): Promise<Result<SavedRoute>> {
  const permitted = requirePermission(input.actor, 'administer', input.ofMerchantId);
  if (!permitted.ok) return permitted;
  const parsed = parseInput(schema, input);
  if (!parsed.ok) return parsed;
  const { ofMerchantId: merchantId, storeId } = parsed.value;
  const kind = parsed.value.kind === null ? null : kindNamed(parsed.value.kind);
  if (parsed.value.kind !== null && kind === null) {
    return refuse('invalid_input', `There is no kind of alert called ${parsed.value.kind.slice(0, 60)}.`, 'kind');
  }
  if (storeId !== null && merchantId === null) return refuse('invalid_input', 'Choose the merchant, too.', 'storeId');
  const channel = await nameChannel(ports, parsed.value.channel);
  if (!channel.ok) return channel;
  const { channelId, name, isChecked } = channel.value;
  return ports.database.transaction(async (tx): Promise<Result<SavedRoute>> => {
    const merchants = await ports.slackChannels.merchants(tx);
    if (merchantId !== null && !merchants.some(({ id }) => id === merchantId)) {
      return refuse('not_found', 'There is no such merchant.', 'merchantId');
    }
    if (storeId !== null && merchantId !== null) {
      const store = await ports.slackChannels.storeName(tx, merchantId, storeId);
      if (store === null) return refuse('not_found', 'This merchant has no such store.', 'storeId');
    }
    const before = await ports.slackChannels.lock(tx, channelId, name);
    // It was mended meanwhile.
    if (isChecked && before.brokenReason !== null) await ports.slackChannels.markWorking(tx, channelId);
    const route = { merchantId, storeId, kind: kind?.kind ?? null, channelId };
    const saved = await ports.slackChannels.saveRoute(tx, { ...route, id: newId(), createdBy: input.actor.name });
    await ports.audit.append(tx, [
      {
        merchantId: merchantId ?? input.merchantId,
        actor: input.actor,
        at: ports.clock.now(),
        event: saved.before === null ? 'slack_route.added' : 'slack_route.changed',
        subjectType: 'slack_route',
        subjectId: saved.id,
        before: saved.before === null ? null : { channelId: saved.before },
        after: route,
      },
    ]);
    await lookAnew(ports, tx);
    return ok({ routeId: saved.id, channelId, channelName: name, before: saved.before });
  });
}

import { isId } from '../ids.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import type { SlackRoute } from '../ports/slack-channels.ts';
import { ok, type Result, refuse } from '../result.ts';
import { lookAnew } from '../slack/look-anew.ts';
import type { SlackPorts } from '../slack/ports.ts';

/**
 * Ends a route: later alerts take the next wider one. Open cards stay where they are.
 * Refusals: `not_found`, `not_permitted`.
 */
export async function removeRoute(
  ports: SlackPorts,
  input: {
    readonly actor: Actor;
    /** The merchant in whose history the end of a route for all stands. */
    readonly merchantId: string;
    readonly routeId: string;
  },
): Promise<Result<SlackRoute>> {
  return ports.database.transaction(async (tx): Promise<Result<SlackRoute>> => {
    const routes = isId(input.routeId) ? await ports.slackChannels.routes(tx) : [];
    const route = routes.find(({ id }) => id === input.routeId);
    if (route === undefined) return refuse('not_found', 'This route is not there any more.');
    const permitted = requirePermission(input.actor, 'administer', route.merchantId);
    if (!permitted.ok) return permitted;
    await ports.slackChannels.removeRoute(tx, route.id);
    const { merchantId, storeId, kind, channelId } = route;
    await ports.audit.append(tx, [
      {
        merchantId: merchantId ?? input.merchantId,
        actor: input.actor,
        at: ports.clock.now(),
        event: 'slack_route.removed',
        subjectType: 'slack_route',
        subjectId: route.id,
        before: { merchantId, storeId, kind, channelId },
      },
    ]);
    await lookAnew(ports, tx);
    return ok(route);
  });
}

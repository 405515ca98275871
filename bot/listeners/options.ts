import type { App } from '@slack/bolt';
import type { BotDeps } from '../deps.ts';
import { optionSources } from '../options/index.ts';
import { parseJson } from '../values.ts';
import type { PeopleLookup } from '../who.ts';

/** Selects that are filled while somebody types, each one file of `options/`. Unknown people are offered nothing. */
export function listenToOptions(app: App, deps: BotDeps, who: PeopleLookup): void {
  for (const source of optionSources) {
    const mine = new RegExp(`^${source.id}(?::.*)?$`);
    app.options<'block_suggestion'>({ type: 'block_suggestion', action_id: mine }, async ({ ack, body, payload }) => {
      const found = await who(body);
      if (!found.ok) {
        await ack({ options: [] });
        return;
      }
      const view = Reflect.get(body, 'view');
      const metadata = parseJson(String(Reflect.get(view ?? {}, 'private_metadata') ?? ''));
      const asked = { deps, actor: found.value, text: payload.value, metadata, actionId: payload.action_id };
      await ack({ options: [...(await source.search(asked))] });
    });
  }
}

import type { App } from '@slack/bolt';
import { may } from '../../core/people/permissions.ts';
import type { BotDeps } from '../deps.ts';
import { bindMetadata, suggestionOption } from '../messages/bind-sku-modal.ts';
import type { PeopleLookup } from '../who.ts';

/** A select shows this many; typing narrows it. */
const optionCount = 20;

/** Warehouse SKUs for the select of the Bind SKU form. */
export function listenToOptions(app: App, deps: BotDeps, who: PeopleLookup): void {
  app.options<'block_suggestion'>(
    { type: 'block_suggestion', action_id: 'product_search' },
    async ({ ack, body, payload }) => {
      const view = Reflect.get(body, 'view');
      const metadata = bindMetadata.safeParse(
        JSON.parse(String(Reflect.get(view ?? {}, 'private_metadata') || 'null')),
      );
      const found = await who(body);
      if (!metadata.success || !found.ok || !may(found.value, 'see_orders', metadata.data.merchant)) {
        await ack({ options: [] });
        return;
      }
      const products = await deps.desk.suggestProducts({
        merchantId: metadata.data.merchant,
        text: payload.value,
        platformSku: metadata.data.key,
        limit: optionCount,
      });
      await ack({ options: products.map(suggestionOption) });
    },
  );
}

import type { Actor } from '../core/people/actor.ts';
import type { MappingDetail } from '../core/queries/list-mappings.ts';
import type { ProductSuggestion } from '../core/queries/suggest-products.ts';
import { ok, type Result, refuse } from '../core/result.ts';
import type { BotDeps } from './deps.ts';

export interface BindKey {
  readonly merchant: string;
  readonly store: string;
  readonly keyKind: 'sku' | 'product' | 'barcode';
  readonly key: string;
}

/** What the Bind SKU form shows. */
export interface BindChoice {
  readonly storeName: string;
  /** As the platform calls it; null when it does not say. */
  readonly productName: string | null;
  readonly pictureUrl: string | null;
  readonly heldOrders: number;
  /** Of those: how many nothing else holds; null when too many wait to say. */
  readonly freedOrders: number | null;
  /** Of the mapping that is there already; 0: there is none. */
  readonly version: number;
  /** Best first. */
  readonly suggestions: readonly ProductSuggestion[];
}

/** Suggestions shown in the form. */
const suggestionCount = 5;

type ReadingDeps = Pick<BotDeps, 'commands' | 'queries'>;

/** The line's facts, what waits for it, and the warehouse SKUs that it most likely is. */
export async function bindChoice(deps: ReadingDeps, actor: Actor, key: BindKey): Promise<Result<BindChoice>> {
  const [preview, mapping] = await Promise.all([
    deps.commands.previewBindSku({
      actor,
      merchantId: key.merchant,
      storeId: key.store,
      keyKind: key.keyKind,
      key: key.key,
    }),
    showKey(deps, key),
  ]);
  if (!preview.ok) return preview;
  if (mapping === null) return refuse('not_found', 'The store does not know this SKU any more. Nothing waits for it.');
  const { heldOrders } = preview.value;
  const isWhole = mapping.waiting.length === heldOrders;
  return ok({
    storeName: mapping.storeName,
    productName: mapping.name === '' ? null : mapping.name,
    pictureUrl: mapping.pictureUrl,
    heldOrders,
    freedOrders: isWhole ? mapping.waiting.filter((order) => order.otherHolds === 0).length : null,
    version: mapping.mapping?.version ?? 0,
    suggestions: await suggestionsFor(deps, key, mapping, suggestionCount),
  });
}

export const showKey = ({ queries }: Pick<BotDeps, 'queries'>, key: BindKey): Promise<MappingDetail | null> =>
  queries.showMapping({ merchantIds: [key.merchant], storeId: key.store, keyKind: key.keyKind, key: key.key });

/** Exact code first, then the barcode, then likeness of code and name. */
export const suggestionsFor = (
  { queries }: Pick<BotDeps, 'queries'>,
  key: BindKey,
  mapping: Pick<MappingDetail, 'name' | 'barcode'> | null,
  limit: number,
): Promise<readonly ProductSuggestion[]> =>
  queries.suggestProducts({
    merchantId: key.merchant,
    // A product's id on the platform is like no SKU of a warehouse.
    platformSku: key.keyKind === 'product' ? null : key.key,
    platformName: mapping?.name ?? null,
    platformBarcode: key.keyKind === 'barcode' ? key.key : (mapping?.barcode ?? null),
    limit,
  });

import type { ExportMappings, ListMappingStores, ListMappings, ShowMapping } from './list-mappings.ts';
import type { CountOutbound, ListOutbound } from './list-outbound.ts';
import type { ListProducts } from './list-products.ts';
import type { ListRuns } from './list-runs.ts';
import type { ListStock, ShowProduct } from './list-stock.ts';
import type { ListUnmapped } from './list-unmapped.ts';
import type { SettingsQueries } from './settings.ts';
import type { ReadLabel, ShowOutbound, ShowOutbounds } from './show-outbound.ts';
import type { RunNumbers, ShowRun } from './show-run.ts';
import type { SuggestProducts } from './suggest-products.ts';

/** What the pages about warehouse, mappings, stock, runs and set-up read. The merchants given are already permitted. */
export interface CatalogQueries extends SettingsQueries {
  readonly listRuns: ListRuns;
  readonly showRun: ShowRun;
  readonly runNumbers: RunNumbers;
  readonly listOutbound: ListOutbound;
  readonly countOutbound: CountOutbound;
  readonly showOutbound: ShowOutbound;
  readonly showOutbounds: ShowOutbounds;
  readonly readLabel: ReadLabel;
  readonly listMappingStores: ListMappingStores;
  readonly listMappings: ListMappings;
  readonly showMapping: ShowMapping;
  readonly exportMappings: ExportMappings;
  readonly listUnmapped: ListUnmapped;
  readonly suggestProducts: SuggestProducts;
  readonly listProducts: ListProducts;
  readonly listStock: ListStock;
  readonly showProduct: ShowProduct;
}

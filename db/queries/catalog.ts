import type { CatalogQueries } from '../../core/queries/catalog-queries.ts';
import type { Drizzle } from '../client.ts';
import { createExportMappings, createListMappingStores, createListMappings } from './list-mappings.ts';
import { createCountOutbound, createListOutbound } from './list-outbound.ts';
import { createListProducts } from './list-products.ts';
import { createListRuns } from './list-runs.ts';
import { createListStock, createShowProduct } from './list-stock.ts';
import { createListUnmapped } from './list-unmapped.ts';
import { createSettingsQueries } from './settings.ts';
import { createShowMapping } from './show-mapping.ts';
import { createReadLabel, createShowOutbound, createShowOutbounds } from './show-outbound.ts';
import { createRunNumbers, createShowRun } from './show-run.ts';
import { createSuggestProducts } from './suggest-products.ts';

export const createCatalogQueries = (db: Drizzle): CatalogQueries => ({
  ...createSettingsQueries(db),
  listRuns: createListRuns(db),
  showRun: createShowRun(db),
  runNumbers: createRunNumbers(db),
  listOutbound: createListOutbound(db),
  countOutbound: createCountOutbound(db),
  showOutbound: createShowOutbound(db),
  showOutbounds: createShowOutbounds(db),
  readLabel: createReadLabel(db),
  listMappingStores: createListMappingStores(db),
  listMappings: createListMappings(db),
  showMapping: createShowMapping(db),
  exportMappings: createExportMappings(db),
  listUnmapped: createListUnmapped(db),
  suggestProducts: createSuggestProducts(db),
  listProducts: createListProducts(db),
  listStock: createListStock(db),
  showProduct: createShowProduct(db),
});

import type { CatalogQueries } from '../queries/catalog-queries.ts';
import type { OrderQueries } from '../queries/order-queries.ts';
import type { StoreQueries } from '../queries/store-queries.ts';

/** What pages, cards and the API read; each room's queries stand in a file of their own. */
export type ReadingPorts = OrderQueries & CatalogQueries & StoreQueries;

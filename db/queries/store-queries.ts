import type { StoreQueries } from '../../core/queries/store-queries.ts';
import type { Drizzle } from '../client.ts';
import { createCallLog } from './call-log.ts';
import { createListStores } from './list-stores.ts';
import { createShowStore } from './show-store.ts';

/** What the pages about stores read. */
export const createStoreQueries = (db: Drizzle): StoreQueries => ({
  listStores: createListStores(db),
  showStore: createShowStore(db),
  callLog: createCallLog(db),
});

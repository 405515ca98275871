import type { OrderQueries } from '../../core/queries/order-queries.ts';
import type { Drizzle } from '../client.ts';
import { createCountByStore } from './count-by-store.ts';
import { createFindOrders } from './find-orders.ts';
import { createListHeldCauses } from './held-causes.ts';
import { createListCauseOrders } from './list-cause-orders.ts';
import { createListOrderLabels } from './list-order-labels.ts';
import { createListOrders, createListSourceChannels } from './list-orders.ts';
import { createListRunProgress } from './list-run-progress.ts';
import { createLookUpNumbers } from './look-up-numbers.ts';
import { createCountOrders } from './order-counts.ts';
import { createShowOverview } from './overview.ts';
import { createShowOrder } from './show-order.ts';
import { createChangeMark, createShowPulse } from './show-pulse.ts';
import { createShowStats } from './show-stats.ts';

export const createOrderQueries = (db: Drizzle): OrderQueries => ({
  listOrders: createListOrders(db),
  listOrderLabels: createListOrderLabels(db),
  listSourceChannels: createListSourceChannels(db),
  countOrders: createCountOrders(db),
  showOrder: createShowOrder(db),
  findOrders: createFindOrders(db),
  listHeldCauses: createListHeldCauses(db),
  listCauseOrders: createListCauseOrders(db),
  lookUpNumbers: createLookUpNumbers(db),
  countByStore: createCountByStore(db),
  showStats: createShowStats(db),
  listRunProgress: createListRunProgress(db),
  showOverview: createShowOverview(db),
  showPulse: createShowPulse(db),
  changeMark: createChangeMark(db),
});

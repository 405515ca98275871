import type { OrderQueries } from '../../core/queries/order-queries.ts';
import type { Drizzle } from '../client.ts';
import { createFindOrders } from './find-orders.ts';
import { createListHeldCauses } from './held-causes.ts';
import { createListCauseOrders } from './list-cause-orders.ts';
import { createListOrderLabels } from './list-order-labels.ts';
import { createListOrders, createListSourceChannels } from './list-orders.ts';
import { createCountOrders } from './order-counts.ts';
import { createShowOverview } from './overview.ts';
import { createShowOrder } from './show-order.ts';
import { createChangeMark, createShowPulse } from './show-pulse.ts';

export const createOrderQueries = (db: Drizzle): OrderQueries => ({
  listOrders: createListOrders(db),
  listOrderLabels: createListOrderLabels(db),
  listSourceChannels: createListSourceChannels(db),
  countOrders: createCountOrders(db),
  showOrder: createShowOrder(db),
  findOrders: createFindOrders(db),
  listHeldCauses: createListHeldCauses(db),
  listCauseOrders: createListCauseOrders(db),
  showOverview: createShowOverview(db),
  showPulse: createShowPulse(db),
  changeMark: createChangeMark(db),
});

import type { CountByStore } from './count-by-store.ts';
import type { FindOrders } from './find-orders.ts';
import type { ListCauseOrders } from './list-cause-orders.ts';
import type { ListHeldCauses } from './list-held-causes.ts';
import type { ListOrderLabels } from './list-order-labels.ts';
import type { ListOrders, ListSourceChannels } from './list-orders.ts';
import type { ListRunProgress } from './list-run-progress.ts';
import type { LookUpNumbers } from './look-up-numbers.ts';
import type { CountOrders } from './order-counts.ts';
import type { ShowOverview } from './overview.ts';
import type { ShowOrder } from './show-order.ts';
import type { ChangeMark, ShowPulse } from './show-pulse.ts';
import type { ShowStats } from './show-stats.ts';

/** What the pages about orders read. The merchants given are already permitted. */
export interface OrderQueries {
  readonly listOrders: ListOrders;
  readonly listOrderLabels: ListOrderLabels;
  readonly listSourceChannels: ListSourceChannels;
  readonly countOrders: CountOrders;
  readonly showOrder: ShowOrder;
  readonly findOrders: FindOrders;
  readonly listHeldCauses: ListHeldCauses;
  readonly listCauseOrders: ListCauseOrders;
  readonly lookUpNumbers: LookUpNumbers;
  readonly countByStore: CountByStore;
  readonly showStats: ShowStats;
  readonly listRunProgress: ListRunProgress;
  readonly showOverview: ShowOverview;
  readonly showPulse: ShowPulse;
  readonly changeMark: ChangeMark;
}

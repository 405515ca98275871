import type { Figure } from '../figure.ts';
import { batchDispatchFresh, batchDispatchStale } from './batch-dispatch-1000-ms.ts';
import { bindRelease } from './bind-release-10k-ms.ts';
import { cardSettleP95 } from './card-settle-p95-ms.ts';
import { coldStart } from './cold-start-ms.ts';
import { holdToSlackP95 } from './hold-to-slack-p95-ms.ts';
import { ingestCostRatio } from './ingest-cost-ratio-1m.ts';
import { ingestOrdersPerSecond } from './ingest-orders-per-s.ts';
import { listP95 } from './list-p95-ms.ts';
import { resyncUnchangedSpeedup } from './resync-unchanged-speedup.ts';
import { rssPeak } from './rss-peak-mb.ts';
import { searchP95 } from './search-p95-ms.ts';
import { slackAckP99 } from './slack-ack-p99-ms.ts';
import { stormCallsFirstMinute } from './storm-calls-first-minute.ts';

/** In the order in which they are measured: what others build on comes first. */
export const figures: readonly Figure[] = [
  ingestOrdersPerSecond,
  ingestCostRatio,
  rssPeak,
  resyncUnchangedSpeedup,
  bindRelease,
  batchDispatchFresh,
  batchDispatchStale,
  listP95,
  searchP95,
  holdToSlackP95,
  cardSettleP95,
  stormCallsFirstMinute,
  slackAckP99,
  coldStart,
];

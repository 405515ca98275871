import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** A job that ended, as the job room reports it. */
export interface JobObservation {
  readonly task: string;
  readonly lane: string;
  readonly outcome: string;
  readonly seconds: number;
}

/** Jobs in the table, by task. */
export interface JobCount {
  readonly task: string;
  /** waiting: due or to come · running · dead: given up for good. */
  readonly state: string;
  readonly count: number;
  /** Age in seconds of the longest overdue one; 0 where none is. */
  readonly oldestSeconds: number;
}

export interface Metrics {
  readonly contentType: string;
  text(): Promise<string>;
  jobEnded(job: JobObservation): void;
  /** Asked at each scrape once given; a failure leaves the gauges out. */
  countJobsWith(count: () => Promise<readonly JobCount[]>): void;
}

/** A job takes from milliseconds (a card) to minutes (a first sync). */
const jobBuckets = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** Prometheus metrics of this process, in a registry of its own. */
export function createMetrics(): Metrics {
  const register = new Registry();
  collectDefaultMetrics({ register });
  const ended = new Counter({
    name: 'holdfast_jobs_total',
    help: 'Jobs that this process ended: done, retried (failed, will be tried again), failed (for good), released.',
    labelNames: ['task', 'lane', 'outcome'] as const,
    registers: [register],
  });
  const duration = new Histogram({
    name: 'holdfast_job_seconds',
    help: 'How long jobs ran.',
    labelNames: ['task'] as const,
    buckets: jobBuckets,
    registers: [register],
  });
  const oldest = new Gauge({
    name: 'holdfast_jobs_oldest_seconds',
    help: 'How long the longest overdue job of a task has been waiting, over all processes.',
    labelNames: ['task'] as const,
    registers: [register],
  });
  let count: () => Promise<readonly JobCount[]> = () => Promise.resolve([]);
  new Gauge({
    name: 'holdfast_jobs',
    help: 'Jobs in the table, over all processes: waiting, running, dead (given up for good).',
    labelNames: ['task', 'state'] as const,
    registers: [register],
    async collect() {
      this.reset();
      oldest.reset();
      // The rest of the metrics is wanted most when the database does not answer.
      const rows = await count().catch(() => []);
      for (const row of rows) {
        this.set({ task: row.task, state: row.state }, row.count);
        if (row.state === 'waiting') oldest.set({ task: row.task }, row.oldestSeconds);
      }
    },
  });
  return {
    contentType: register.contentType,
    text: () => register.metrics(),
    jobEnded({ task, lane, outcome, seconds }) {
      ended.inc({ task, lane, outcome });
      duration.observe({ task }, seconds);
    },
    countJobsWith(counter) {
      count = counter;
    },
  };
}

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

/** One call of Slack's Web API that this process made, or held back. */
export interface SlackCallObservation {
  readonly method: string;
  readonly outcome: string;
}

/** Messages that are not in Slack yet, and what Slack said to wait with. */
export interface SlackBacklog {
  readonly waiting: readonly { readonly what: string; readonly count: number; readonly since: Date }[];
  readonly blocked: readonly { readonly bucket: string; readonly until: Date }[];
  readonly now: Date;
}

export interface Metrics {
  readonly contentType: string;
  text(): Promise<string>;
  jobEnded(job: JobObservation): void;
  slackCalled(call: SlackCallObservation): void;
  /** Asked at each scrape once given; a failure leaves the gauges out. */
  watchSlackWith(look: () => Promise<SlackBacklog>): void;
  /** The same of jobs. */
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
  const jobs = new Gauge({
    name: 'holdfast_jobs',
    help: 'Jobs in the table, over all processes: waiting, running, dead (given up for good).',
    labelNames: ['task', 'state'] as const,
    registers: [register],
  });
  let count: () => Promise<readonly JobCount[]> = () => Promise.resolve([]);
  async function lookAtJobs(): Promise<void> {
    // The rest of the metrics is wanted most when the database does not answer.
    const rows = await count().catch(() => []);
    jobs.reset();
    oldest.reset();
    for (const row of rows) {
      jobs.set({ task: row.task, state: row.state }, row.count);
      if (row.state === 'waiting') oldest.set({ task: row.task }, row.oldestSeconds);
    }
  }
  const { lookAtSlack, ...slack } = slackMetrics(register);
  return {
    contentType: register.contentType,
    async text() {
      // Before, not while they are read: a gauge that another one fills would show what it was at the last scrape.
      await Promise.all([lookAtJobs(), lookAtSlack()]);
      return register.metrics();
    },
    jobEnded({ task, lane, outcome, seconds }) {
      ended.inc({ task, lane, outcome });
      duration.observe({ task }, seconds);
    },
    ...slack,
    countJobsWith(counter) {
      count = counter;
    },
  };
}

function slackMetrics(
  register: Registry,
): Pick<Metrics, 'slackCalled' | 'watchSlackWith'> & { lookAtSlack(): Promise<void> } {
  const calls = new Counter({
    name: 'holdfast_slack_calls_total',
    help: 'Calls of the Slack Web API by this process: ok, ratelimited, refused (Slack said no), failed (5xx), no_answer.',
    labelNames: ['method', 'outcome'] as const,
    registers: [register],
  });
  const oldest = new Gauge({
    name: 'holdfast_slack_waiting_oldest_seconds',
    help: 'How long the longest waiting post and edit of an alert have been behind, over all processes.',
    labelNames: ['what'] as const,
    registers: [register],
  });
  const blocked = new Gauge({
    name: 'holdfast_slack_blocked_until_seconds',
    help: 'Unix time until which Slack said to wait, by what; absent when it did not.',
    labelNames: ['bucket'] as const,
    registers: [register],
  });
  const waiting = new Gauge({
    name: 'holdfast_slack_waiting',
    help: 'Messages of alerts that are not in Slack yet, over all processes: posts, edits.',
    labelNames: ['what'] as const,
    registers: [register],
  });
  let look: (() => Promise<SlackBacklog>) | null = null;
  return {
    slackCalled: ({ method, outcome }) => calls.inc({ method, outcome }),
    watchSlackWith: (given) => {
      look = given;
    },
    async lookAtSlack() {
      const backlog = look === null ? null : await look().catch(() => null);
      for (const gauge of [waiting, oldest, blocked]) gauge.reset();
      if (backlog === null) return;
      const nowMs = backlog.now.getTime();
      for (const what of ['post', 'edit']) {
        const groups = backlog.waiting.filter((group) => group.what === what);
        const sinceMs = Math.min(nowMs, ...groups.map(({ since }) => since.getTime()));
        const total = groups.reduce((sum, { count }) => sum + count, 0);
        waiting.set({ what }, total);
        oldest.set({ what }, (nowMs - sinceMs) / 1_000);
      }
      for (const { bucket, until } of backlog.blocked) blocked.set({ bucket }, until.getTime() / 1_000);
    },
  };
}

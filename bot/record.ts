import type { AnyMiddlewareArgs, Middleware } from '@slack/bolt';
import { newId } from '../core/ids.ts';
import type { AlertingPorts, NewInteraction } from '../core/ports/alerting.ts';
import type { Database } from '../core/ports/database.ts';
import type { BasePorts } from '../core/ports/ports.ts';

export type RecordPorts = Pick<BasePorts, 'database' | 'clock' | 'jobs' | 'log'> &
  Pick<AlertingPorts, 'interactions'> & {
    /** A connection that nothing else uses, so that no work keeps an acknowledgment waiting; else `database`. */
    readonly gestureDatabase?: Database | undefined;
  };

/** The insert must be done by then, else Slack is told that it failed: Slack does not deliver interactions again. */
const recordWithinMs = 1_500;
/** Whoever recorded it also works on it; after this long somebody else finishes what a dead process left. */
const takeOverAfterMs = 20_000;

/** Kinds that change something. Options and suggestions only read; events carry their own id. */
const recordedTypes = new Set(['block_actions', 'view_submission', 'shortcut', 'message_action']);

export interface Recorded {
  readonly id: string;
  readonly kind: string;
  readonly dedupeKey: string;
  readonly userId: string;
}

type Body = Record<string, unknown>;
const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
const inside = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;

/** What identifies an interaction over redeliveries; null for requests that need no record. */
export function identify(body: Body): Omit<Recorded, 'id'> | null {
  const isCommand = textOf(body.command) !== null;
  const kind = isCommand ? 'command' : textOf(body.type);
  if (kind === null || (!isCommand && !recordedTypes.has(kind))) return null;
  const userId = textOf(body.user_id) ?? textOf(inside(body.user, 'id')) ?? 'unknown';
  // One gesture, one trigger: the same on redelivery, another one for another click.
  const trigger = textOf(body.trigger_id) ?? JSON.stringify([inside(body.container, 'message_ts'), body.actions]);
  return { kind, dedupeKey: `${kind}:${userId}:${trigger}`.slice(0, 500), userId };
}

/**
 * Records every interaction before anything is acknowledged, runs it once, and marks it done. A repeat is acknowledged
 * and goes no further. Throws when it cannot be recorded: then nothing happened and Slack shows an error.
 */
export function recordInteractions(ports: RecordPorts): Middleware<AnyMiddlewareArgs> {
  const record = createRecorder(ports);
  return async (args) => {
    const { next, context } = args;
    const body: Body = { ...args.body };
    const identity = identify(body);
    if (identity === null || textOf(context.replayOf) !== null) {
      await next();
      return;
    }
    const id = newId();
    const interaction = {
      id,
      dedupeKey: identity.dedupeKey,
      kind: identity.kind,
      payload: JSON.stringify(body),
      slackUserId: identity.userId,
    };
    const isNew = await within(recordWithinMs, (isLate) => record(interaction, isLate));
    if (!isNew) {
      // Every recorded kind can be acknowledged.
      if ('ack' in args && typeof args.ack === 'function') await args.ack();
      return;
    }
    try {
      await next();
      await finish(ports, id, 'done');
    } catch (error) {
      await finish(ports, id, 'failed');
      throw error;
    }
  };
}

const finish = (ports: RecordPorts, id: string, outcome: string) =>
  ports.database.transaction((tx) => ports.interactions.finish(tx, id, outcome, ports.clock.now()));

interface Waiting {
  readonly interaction: NewInteraction;
  readonly isLate: () => boolean;
  readonly done: (isNew: boolean) => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Writes down what arrives, all that is waiting in one transaction: fifty presses at once are two commits, not fifty,
 * and each of them has its acknowledgment before a busy database has done fifty.
 */
function createRecorder(ports: RecordPorts): (interaction: NewInteraction, isLate: () => boolean) => Promise<boolean> {
  let waiting: Waiting[] = [];
  /** Null: nobody writes. A write that hangs does not keep later ones from being tried. */
  let writingSinceMs: number | null = null;

  async function writeAll(): Promise<void> {
    while (waiting.length > 0) {
      writingSinceMs = performance.now();
      // The person was told that it failed: then it must not happen later all the same.
      const late = waiting.filter((one) => one.isLate());
      const batch = waiting.filter((one) => !late.includes(one));
      waiting = [];
      for (const one of late) one.failed(new Error(tooLate));
      if (batch.length > 0) await write(batch);
    }
    writingSinceMs = null;
  }

  async function write(batch: readonly Waiting[]): Promise<void> {
    try {
      const fresh = await (ports.gestureDatabase ?? ports.database).transaction(async (tx) => {
        const runAt = new Date(ports.clock.now().getTime() + takeOverAfterMs);
        // Sent together; a job of what was recorded before finds no row and does nothing.
        const [ids] = await Promise.all([
          ports.interactions.record(
            tx,
            batch.map(({ interaction }) => interaction),
          ),
          ports.jobs.enqueue(
            tx,
            batch.map(({ interaction: { id } }) => ({
              task: 'slack.interaction',
              payload: { interactionId: id },
              key: `slack.interaction:${id}`,
              runAt,
            })),
          ),
        ]);
        if (batch.some((one) => one.isLate())) throw new SomeLate();
        return ids;
      });
      for (const one of batch) one.done(fresh.has(one.interaction.id));
    } catch (error) {
      // Nothing was written; those in time once more, without the others.
      if (error instanceof SomeLate) waiting.unshift(...batch);
      else for (const one of batch) one.failed(error);
    }
  }

  return (interaction, isLate) =>
    new Promise((done, failed) => {
      waiting.push({ interaction, isLate, done, failed });
      if (writingSinceMs === null || performance.now() - writingSinceMs > recordWithinMs) void writeAll();
    });
}

class SomeLate extends Error {}

const tooLate = 'The interaction could not be recorded in time.';

async function within<T>(ms: number, work: (isLate: () => boolean) => Promise<T>): Promise<T> {
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      isOver = true;
      reject(new Error(tooLate));
    }, ms);
  });
  try {
    return await Promise.race([work(() => isOver), late]);
  } finally {
    clearTimeout(timer);
  }
}

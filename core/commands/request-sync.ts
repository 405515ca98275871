import { z } from 'zod';
import { idField } from '../catalog/fields.ts';
import { callableStatuses } from '../connect/health.ts';
import { newId } from '../ids.ts';
import { maxKeyLength } from '../order/content.ts';
import type { OrderKind } from '../order/types.ts';
import { parseInput } from '../parse-input.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import type { Tx } from '../ports/database.ts';
import type { IntakePorts, IntakeStore, NewRun } from '../ports/intake.ts';
import type { AnyJob } from '../ports/jobs.ts';
import type { BasePorts } from '../ports/ports.ts';
import { ok, type Refusal, type Result, refuse } from '../result.ts';
import { syncJob } from '../sync/sync-job.ts';

/** Numbers that a person pastes; more is a time range. */
const maxNumbers = 500;
const maxStores = 200;
const dayMs = 24 * 3_600_000;
/** Longest range of one request. */
const maxRangeDays = 366;

export type RequestedMode =
  | { readonly kind: 'immediate' }
  | { readonly kind: 'time_range'; readonly since: Date; readonly until: Date }
  | { readonly kind: 'order_numbers'; readonly numbers: readonly string[] };

export interface RequestSyncInput {
  readonly actor: Actor;
  readonly merchantId: string;
  readonly storeIds: readonly string[];
  readonly mode: RequestedMode;
  readonly orderKind: OrderKind;
}

export interface RequestedRun {
  readonly runId: string;
  readonly storeId: string;
  /** One for the same was waiting or running already. */
  readonly joined: boolean;
}

const schema = z.object({
  storeIds: z
    .array(idField('Choose a store.'))
    .min(1, 'Choose a store.')
    .max(maxStores, `Choose at most ${maxStores} stores.`)
    .transform((ids) => [...new Set(ids)]),
  orderKind: z.enum(['b2c', 'b2b'], 'Choose B2C or B2B.'),
  mode: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('immediate') }),
    z
      .object({ kind: z.literal('time_range'), since: z.date('From when?'), until: z.date('Until when?') })
      .refine((range) => range.since < range.until, 'The beginning must be before the end.')
      .refine(
        (range) => range.until.getTime() - range.since.getTime() <= maxRangeDays * dayMs,
        `At most ${maxRangeDays} days at a time.`,
      ),
    z.object({
      kind: z.literal('order_numbers'),
      numbers: z
        .array(z.string().trim().max(maxKeyLength))
        .transform((numbers) => [...new Set(numbers.filter((number) => number !== ''))])
        .refine((numbers) => numbers.length > 0, 'Write at least one order number.')
        .refine((numbers) => numbers.length <= maxNumbers, `At most ${maxNumbers} order numbers at a time.`),
    }),
  ]),
});

type Parsed = z.infer<typeof schema>;

/**
 * Asks for a sync of one or several stores; it runs in the background, and a request for what already waits or runs
 * joins that. Stores that cannot be synced are named in `refused`; when none can, the whole is refused.
 * Refusals: `not_permitted`, `invalid_input`, `not_found`, `store_disabled`, `not_authorized`, `not_supported`.
 */
export async function requestSync(
  ports: Pick<BasePorts, 'database' | 'clock' | 'jobs' | 'connectors'> & IntakePorts,
  input: RequestSyncInput,
): Promise<
  Result<{
    readonly runs: readonly RequestedRun[];
    readonly refused: readonly ({ readonly storeId: string } & Refusal)[];
  }>
> {
  const { actor, merchantId } = input;
  const permitted = requirePermission(actor, 'work_orders', merchantId);
  if (!permitted.ok) return permitted;
  const parsed = parseInput(schema, input);
  if (!parsed.ok) return parsed;
  const now = ports.clock.now();
  const { mode } = parsed.value;
  if (mode.kind === 'time_range' && mode.since >= now) {
    return refuse('invalid_input', 'The range begins in the future.', 'since');
  }
  return ports.database.transaction(async (tx) => {
    const runs: RequestedRun[] = [];
    const refused: ({ storeId: string } & Refusal)[] = [];
    const jobs: AnyJob[] = [];
    for (const storeId of parsed.value.storeIds.toSorted()) {
      // Locked, so that a double click finds the run of the first.
      const store = await ports.intake.stores.lock(tx, merchantId, storeId);
      const refusal = refusalFor(ports, store, parsed.value);
      if (store === null || refusal !== null) {
        refused.push({ storeId, ...(refusal ?? notFound) });
        continue;
      }
      const run = newRun(store, parsed.value, actor);
      const asked = await requestRun(ports, tx, run, now);
      runs.push({ ...asked, storeId });
      if (!asked.joined) jobs.push(syncJob({ ...run, runId: run.id }, true));
    }
    await ports.jobs.enqueue(tx, jobs);
    const [first] = refused;
    if (runs.length === 0 && first !== undefined) return refuse(first.code, first.message, first.field);
    return ok({ runs, refused });
  });
}

async function requestRun(
  { intake }: IntakePorts,
  tx: Tx,
  run: NewRun,
  now: Date,
): Promise<{ readonly runId: string; readonly joined: boolean }> {
  const twin = await intake.runs.findTwin(tx, run);
  return twin === null ? intake.runs.request(tx, run, now) : { runId: twin, joined: true };
}

const notFound: Refusal = { code: 'not_found', message: 'This store does not exist (any more).', field: 'storeIds' };

function refusalFor(
  ports: Pick<BasePorts, 'connectors'>,
  store: IntakeStore | null,
  { mode, orderKind }: Parsed,
): Refusal | null {
  if (store === null) return notFound;
  const connector = ports.connectors.list().find(({ profile }) => profile.platform === store.platform);
  if (connector === undefined) {
    return { code: 'not_supported', message: `${store.name} has no platform to sync with.`, field: 'storeIds' };
  }
  if (!store.isEnabled) {
    return { code: 'store_disabled', message: `${store.name} is disabled. Enable it first.`, field: 'storeIds' };
  }
  if (!callableStatuses.has(store.authorizationStatus)) {
    return { code: 'not_authorized', message: `${store.name}: please update authorization.`, field: 'storeIds' };
  }
  if (orderKind === 'b2b' && connector.profile.purchaseOrders !== true) {
    return {
      code: 'not_supported',
      message: `${store.name}: the desk reads no purchase orders from ${connector.profile.name}.`,
      field: 'orderKind',
    };
  }
  if (mode.kind === 'order_numbers' && connector.fetchByNumber === undefined) {
    return {
      code: 'not_supported',
      message: `${connector.profile.name} cannot be asked by order number. Use a time range.`,
      field: 'mode',
    };
  }
  return null;
}

function newRun(store: IntakeStore, { mode, orderKind }: Parsed, actor: Actor): NewRun {
  const range = mode.kind === 'time_range' ? mode : null;
  return {
    id: newId(),
    merchantId: store.merchantId,
    storeId: store.id,
    authorizationId: store.authorizationId,
    kind: 'sync',
    mode: mode.kind,
    orderKind,
    since: range?.since ?? null,
    until: range?.until ?? null,
    numbers: mode.kind === 'order_numbers' ? mode.numbers : [],
    personId: actor.personId,
    actorName: actor.name,
    via: actor.via,
  };
}

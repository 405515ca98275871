import { settleAlerts } from '../alert/settle-job.ts';
import { callableStatuses } from '../connect/health.ts';
import type { AccessCommandPorts } from '../connect/ports.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import type { Store, StorePatch, StoreRef } from '../ports/access.ts';
import type { Tx } from '../ports/database.ts';
import type { HoldClosing, IntakePorts, IntakeStore } from '../ports/intake.ts';
import { ok, type Result, refuse } from '../result.ts';
import {
  nameTaken,
  parseStoreCode,
  parseStoreName,
  parseStoreSettings,
  type StoreSettingsInput,
} from '../store/store-input.ts';
import { reevaluateStore } from '../sync/reevaluate.ts';
import { refetchRun } from '../sync/refetch-run.ts';
import { syncJob } from '../sync/sync-job.ts';

/** Orders read again after a setting of the platform has changed; the nightly comparison brings the rest. */
const maxReread = 5_000;

export interface EditStoreInput extends StoreRef {
  readonly actor: Actor;
  readonly name?: string | undefined;
  /** Null or empty removes it. */
  readonly code?: string | null | undefined;
  readonly settings?: StoreSettingsInput | undefined;
}

/**
 * Changes what the desk owns of a store; what is left out stays. Never starts a new login. Open orders follow at once:
 * where a shipping method must be mapped (or need not any more) they are judged anew, and where the platform's orders
 * are to be understood otherwise they are read again in the background.
 */
export async function editStore(
  ports: AccessCommandPorts & IntakePorts,
  input: EditStoreInput,
): Promise<Result<Store>> {
  const permitted = requirePermission(input.actor, 'administer', input.merchantId);
  if (!permitted.ok) return permitted;
  const ref = { merchantId: input.merchantId, storeId: input.storeId };
  const found = await ports.database.transaction((tx) => ports.access.stores.find(tx, ref));
  if (found === null) return refuse('not_found', 'This store does not exist (any more).');
  const { profile } = ports.connectors.get(found.platform);
  const name = input.name === undefined ? ok(found.name) : parseStoreName(input.name);
  if (!name.ok) return name;
  const code = input.code === undefined ? ok(found.code) : parseStoreCode(input.code);
  if (!code.ok) return code;
  const settings = parseStoreSettings(input.settings ?? {}, profile.settings ?? []);
  if (!settings.ok) return settings;

  return ports.database.transaction(async (tx) => {
    await ports.access.stores.serialize(tx, found.platform);
    const store = await ports.access.stores.lock(tx, ref);
    if (store === null) return refuse('not_found', 'This store does not exist (any more).');
    const [taken] = await ports.access.stores.takenNames(tx, {
      merchantId: ref.merchantId,
      platform: store.platform,
      names: [name.value],
      exceptStoreIds: [store.id],
    });
    if (taken !== undefined) return nameTaken(taken, profile.name);
    const after: Store = {
      ...store,
      ...patchOf(input.settings ?? {}),
      ...(input.name === undefined ? {} : { name: name.value }),
      ...(input.code === undefined ? {} : { code: code.value }),
      settings: { ...store.settings, ...settings.value.platform },
    };
    const changes = changedFields(store, after);
    if (changes.length === 0) return ok(store);
    await ports.access.stores.update(tx, ref, Object.fromEntries(changes.map((field) => [field, after[field]])));
    await ports.audit.append(tx, [
      {
        merchantId: ref.merchantId,
        actor: input.actor,
        at: ports.clock.now(),
        event: 'store.edited',
        subjectType: 'store',
        subjectId: store.id,
        before: Object.fromEntries(changes.map((field) => [field, store[field]])),
        after: Object.fromEntries(changes.map((field) => [field, after[field]])),
      },
    ]);
    const intakeStore = await ports.intake.stores.lock(tx, ref.merchantId, ref.storeId);
    if (intakeStore === null) return ok(after);
    if (changes.includes('requiresMethodMapping')) await judgeAnew(ports, tx, intakeStore, input.actor);
    if (changes.includes('settings')) await readAgain(ports, tx, intakeStore, input.actor);
    return ok(after);
  });
}

async function judgeAnew(
  ports: AccessCommandPorts & IntakePorts,
  tx: Tx,
  store: IntakeStore,
  actor: Actor,
): Promise<void> {
  const closing: HoldClosing = { by: actor.name, via: actor.via, resolution: 'setting' };
  const { touched } = await reevaluateStore(ports, tx, store, closing, ports.clock.now());
  if (touched > 0) await ports.jobs.enqueue(tx, [settleAlerts(store.merchantId)]);
}

async function readAgain(
  { intake, jobs, clock }: AccessCommandPorts & IntakePorts,
  tx: Tx,
  store: IntakeStore,
  actor: Actor,
): Promise<void> {
  // A store that cannot be asked now reads them when it can: at the comparison of the next night.
  if (!store.isEnabled || !callableStatuses.has(store.authorizationStatus)) return;
  const page = { after: '', before: clock.now(), limit: maxReread };
  const numbers = await intake.orders.listOpen(tx, store.merchantId, store.id, page);
  if (numbers.length === 0) return;
  const run = refetchRun(store, numbers, actor);
  await intake.runs.insertMany(tx, [run], clock.now());
  await jobs.enqueue(tx, [syncJob({ ...run, runId: run.id }, true)]);
}

function patchOf(input: StoreSettingsInput): StorePatch {
  const patch = {
    syncEveryMinutes: input.syncEveryMinutes,
    lookBackHours: input.lookBackHours,
    firstLookBackHours: input.firstLookBackHours,
    requiresMethodMapping: input.requiresMethodMapping,
    freshnessSeconds: input.freshnessMinutes === undefined ? undefined : input.freshnessMinutes * 60,
  };
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
}

const editable = [
  'name',
  'code',
  'syncEveryMinutes',
  'lookBackHours',
  'firstLookBackHours',
  'requiresMethodMapping',
  'freshnessSeconds',
  'settings',
] as const satisfies readonly (keyof Store)[];

function changedFields(before: Store, after: Store): readonly (typeof editable)[number][] {
  return editable.filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]));
}

import { z } from 'zod';
import { settleAlerts } from '../alert/settle-job.ts';
import { allOrNothing } from '../all-or-nothing.ts';
import { idField, line } from '../catalog/fields.ts';
import { newId } from '../ids.ts';
import { decidedMeanwhile, isUnseen } from '../mapping/decided-meanwhile.ts';
import { parseInput } from '../parse-input.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import type { IntakePorts } from '../ports/intake.ts';
import type { OutgoingPorts } from '../ports/outgoing.ts';
import type { BasePorts } from '../ports/ports.ts';
import { ok, type Result, refuse } from '../result.ts';
import { type CarrierChoice, carrierField } from '../shipment/carrier-choice.ts';
import { writebackJob } from '../writeback/writeback-job.ts';

export interface PairCarrierInput {
  readonly actor: Actor;
  readonly merchantId: string;
  readonly storeId: string;
  /** A carrier of the desk, or the name of one that was typed in Manual Ship. */
  readonly carrier: CarrierChoice;
  /** The platform's own code and name of the logistics provider. */
  readonly platformCode: string;
  readonly platformName: string;
  /** The platform's code that the person saw paired, null when they saw none; not given: it is replaced unseen. */
  readonly seenPlatformCode?: string | null | undefined;
}

const longestCode = 120;

const schema = z.object({
  storeId: idField('There is no such store.'),
  carrier: carrierField,
  platformCode: line("The platform's carrier", longestCode),
  platformName: line("The platform's carrier", longestCode),
});

/**
 * Says which logistics provider of the platform a carrier is; replaces an earlier pairing. Shipments that waited for it
 * are told at once. A typed name stands for itself, also where a carrier of that name has been listed since. Refusals: `not_permitted`, `not_found`, `invalid_input`, `decided_meanwhile`.
 */
export async function pairCarrier(
  ports: Pick<BasePorts, 'database' | 'clock' | 'jobs' | 'audit'> &
    IntakePorts &
    Pick<OutgoingPorts, 'carriers' | 'writebacks'>,
  input: PairCarrierInput,
): Promise<Result<{ resumed: number }>> {
  const { actor, merchantId } = input;
  const permitted = requirePermission(actor, 'work_orders', merchantId);
  if (!permitted.ok) return permitted;
  const parsed = parseInput(schema, input);
  if (!parsed.ok) return parsed;
  const { storeId, carrier, platformCode, platformName } = parsed.value;
  return allOrNothing<{ resumed: number }>(ports.database, async (tx) => {
    const now = ports.clock.now();
    const store = await ports.intake.stores.lock(tx, merchantId, storeId);
    if (store === null) return refuse('not_found', 'There is no such store.', 'storeId');
    const listed = 'id' in carrier ? await ports.carriers.find(tx, carrier.id) : null;
    const name = 'id' in carrier ? listed?.name : carrier.name;
    if (name === undefined) return refuse('not_found', 'There is no such carrier.', 'carrier');
    const there = await ports.carriers.pairing(tx, merchantId, storeId, carrier);
    if (there !== null && isUnseen(input.seenPlatformCode, there.platformCode, platformCode)) {
      return decidedMeanwhile(ports, tx, store, {
        subjectType: 'carrier_pairing',
        subjectId: listed?.id ?? there.id,
        words: `paired ${name} with ${there.platformName}`,
        field: 'platformCode',
      });
    }
    const pairing = { id: newId(), storeId, carrier, platformCode, platformName };
    const pairingId = await ports.carriers.pair(tx, merchantId, pairing, actor.name);
    const waiting = await ports.writebacks.failed(tx, merchantId, storeId, {
      kind: 'shipment',
      errorCode: 'carrier_unpaired',
      carrier,
    });
    const rows = await ports.writebacks.repeat(
      tx,
      merchantId,
      waiting.map((row) => row.id),
      now,
    );
    await ports.audit.append(tx, [
      {
        merchantId,
        actor,
        at: now,
        event: 'carrier.paired',
        subjectType: 'carrier_pairing',
        // A typed name is nothing that has an id: its pairing has.
        subjectId: listed?.id ?? pairingId,
        after: {
          storeId,
          carrierId: listed?.id ?? null,
          carrierName: name,
          platformCode,
          platformName,
          resumed: rows.length,
        },
      },
    ]);
    await ports.jobs.enqueue(tx, [...rows.map((row) => writebackJob(row)), settleAlerts(merchantId)]);
    return ok({ resumed: rows.length });
  });
}

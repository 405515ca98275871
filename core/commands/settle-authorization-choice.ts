import { applyGrant, checkGrant } from '../connect/apply-grant.ts';
import { pendingFields, readCredentials, withPendingFields, writeCredentials } from '../connect/credentials.ts';
import { findHeldGrant, type HeldKind } from '../connect/held-grant.ts';
import type { AccessCommandPorts } from '../connect/ports.ts';
import type { Actor } from '../people/actor.ts';
import { requirePermission } from '../people/permissions.ts';
import type { AuthorizationRef } from '../ports/access.ts';
import type { Tx } from '../ports/database.ts';
import { ok, type Result, refuse } from '../result.ts';
import { nameTaken, parseStoreName } from '../store/store-input.ts';

export interface AuthorizationChoice {
  readonly choiceId: string;
  readonly kind: HeldKind;
  readonly authorizationId: string;
  readonly platform: string;
  /** The stores as they are, and the shops that were authorized. */
  readonly current: readonly { readonly storeId: string; readonly name: string; readonly shopName: string | null }[];
  readonly granted: readonly { readonly name: string; readonly country: string | null }[];
  readonly expiresAt: Date;
}

const chosenTooLate = refuse(
  'not_found',
  'This choice is over: it waits fifteen minutes. Start the login again with Go to Authorization.',
);

interface ChoiceRef {
  readonly actor: Actor;
  readonly merchantId: string;
  readonly choiceId: string;
}

/** What a grant that waits for a person is about; nothing of the grant itself. */
export async function showAuthorizationChoice(
  ports: AccessCommandPorts,
  input: ChoiceRef,
): Promise<Result<AuthorizationChoice>> {
  const permitted = requirePermission(input.actor, 'administer', input.merchantId);
  if (!permitted.ok) return permitted;
  return ports.database.transaction(async (tx) => {
    const held = await findHeldGrant(ports, tx, { merchantId: input.merchantId, authorizationId: input.choiceId });
    if (held === null || held.personId !== input.actor.personId) return chosenTooLate;
    const ref = { merchantId: input.merchantId, authorizationId: held.authorizationId };
    const stores = await ports.access.stores.ofAuthorization(tx, ref);
    return ok({
      choiceId: held.id,
      kind: held.kind,
      authorizationId: held.authorizationId,
      platform: stores[0]?.platform ?? '',
      current: stores.map((store) => ({ storeId: store.id, name: store.name, shopName: store.shopName })),
      granted: held.grant.shops.map((shop) => ({ name: shop.name, country: shop.country })),
      expiresAt: held.expiresAt,
    });
  });
}

/**
 * The person's answer: `replace` the shop (old orders stay with the old store, marked), go on under another `name`, or
 * `cancel` (the new grant is forgotten, the old one untouched).
 */
export async function settleAuthorizationChoice(
  ports: AccessCommandPorts,
  input: ChoiceRef & { readonly choice: 'replace' | 'rename' | 'cancel'; readonly name?: string | undefined },
): Promise<Result<{ readonly storeIds: readonly string[] }>> {
  const permitted = requirePermission(input.actor, 'administer', input.merchantId);
  if (!permitted.ok) return permitted;
  // A replacement may ask for a name too: when its shops are several, and one of their names is taken.
  const asksName = input.choice === 'rename' || (input.choice === 'replace' && (input.name ?? '').trim() !== '');
  const typed = asksName ? parseStoreName(input.name ?? '') : ok(undefined);
  if (!typed.ok) return typed;
  return ports.database.transaction(async (tx) => {
    const heldRef = { merchantId: input.merchantId, authorizationId: input.choiceId };
    const row = await ports.access.authorizations.find(tx, heldRef);
    if (row !== null) await ports.access.stores.serialize(tx, row.platform);
    const held = await findHeldGrant(ports, tx, heldRef);
    if (held === null || held.personId !== input.actor.personId) return chosenTooLate;
    if (input.choice === 'cancel') {
      await ports.access.authorizations.remove(tx, heldRef);
      await forgetPending(ports, tx, { merchantId: input.merchantId, authorizationId: held.authorizationId });
      return ok({ storeIds: [] });
    }
    const ref = { merchantId: input.merchantId, authorizationId: held.authorizationId };
    const authorization = await ports.access.authorizations.lock(tx, ref);
    const stores = authorization === null ? [] : await ports.access.stores.ofAuthorization(tx, ref);
    const [template] = stores;
    if (authorization === null || template === undefined)
      return refuse('not_found', 'The store was deleted meanwhile.');
    const connector = ports.connectors.get(authorization.platform);
    const { grant } = held;
    const checked = await checkGrant(ports, tx, {
      authorization,
      stores,
      grant,
      // Asked under either kind: a rename may follow a replacement whose derived names clash.
      replace: input.choice === 'replace' || held.kind === 'name_clash',
      baseName: typed.value,
    });
    if (checked.kind === 'refused') return checked.refusal;
    if (checked.kind === 'name_clash') return nameTaken(checked.name, connector.profile.name);
    if (checked.kind === 'different_shop') return refuse('different_shop', 'Choose whether to replace the shop.');
    const request = { authorization, connector, grant, plan: checked.plan, actor: input.actor, template };
    const storeIds = await applyGrant(ports, tx, request);
    await ports.access.authorizations.remove(tx, heldRef);
    return ok({ storeIds });
  });
}

/** What was typed for the login that is not wanted: the next one goes where the store's own goes. */
async function forgetPending(ports: AccessCommandPorts, tx: Tx, ref: AuthorizationRef): Promise<void> {
  if ((await ports.access.authorizations.lock(tx, ref)) === null) return;
  const kept = (await readCredentials(ports, tx, ref))?.values ?? {};
  if (Object.keys(pendingFields(kept)).length === 0) return;
  await writeCredentials(ports, tx, ref, withPendingFields(kept, {}));
}

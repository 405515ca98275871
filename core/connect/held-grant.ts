import { z } from 'zod';
import { newId } from '../ids.ts';
import type { Authorization, AuthorizationRef } from '../ports/access.ts';
import type { Grant } from '../ports/connector.ts';
import type { Tx } from '../ports/database.ts';
import { readCredentials, writeCredentials } from './credentials.ts';
import type { ConnectPorts } from './ports.ts';

/** How long a grant waits, sealed, for a person's choice. */
export const heldGrantMinutes = 15;

/** Why a grant waits: another shop was authorized, or a store of that name exists. */
export type HeldKind = 'different_shop' | 'name_clash';

export interface HeldGrant {
  readonly id: string;
  readonly kind: HeldKind;
  readonly authorizationId: string;
  readonly personId: string | null;
  readonly expiresAt: Date;
  readonly grant: Grant;
}

const moment = z.iso
  .datetime()
  .nullable()
  .transform((text) => (text === null ? null : new Date(text)));

const grantSchema = z.object({
  accountId: z.string(),
  credentials: z.record(z.string(), z.string()),
  scopes: z.array(z.string()),
  expiresAt: moment,
  refreshExpiresAt: moment,
  shops: z.array(
    z.object({
      platformShopId: z.string(),
      name: z.string(),
      country: z.string().nullable(),
      currency: z.string().nullable(),
    }),
  ),
});

const fieldsSchema = z.object({ held_for: z.string(), held_kind: z.enum(['different_shop', 'name_clash']) });

/** True for a row that only keeps a grant until a person chooses: no store ever belongs to it. */
export const isHeld = (authorization: Pick<Authorization, 'fields'>): boolean => 'held_for' in authorization.fields;

/**
 * Keeps a grant sealed beside the authorization that it was asked for, as a `pending` authorization row of its own
 * without stores. Returns its id: what the choice page is about.
 */
export async function holdGrant(
  ports: ConnectPorts,
  tx: Tx,
  request: {
    readonly authorization: Authorization;
    readonly kind: HeldKind;
    readonly grant: Grant;
    readonly personId: string | null;
  },
): Promise<string> {
  const { authorization, kind, grant } = request;
  const id = newId();
  const ref = { merchantId: authorization.merchantId, authorizationId: id };
  await ports.access.authorizations.insert(tx, {
    ...authorization,
    id,
    status: 'pending',
    reason: null,
    accountId: grant.accountId,
    accountName: grant.shops[0]?.name ?? null,
    fields: { held_for: authorization.id, held_kind: kind },
    scopes: [],
    missingScopes: [],
    expiresAt: null,
    refreshExpiresAt: null,
    authorizedAt: null,
    checkedAt: null,
    refreshedAt: null,
    refreshNotBefore: null,
    createdBy: request.personId,
    createdAt: ports.clock.now(),
  });
  await writeCredentials(ports, tx, ref, { grant: JSON.stringify(grant) });
  return id;
}

/** The held grant, opened; null when there is none (any more) or its time is over. */
export async function findHeldGrant(ports: ConnectPorts, tx: Tx, ref: AuthorizationRef): Promise<HeldGrant | null> {
  const row = await ports.access.authorizations.lock(tx, ref);
  const fields = fieldsSchema.safeParse(row?.fields);
  if (row === null || !fields.success) return null;
  const expiresAt = new Date(row.createdAt.getTime() + heldGrantMinutes * 60_000);
  if (expiresAt <= ports.clock.now()) return null;
  const kept = await readCredentials(ports, tx, ref);
  const grant = grantSchema.safeParse(JSON.parse(kept?.values.grant ?? 'null'));
  if (!grant.success) return null;
  return {
    id: row.id,
    kind: fields.data.held_kind,
    authorizationId: fields.data.held_for,
    personId: row.createdBy,
    expiresAt,
    grant: grant.data,
  };
}

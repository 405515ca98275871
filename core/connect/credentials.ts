import { newId } from '../ids.ts';
import type { AuthorizationRef } from '../ports/access.ts';
import type { Connector, Credentials, PlatformApp } from '../ports/connector.ts';
import type { Tx } from '../ports/database.ts';
import type { ConnectPorts } from './ports.ts';

export interface KeptCredentials {
  readonly values: Credentials;
  /** The sealed text: another one means that somebody has written since. */
  readonly sealed: string;
}

const rowOf = (id: string): string => `credentials:${id}`;

/** Opens the credentials of an authorization; null when there are none. */
export async function readCredentials(
  ports: Pick<ConnectPorts, 'access' | 'vault'>,
  tx: Tx,
  ref: AuthorizationRef,
): Promise<KeptCredentials | null> {
  const row = await ports.access.credentials.find(tx, ref);
  if (row === null) return null;
  return { values: parse(ports.vault.open(row.sealed, rowOf(row.id))), sealed: row.sealed };
}

/** Replaces all credentials of an authorization in one write: tokens that belong together are never apart. */
export async function writeCredentials(
  ports: Pick<ConnectPorts, 'access' | 'vault' | 'clock'>,
  tx: Tx,
  ref: AuthorizationRef,
  values: Credentials,
): Promise<void> {
  const id = (await ports.access.credentials.find(tx, ref))?.id ?? newId();
  const sealed = ports.vault.seal(JSON.stringify(values), rowOf(id));
  await ports.access.credentials.save(tx, ref, { id, sealed }, ports.clock.now());
}

const webhookSecretOf = (storeId: string): string => `webhook_secret:${storeId}`;

const pendingPrefix = 'pending:';
const isPending = (name: string): boolean => name.startsWith(pendingPrefix);

/** Fields that a person entered for the next login; the tokens that are kept belong to the old ones. */
export const pendingFields = (values: Credentials): Credentials =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      isPending(name) ? [[name.slice(pendingPrefix.length), value]] : [],
    ),
  );

/** Replaces what waits for the next login; no fields: nothing waits any more. */
export const withPendingFields = (values: Credentials, fields: Credentials): Credentials => ({
  ...Object.fromEntries(Object.entries(values).filter(([name]) => !isPending(name))),
  ...Object.fromEntries(Object.entries(fields).map(([name, value]) => [`${pendingPrefix}${name}`, value])),
});

/** The credentials of one store: those of its authorization, and its own webhook secret as `webhook_secret`. */
export function credentialsForStore(values: Credentials, storeId: string | null): Credentials {
  const own = Object.entries(values).filter(([name]) => !name.startsWith('webhook_secret:') && !isPending(name));
  const secret = storeId === null ? undefined : values[webhookSecretOf(storeId)];
  return Object.fromEntries(secret === undefined ? own : [...own, ['webhook_secret', secret]]);
}

export const withWebhookSecret = (values: Credentials, storeId: string, secret: string): Credentials => ({
  ...values,
  [webhookSecretOf(storeId)]: secret,
});

export const webhookSecretFor = (values: Credentials, storeId: string): string | undefined =>
  values[webhookSecretOf(storeId)];

/** Secrets of stores outlive a new grant: the platform goes on signing with them. */
export const keptWebhookSecrets = (values: Credentials): Credentials =>
  Object.fromEntries(Object.entries(values).filter(([name]) => name.startsWith('webhook_secret:')));

/** Typed fields, parted into what may be shown and what is sealed. */
export function partFields(connector: Connector, fields: Credentials): { shown: Credentials; secret: Credentials } {
  const shownNames = new Set(connector.profile.fields.filter((field) => !field.secret).map((field) => field.name));
  const entries = Object.entries(fields);
  return {
    shown: Object.fromEntries(entries.filter(([name]) => shownNames.has(name))),
    secret: Object.fromEntries(entries.filter(([name]) => !shownNames.has(name))),
  };
}

/** Values that no log may show: all that is not shown on the page, and the application's own secrets. */
export function secretValues(
  connector: Connector,
  credentials: Credentials,
  app: PlatformApp | null,
): readonly string[] {
  const appSecrets = Object.entries(app ?? {}).filter(([name]) => /secret|token|key|password/i.test(name));
  return [...Object.values(partFields(connector, credentials).secret), ...appSecrets.map(([, value]) => value)].filter(
    (value) => value !== '',
  );
}

function parse(text: string): Credentials {
  const parsed: unknown = JSON.parse(text);
  if (typeof parsed !== 'object' || parsed === null) throw new Error('Sealed credentials are not an object.');
  return Object.fromEntries(
    Object.entries(parsed).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
}

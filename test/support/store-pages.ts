import { addStore } from '../../core/commands/add-store.ts';
import { beginAuthorization } from '../../core/commands/begin-authorization.ts';
import { completeAuthorization } from '../../core/commands/complete-authorization.ts';
import { deleteStore, previewDeleteStore } from '../../core/commands/delete-store.ts';
import { editStore } from '../../core/commands/edit-store.ts';
import { loadCarriers } from '../../core/commands/load-carriers.ts';
import { loadListings } from '../../core/commands/load-listings.ts';
import { pairCarrier } from '../../core/commands/pair-carrier.ts';
import { receiveWebhook } from '../../core/commands/receive-webhook.ts';
import { refreshAuthorization } from '../../core/commands/refresh-authorization.ts';
import { requestWebhooks } from '../../core/commands/register-webhooks.ts';
import { revokeAuthorization } from '../../core/commands/revoke-authorization.ts';
import { setStoreStatus } from '../../core/commands/set-store-status.ts';
import { settleAuthorizationChoice, showAuthorizationChoice } from '../../core/commands/settle-authorization-choice.ts';
import { testConnection } from '../../core/commands/test-connection.ts';
import { updateCredentials } from '../../core/commands/update-credentials.ts';
import { describeConnections } from '../../core/connect/platform-list.ts';
import { newId } from '../../core/ids.ts';
import { createSessions } from '../../core/people/sessions.ts';
import { hashToken, newToken } from '../../core/people/token.ts';
import { createCatalogQueries } from '../../db/queries/catalog.ts';
import { createOrderQueries } from '../../db/queries/order-queries.ts';
import { createStoreQueries } from '../../db/queries/store-queries.ts';
import { carrierRepository } from '../../db/repositories/carriers.ts';
import { createWebApp } from '../../web/app.tsx';
import type { Desk } from '../../web/deps.ts';
import { type AccessDesk, personOf, publicUrl, type TestPerson } from './access.ts';
import type { TestDatabase } from './database.ts';
import { silentLog } from './log.ts';

/** The commands of stores over these ports, as the desk offers them to pages. */
export function storeCommands({ ports }: AccessDesk) {
  return {
    addStore: (input) => addStore(ports, input),
    beginAuthorization: (input) => beginAuthorization(ports, input),
    completeAuthorization: (input) => completeAuthorization(ports, input),
    showAuthorizationChoice: (input) => showAuthorizationChoice(ports, input),
    settleAuthorizationChoice: (input) => settleAuthorizationChoice(ports, input),
    testConnection: (input) => testConnection(ports, input),
    refreshAuthorization: (input) => refreshAuthorization(ports, input),
    revokeAuthorization: (input) => revokeAuthorization(ports, input),
    updateCredentials: (input) => updateCredentials(ports, input),
    editStore: (input) => editStore(ports, input),
    setStoreStatus: (input) => setStoreStatus(ports, input),
    previewDeleteStore: (input) => previewDeleteStore(ports, input),
    deleteStore: (input) => deleteStore(ports, input),
    loadCarriers: (input) => loadCarriers(ports, input),
    loadListings: (input) => loadListings(ports, input),
    pairCarrier: (input) => pairCarrier({ ...ports, carriers: carrierRepository }, input),
    requestWebhooks: (input) => requestWebhooks(ports, input),
    receiveWebhook: (input) => receiveWebhook(ports, input),
  } satisfies Partial<Desk['commands']>;
}

/** The dashboard over a desk of stores; pages of other nouns have no commands behind them here. */
export function storePages(database: TestDatabase, desk: AccessDesk) {
  const queries = {
    ...createOrderQueries(database.db),
    ...createCatalogQueries(database.db),
    ...createStoreQueries(database.db),
  };
  return createWebApp({
    desk: { commands: storeCommands(desk) as Desk['commands'], queries },
    sessions: createSessions(desk.ports),
    config: { publicUrl, host: '127.0.0.1', isDemo: true, cookieSecret: 'c'.repeat(40) },
    clock: desk.clock,
    log: silentLog,
    platformNames: { sandbox: 'Sandbox marketplace' },
    connections: describeConnections(desk.ports.connection, desk.ports.connectors),
  });
}

export interface Visitor extends TestPerson {
  /** `name=value` of the session's cookie. */
  readonly cookie: string;
  /** A page; `body` is its HTML. */
  get(path: string): Promise<{ status: number; body: string; headers: Headers }>;
  /** A form of the page at `from`, with its token; other fields as given. */
  post(
    path: string,
    fields?: Readonly<Record<string, string>>,
  ): Promise<{ status: number; body: string; headers: Headers }>;
}

/** A person of this role, signed in by a one-time link, in a browser of their own. */
export async function signedInVisitor(
  database: TestDatabase,
  desk: AccessDesk,
  app: ReturnType<typeof storePages>,
  role: Parameters<typeof personOf>[1] = 'admin',
): Promise<Visitor> {
  const person = await personOf(database, role);
  await database.sql`insert into grants (id, person_id, role, merchant_ids)
    values (${newId()}, ${person.personId}, ${role ?? 'admin'}, ${[person.merchantId]})`;
  const link = newToken();
  const until = new Date(desk.clock.now().getTime() + 60_000).toISOString();
  await database.sql`insert into login_links (token_hash, person_id, expires_at)
    values (${await hashToken(link)}, ${person.personId}, ${until}::timestamptz)`;
  const headers: Record<string, string> = { origin: publicUrl, 'sec-fetch-site': 'same-origin' };
  const signIn = await app.request(`${publicUrl}/sign-in`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ token: link }).toString(),
  });
  const cookie = signIn.headers.get('set-cookie')?.split(';')[0];
  if (cookie === undefined) throw new Error(`Sign-in answered ${signIn.status}`);
  const read = async (answer: Response) => ({
    status: answer.status,
    body: await answer.text(),
    headers: answer.headers,
  });
  const get: Visitor['get'] = async (path) => read(await app.request(`${publicUrl}${path}`, { headers: { cookie } }));
  const csrf = /name="_csrf" value="([^"]+)"/.exec((await get('/stores')).body)?.[1] ?? '';
  return {
    ...person,
    cookie,
    get,
    post: async (path, fields = {}) =>
      read(
        await app.request(`${publicUrl}${path}`, {
          method: 'POST',
          headers: { ...headers, cookie, 'content-type': 'application/x-www-form-urlencoded' },
          body: new URLSearchParams({ _csrf: csrf, ...fields }).toString(),
        }),
      ),
  };
}

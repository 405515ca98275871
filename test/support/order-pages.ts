import { createDesk } from '../../core/desk.ts';
import type { Role } from '../../core/people/actor.ts';
import type { Ports } from '../../core/ports/ports.ts';
import { createCatalogQueries } from '../../db/queries/catalog.ts';
import { createOrderQueries } from '../../db/queries/order-queries.ts';
import { createStoreQueries } from '../../db/queries/store-queries.ts';
import { createCatalogRepositories } from '../../db/repositories/catalog.ts';
import { createWebApp } from '../../web/app.tsx';
import type { Sessions, SignedIn, WebConfig, WebDeps } from '../../web/deps.ts';
import type { TestDatabase } from './database.ts';
import { type LoggedLine, recordingLog } from './log.ts';
import { outgoingPorts, type TestClock } from './outgoing.ts';
import type { TestPlatform } from './platform.ts';

export const deskUrl = 'http://localhost:3000';

export interface PageAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers: Headers;
}

/** A browser of one person, with script (`part`) or without (`get`, `post`). */
export interface PageVisitor {
  readonly cookie: string;
  readonly csrf: string;
  get(path: string): Promise<PageAnswer>;
  /** As htmx asks for a part of a page. */
  part(path: string): Promise<PageAnswer>;
  post(path: string, fields: Fields, headers?: Record<string, string>): Promise<PageAnswer>;
}

type Fields = Readonly<Record<string, string | readonly string[]>>;

const sessions = (people: ReadonlyMap<string, SignedIn>): Sessions => ({
  signInWithLink: async ({ token }) =>
    people.has(token)
      ? { ok: true, value: { sessionToken: token } }
      : { ok: false, error: { code: 'link_used', message: 'This link was used already. Print a new one.' } },
  whoIs: async (token) => people.get(token) ?? null,
  signOut: async () => {},
  switchMerchant: async () => ({ ok: true, value: true }),
});

/** The dashboard over a real database and the desk's own commands; people sign in by their names. */
export function orderPages(
  database: TestDatabase,
  options: {
    clock?: TestClock;
    platform?: TestPlatform;
    config?: Partial<WebConfig>;
    slackPreview?: WebDeps['slackPreview'];
  } = {},
): {
  readonly app: ReturnType<typeof createWebApp>;
  readonly lines: readonly LoggedLine[];
  readonly clock: TestClock;
  /** `warehouseIds` narrows warehouse people; `everywhere`: the role over all merchants. */
  visitor(
    name: string,
    merchantId: string,
    role?: Role,
    over?: { readonly warehouseIds?: readonly string[]; readonly everywhere?: boolean },
  ): Promise<PageVisitor>;
} {
  const { ports, clock } = outgoingPorts(database, options.platform, options.clock);
  const { log, lines } = recordingLog();
  const queries = {
    ...createOrderQueries(database.db),
    ...createCatalogQueries(database.db),
    ...createStoreQueries(database.db),
  };
  const publicUrl = options.config?.publicUrl ?? deskUrl;
  const people = new Map<string, SignedIn>();
  const app = createWebApp({
    // The pages under test reach no store's authorization: those ports are not here.
    desk: createDesk({ ...createCatalogRepositories(), ...ports } as Ports, queries),
    sessions: sessions(people),
    config: { publicUrl: deskUrl, host: '127.0.0.1', isDemo: true, cookieSecret: 'c'.repeat(40), ...options.config },
    clock,
    log,
    platformNames: { sandbox: 'Sandbox marketplace' },
    connections: { platforms: [], egressIps: [], webhookUrl: () => '', takesWebhooks: () => false },
    slackPreview: options.slackPreview ?? null,
  });
  const send = async (path: string, init: RequestInit): Promise<PageAnswer> => {
    const answer = await app.request(`${publicUrl}${path}`, init);
    return { status: answer.status, body: await answer.text(), headers: answer.headers };
  };
  return {
    app,
    lines,
    clock,
    async visitor(name, merchantId, role = 'operator', over = {}) {
      const token = `${name}-${merchantId}-${role}`;
      const personId = merchantId;
      people.set(token, {
        token,
        actor: {
          personId,
          name,
          via: 'web',
          grants: [
            {
              role,
              merchantIds: over.everywhere === true ? 'all' : [merchantId],
              warehouseIds: over.warehouseIds ?? 'all',
            },
          ],
        },
        person: { id: personId, name },
        merchantId,
      });
      const form = { origin: publicUrl, 'content-type': 'application/x-www-form-urlencoded' };
      const signIn = await send('/sign-in', { method: 'POST', headers: form, body: `token=${token}` });
      const cookie = signIn.headers.get('set-cookie')?.split(';')[0] ?? '';
      const get = (path: string) => send(path, { headers: { cookie } });
      const csrf = /name="_csrf" value="([^"]+)"/.exec((await get('/sync-log')).body)?.[1] ?? '';
      return {
        cookie,
        csrf,
        get,
        part: (path) => send(path, { headers: { cookie, 'hx-request': 'true', 'hx-request-type': 'partial' } }),
        post: (path, fields, headers = {}) => {
          const body = new URLSearchParams({ _csrf: csrf });
          for (const [field, value] of Object.entries(fields)) {
            for (const one of typeof value === 'string' ? [value] : value) body.append(field, one);
          }
          return send(path, { method: 'POST', headers: { ...form, cookie, ...headers }, body: body.toString() });
        },
      };
    },
  };
}

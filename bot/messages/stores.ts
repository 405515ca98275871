import type { AuthorizationStatus } from '../../core/ports/access.ts';
import type { StoreCount } from '../../core/queries/count-by-store.ts';
import type { StoreRow } from '../../core/queries/store-queries.ts';
import type { Reply } from './commands.ts';
import { dashboardButton } from './commands.ts';
import { inSections } from './sections.ts';
import { age, count, foreign, link, moment } from './text.ts';

const authorizationWords: Readonly<Record<AuthorizationStatus, string>> = {
  pending: 'not authorized yet',
  unverified: 'not tested yet',
  authorized: 'authorized',
  expiring: 'authorization expires soon',
  expired: 'authorization expired',
  abnormal: 'authorization abnormal',
  revoked: 'authorization revoked',
};
const goodStatuses: readonly AuthorizationStatus[] = ['authorized'];

/** Syncs that fail this often in a row need a person; fewer are the platform's bad minute. */
const failingRuns = 3;

interface Context {
  readonly publicUrl: string;
  readonly now: Date;
}

/** One line a store, those that need somebody first: authorization, last sync, failing runs, held orders. */
export function storesReply(stores: readonly StoreRow[], counts: readonly StoreCount[], context: Context): Reply {
  if (stores.length === 0) {
    return { text: 'No store is connected yet', blocks: inSections([noStoreYet(context.publicUrl)]) };
  }
  const countOf = new Map(counts.map((one) => [one.storeId, one]));
  const lines = stores
    .toSorted((a, b) => Number(needsSomebody(b)) - Number(needsSomebody(a)))
    .map((store) => storeLine(store, countOf.get(store.storeId), context));
  const health = healthWords(stores);
  return {
    text: health,
    blocks: [
      ...inSections([`*${health}*`, ...lines]),
      { type: 'actions', elements: [dashboardButton(`${context.publicUrl}/stores`, 'Open stores')] },
    ],
  };
}

/** What to do before anything else. */
export const noStoreYet = (publicUrl: string): string =>
  `No store is connected yet. An admin ${link(`${publicUrl}/stores/add`, 'adds the first one')}; then its orders come by themselves.`;

/** `1 store needs attention, 2 in order, 1 disabled`: each store is counted once. */
export function healthWords(stores: readonly StoreRow[]): string {
  const troubled = stores.filter(needsSomebody).length;
  const disabled = stores.filter((store) => isOff(store) && !needsSomebody(store)).length;
  const [first, ...others] = [
    { n: troubled, is: troubled === 1 ? 'needs attention' : 'need attention' },
    { n: stores.length - troubled - disabled, is: 'in order' },
    { n: disabled, is: 'disabled' },
  ].filter(({ n }) => n > 0);
  if (first === undefined) return count(0, 'store');
  return [`${count(first.n, 'store')} ${first.is}`, ...others.map(({ n, is }) => `${n} ${is}`)].join(', ');
}

/** Takes no orders and no stock; what has shipped is still told to the platform. */
export const isOff = ({ status }: StoreRow): boolean => status === 'disabled';

/** Whether a person has to do something about it: the same that the dashboard marks. */
export const needsSomebody = (store: StoreRow): boolean =>
  !isAuthorized(store) ||
  store.missingScopes.length > 0 ||
  (store.status === 'enabled' && store.failingRuns >= failingRuns);

/** One that ends soon has a card that asks for somebody, too. */
const isAuthorized = ({ authorizationStatus }: StoreRow): boolean => goodStatuses.includes(authorizationStatus);

export function storeLine(store: StoreRow, counted: StoreCount | undefined, { publicUrl, now }: Context): string {
  const sign = isOff(store) ? '○' : needsSomebody(store) ? '⚠' : '✔';
  const expires =
    store.authorizationStatus === 'expiring' && store.refreshExpiresAt !== null
      ? ` (${moment(store.refreshExpiresAt)})`
      : '';
  const reason = store.reason === null ? '' : `: ${foreign(store.reason, 120)}`;
  const facts = [
    isOff(store) ? 'disabled' : null,
    `${authorizationWords[store.authorizationStatus]}${expires}${reason}`,
    store.missingScopes.length > 0 ? `lacks ${count(store.missingScopes.length, 'permission')}` : null,
    syncWords(store, now),
    store.failingRuns > 0 ? `${count(store.failingRuns, 'run')} failed in a row` : null,
    (counted?.held ?? 0) > 0 ? `${counted?.held ?? 0} held` : null,
    (counted?.excepted ?? 0) > 0 ? `${counted?.excepted ?? 0} with an exception` : null,
  ].filter((fact) => fact !== null);
  return `${sign} *${link(`${publicUrl}/stores/${store.storeId}`, store.name)}* (${foreign(store.platform, 30)}) · ${facts.join(' · ')}`;
}

/** Why a store needs a person; nothing that time alone changes. */
export const troubleWords = (store: StoreRow): string =>
  [
    isAuthorized(store) ? null : authorizationWords[store.authorizationStatus],
    store.reason === null ? null : foreign(store.reason, 120),
    store.missingScopes.length > 0 ? `lacks ${count(store.missingScopes.length, 'permission')}` : null,
    store.failingRuns >= failingRuns ? `${count(store.failingRuns, 'run')} failed in a row` : null,
  ]
    .filter((word) => word !== null)
    .join(' · ');

/** A run that failed is no sync. */
function syncWords({ isSyncing, syncedUntil }: StoreRow, now: Date): string {
  if (isSyncing) return 'syncing now';
  return syncedUntil === null ? 'never synced' : `synced ${age(syncedUntil, now)} ago`;
}

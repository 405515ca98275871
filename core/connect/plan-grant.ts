import type { Store } from '../ports/access.ts';
import type { ShopIdentity } from '../ports/connector.ts';

/** What stands between a base name and what tells derived stores apart. */
export const nameSeparator = ' · ';

export interface GrantPlan {
  /** Stores that are (or from now on are) one of the granted shops; `name` differs only when it is derived now. */
  readonly assign: readonly { readonly store: Store; readonly shop: ShopIdentity; readonly name: string }[];
  /** Shops that get a store of their own. */
  readonly add: readonly { readonly shop: ShopIdentity; readonly name: string }[];
  /** Stores whose shop the person gave up for the granted ones. */
  readonly replace: readonly Store[];
}

export type PlannedGrant =
  | { readonly kind: 'plan'; readonly plan: GrantPlan }
  /** None of the shops that the stores are is in the grant. */
  | { readonly kind: 'different_shop'; readonly current: readonly Store[]; readonly granted: readonly ShopIdentity[] };

/**
 * What a grant means for the stores of its authorization. Identity is the platform's shop id. `replace` is the person's
 * answer to `different_shop`; `baseName` their answer to a name clash. Pure.
 */
export function planGrant(request: {
  readonly stores: readonly Store[];
  readonly shops: readonly ShopIdentity[];
  readonly replace: boolean;
  readonly baseName?: string | undefined;
}): PlannedGrant {
  const { stores, shops } = request;
  const known = stores.filter((store) => store.platformShopId !== null);
  const storeOf = (shop: ShopIdentity): Store | undefined =>
    known.find((store) => store.platformShopId === shop.platformShopId);
  const matched = shops.flatMap((shop) => {
    const store = storeOf(shop);
    return store === undefined ? [] : [{ store, shop, name: store.name }];
  });
  if (known.length > 0 && matched.length === 0 && !request.replace) {
    return { kind: 'different_shop', current: known, granted: shops };
  }
  const replace = matched.length === 0 ? known : [];
  const rest = shops.filter((shop) => storeOf(shop) === undefined);
  const empty = stores.find((store) => store.platformShopId === null);
  const base = request.baseName ?? baseOf(empty?.name ?? stores[0]?.name ?? '', stores.length > 1);
  const names = derivedNames(base, rest, shops.length > 1);
  const [first, ...others] = rest.map((shop, index) => ({ shop, name: names[index] ?? base }));
  if (first === undefined) return { kind: 'plan', plan: { assign: matched, add: [], replace } };
  // The row that was made when the person typed a name becomes the first shop; the rest are new rows.
  const assign = empty === undefined ? matched : [...matched, { store: empty, ...first }];
  return { kind: 'plan', plan: { assign, add: empty === undefined ? [first, ...others] : others, replace } };
}

/** The name without what an earlier derivation added. */
function baseOf(name: string, isDerived: boolean): string {
  const cut = name.lastIndexOf(nameSeparator);
  return isDerived && cut > 0 ? name.slice(0, cut) : name;
}

/** `<name> · <country>`; where that does not tell two apart, with the shop's name, and last its id. */
function derivedNames(base: string, shops: readonly ShopIdentity[], areSeveral: boolean): readonly string[] {
  if (!areSeveral) return shops.map(() => base);
  const byCountry = shops.map((shop) => [base, shop.country ?? shop.name].join(nameSeparator));
  const byName = shops.map((shop, index) => [byCountry[index], shop.name].join(nameSeparator));
  const byId = shops.map((shop, index) => [byCountry[index], shop.platformShopId].join(nameSeparator));
  return shops.map((_, index) => firstUnique([byCountry, byName, byId], index));
}

function firstUnique(candidates: readonly (readonly string[])[], index: number): string {
  const isUnique = (names: readonly string[]): boolean =>
    names.filter((name) => name.toLowerCase() === names[index]?.toLowerCase()).length === 1;
  return (candidates.find(isUnique) ?? candidates.at(-1))?.[index] ?? '';
}

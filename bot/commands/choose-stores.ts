import { nearestNames } from '../messages/commands.ts';

interface NamedStore {
  readonly name: string;
  readonly code: string | null;
}

/**
 * The stores that the typed names mean: one with exactly this name or code, else all whose name holds it. No names: all.
 * A text says which name means nothing, and `nearest` are the names that were probably meant, where there are such. Pure.
 */
export function chooseStores<Store extends NamedStore>(
  stores: readonly Store[],
  names: readonly string[],
): { readonly stores: readonly Store[] } | { readonly what: string; readonly nearest: readonly string[] } {
  if (names.length === 0) return { stores };
  const chosen = new Set<Store>();
  const meant: string[] = [];
  let wrong: string | null = null;
  for (const name of names) {
    const wanted = name.toLowerCase();
    const exact = stores.filter((store) => [store.name, store.code].some((known) => known?.toLowerCase() === wanted));
    const found = exact.length > 0 ? exact : stores.filter((store) => store.name.toLowerCase().includes(wanted));
    if (found.length === 0) wrong ??= name;
    for (const store of found) chosen.add(store);
    const [nearest] = nearestNames(
      name,
      // No quotes can be typed within quotes.
      stores.map((store) => store.name).filter((known) => !/["“”„]/.test(known)),
    );
    if (found.length > 0) meant.push(name);
    else if (nearest !== undefined) meant.push(nearest);
  }
  if (wrong === null) return { stores: [...chosen] };
  return { what: `No store is called “${wrong}”.`, nearest: meant };
}

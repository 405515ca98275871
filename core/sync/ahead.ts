/**
 * Pages of a connector, fetched ahead while earlier ones are worked on: each step gives every page that has come in
 * since, at least one, in order. So a slow platform is taken page by page, and a fast one in parcels, of which the
 * database takes fewer and larger ones for less. Fetching pauses while `enough` (by `weigh`, summed) waits unread.
 * A failure is thrown after the pages before it were given. Leaving the loop early waits for the page under way and
 * closes the source.
 */
export async function* pagesAhead<T>(
  source: AsyncIterable<T>,
  weigh: (page: T) => number,
  enough: number,
): AsyncGenerator<readonly T[]> {
  const iterator = source[Symbol.asyncIterator]();
  const shelf = new Shelf<T>();
  const fetching = fill(shelf, iterator, weigh, enough);
  try {
    for (;;) {
      await shelf.changed();
      const pages = shelf.takeAll();
      if (pages.length > 0) yield pages;
      else if (shelf.end !== null) {
        if (shelf.end.failure !== undefined) throw shelf.end.failure;
        return;
      }
    }
  } finally {
    shelf.isClosed = true;
    shelf.makeRoom();
    await fetching;
    await iterator.return?.();
  }
}

async function fill<T>(
  shelf: Shelf<T>,
  iterator: AsyncIterator<T>,
  weigh: (page: T) => number,
  enough: number,
): Promise<void> {
  try {
    while (!shelf.isClosed) {
      const next = await iterator.next();
      if (next.done === true) break;
      shelf.put(next.value, weigh(next.value));
      while (shelf.weight >= enough && !shelf.isClosed) await shelf.room();
    }
    shelf.finish({});
  } catch (failure) {
    shelf.finish({ failure });
  }
}

/** What was fetched and not read yet, and who waits for it. */
class Shelf<T> {
  isClosed = false;
  end: { readonly failure?: unknown } | null = null;
  #pages: T[] = [];
  #weight = 0;
  #filled = Promise.withResolvers<void>();
  #emptied = Promise.withResolvers<void>();

  get weight(): number {
    return this.#weight;
  }

  put(page: T, weight: number): void {
    this.#pages.push(page);
    this.#weight += weight;
    this.#filled.resolve();
  }

  finish(end: { readonly failure?: unknown }): void {
    this.end = end;
    this.#filled.resolve();
  }

  takeAll(): readonly T[] {
    const pages = this.#pages;
    this.#pages = [];
    this.#weight = 0;
    if (this.end === null) this.#filled = Promise.withResolvers();
    this.makeRoom();
    return pages;
  }

  makeRoom(): void {
    this.#emptied.resolve();
    this.#emptied = Promise.withResolvers();
  }

  /** Until there is a page or the end. */
  changed(): Promise<void> {
    return this.#filled.promise;
  }

  /** Until everything was taken. */
  room(): Promise<void> {
    return this.#emptied.promise;
  }
}

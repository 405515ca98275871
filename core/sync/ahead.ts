/**
 * The pages of a connector, with the next one under way while this one is worked on: at most one ahead. Leaving the
 * loop early waits for the page under way and closes the source.
 */
export async function* pagesAhead<T>(source: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]();
  let ahead = iterator.next();
  try {
    for (;;) {
      const current = await ahead;
      if (current.done === true) return;
      ahead = iterator.next();
      // A failure belongs to whoever awaits that page; until then it must not count as unhandled.
      ahead.catch(() => undefined);
      yield current.value;
    }
  } finally {
    await ahead.catch(() => undefined);
    await iterator.return?.();
  }
}

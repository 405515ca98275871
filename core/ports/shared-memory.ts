/** One remembered thing: a name and its text. */
export interface RememberedText {
  readonly key: string;
  readonly text: string;
}

/** A memory that every process of the installation shares, for a thing that must be one though each of them runs it. */
export interface SharedMemory {
  /**
   * Turns come one at a time, over all processes. `work` is given what was written after the version `since()`; what it
   * returns under `write` is what later turns find. When it throws, or its process dies, nothing was written. It must
   * not wait for anything outside: everybody else waits for it.
   */
  turn<T>(
    since: () => number,
    work: (
      news: readonly RememberedText[],
    ) => Promise<{ readonly value: T; readonly write: readonly RememberedText[] }>,
  ): Promise<{ readonly value: T; readonly version: number }>;
  close(): Promise<void>;
}

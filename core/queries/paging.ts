/** One page of a list that is read by key, never by offset. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  /** Opaque; give it back as `cursor` for the page after this one; null at the end. */
  readonly nextCursor: string | null;
}

/** What every list takes. An unreadable cursor (an old link, a hand-made one) is the first page. */
export interface PageRequest {
  readonly cursor?: string | null | undefined;
  /** Rows of a page; the query has a default and a limit of its own. */
  readonly limit?: number | undefined;
}

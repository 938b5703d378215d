/** Ids of a file from a position on; so many as `into` holds. */
export interface IdRange {
  readonly begin: number;
  readonly into: Int32Array;
}

/** Reads ranges of a file's ids. @throws DataError for a file that changed, and for what is no id */
export type ReadIds = (ranges: readonly IdRange[]) => void;

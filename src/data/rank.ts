/** The sizes of each number of axes. The index signature is what TypeScript finds for `number`, an unknown rank. */
interface ShapeByRank {
  readonly [rank: number]: readonly number[];
  readonly 0: readonly [];
  readonly 1: readonly [number];
  readonly 2: readonly [number, number];
  readonly 3: readonly [number, number, number];
  readonly 4: readonly [number, number, number, number];
  readonly 5: readonly [number, number, number, number, number];
  readonly 6: readonly [number, number, number, number, number, number];
}

/**
 * The sizes of `R` axes, of 0 to 6. Where R is only `number`, the number of axes is known at run time alone.
 *
 * @example
 *   const image: Shape<2> = [28, 28];
 */
export type Shape<R extends number = number> = ShapeByRank[R];

/** One more axis than each rank. */
interface RankAfter {
  readonly [rank: number]: number;
  readonly 0: 1;
  readonly 1: 2;
  readonly 2: 3;
  readonly 3: 4;
  readonly 4: 5;
  readonly 5: 6;
}

/** One axis fewer than each rank. */
interface RankBefore {
  readonly [rank: number]: number;
  readonly 1: 0;
  readonly 2: 1;
  readonly 3: 2;
  readonly 4: 3;
  readonly 5: 4;
  readonly 6: 5;
}

/** The rank with one more axis: that of a batch of arrays of rank `R`. */
export type NextRank<R extends number> = RankAfter[R];

/** The rank with one axis fewer: that of one row of an array of rank `R`. */
export type PreviousRank<R extends number> = RankBefore[R];

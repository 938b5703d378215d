/** A number of a whole batch, which its shards should give too. */
export interface Compared {
  /** What it is, for the error: "the loss". */
  readonly name: string;
  readonly whole: number;
  readonly shards: number;
  /** The sum of the absolute numbers that it was made from, to compare rounding errors with. */
  readonly scale: number;
}

/** Beyond this share of the scale, a difference may come from more than rounding. */
const SUSPECT = 1e-4;
/**
 * Beyond this share it does, unless the numbers are rounding errors themselves: the errors of a model that has learned its
 * data, or what a recurrence makes of the last digit. Then a tiny change of the variables changes them as much.
 */
const CERTAIN = 1e-2;

export const difference = ({ whole, shards }: Compared): number => Math.abs(whole - shards);
export const share = (each: Compared): number => difference(each) / each.scale;

/** Sorts out what differs. A number that is not finite equals nothing, and the guard tells of it: it is left out. */
export function differing(compared: readonly Compared[]): { certain: Compared[]; suspect: Compared[] } {
  const found = compared.filter((each) => Number.isFinite(each.whole - each.shards) && share(each) > SUSPECT);
  return {
    certain: found.filter((each) => share(each) > CERTAIN),
    suspect: found.filter((each) => share(each) <= CERTAIN),
  };
}

/** The sum of a batch and the scale of that sum. */
export interface ScaledSum {
  readonly sum: number;
  readonly scale: number;
}

/**
 * Whether a sum of terms depends on more than each example alone. Two groups of examples, a and b, stand in the places of
 * the first and the last shard: as [a, b], [b, a], [a, a] and [b, b]. Each group stands in each place as often in the
 * first two batches as in the last two. So the sums agree but for the last rounding if no example looks at another: all four
 * batches have one size, and an example's term has the same bits wherever its place is the same.
 */
export function dependsOnOthers([ab, ba, aa, bb]: readonly [ScaledSum, ScaledSum, ScaledSum, ScaledSum]): boolean {
  const rest = Math.abs(ab.sum + ba.sum - aa.sum - bb.sum);
  return rest > 1e-5 * (ab.scale + ba.scale + aa.scale + bb.scale);
}

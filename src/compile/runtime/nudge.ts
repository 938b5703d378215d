import type { GraphWriter, Ref } from "../emit/graph-writer";
import { FLOAT32 } from "../engine/dtypes";

/**
 * A change of the numbers that a function is computed from, as a share of them: large beside rounding errors, and small
 * beside what shards do to a function that must not be cut. A difference that such a change makes, too, is no proof.
 */
const NUDGE = 1e-5;
/** A difference below it may be the rounding error of numbers about 1 that cancel, which so small a change need not show. */
const SMALLEST_CERTAIN = 1e-6;
/** Larger changes, which show it. */
const LARGE_NUDGES = [4e-4, -4e-4, 1e-3, -1e-3];
/** Beside these only a large share is proof: a sum or a count that each shard has once more. */
const LARGE_SHARE = 0.4;
const LARGE_MARGIN = 3;

/**
 * Whether a difference of the whole batch and its shards is more than rounding errors.
 *
 * @param share the difference beside the numbers that were compared
 * @param movedBy how far the whole batch's number moves with a nudge
 * @param margin how many times a small nudge's effect it must be. Default: 1.
 */
export function exceedsRounding(
  { difference, share }: { readonly difference: number; readonly share: number },
  movedBy: (nudge: number) => number,
  margin = 1,
): boolean {
  const sumOf = (nudges: readonly number[]) => nudges.reduce((sum, nudge) => sum + movedBy(nudge), 0);
  if (!(difference > margin * sumOf([NUDGE, -NUDGE]))) return false;
  return difference > SMALLEST_CERTAIN || (share > LARGE_SHARE && difference > LARGE_MARGIN * sumOf(LARGE_NUDGES));
}

/** What a run gives with a nudge; each nudge is run once, when it is first asked for. */
export function perNudge<T>(run: (nudge: number) => T): (nudge: number) => T {
  const known = new Map<number, T>();
  return (nudge) => {
    const result = known.has(nudge) ? (known.get(nudge) as T) : run(nudge);
    known.set(nudge, result);
    return result;
  };
}

/** Writes a value times 1 + nudge, where the factor differs from place to place: the very value where the nudge is 0. */
export function nudged(
  writer: GraphWriter,
  value: Ref,
  dtype: number,
  { nudge, place }: { readonly nudge: Ref; readonly place: number },
): Ref {
  if (dtype !== FLOAT32) return value;
  const share = writer.binary("Mul", nudge, writer.float(Math.cos(place)), FLOAT32);
  return writer.binary("Mul", value, writer.binary("AddV2", writer.float(1), share, FLOAT32), FLOAT32);
}

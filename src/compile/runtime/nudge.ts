import type { GraphWriter, Ref } from "../emit/graph-writer";
import { FLOAT32 } from "../engine/dtypes";

/**
 * A change of the numbers that a function is computed from, as a share of them: large beside rounding errors, and small
 * beside what shards do to a function that must not be cut. A difference that such a change makes, too, is no proof.
 */
export const NUDGE = 1e-5;
/** A difference below it may be the rounding error of numbers about 1 that cancel, which no small change shows. */
export const SMALLEST_CERTAIN = 1e-6;

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

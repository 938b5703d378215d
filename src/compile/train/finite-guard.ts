import type { After, GraphWriter, Ref } from "../emit/graph-writer";
import { FLOAT32, INT32 } from "../engine/dtypes";
import { boolAttr, intAttr, typeAttr } from "../engine/protobuf";

/** What a guard writes into a step's graph. */
export interface FiniteGuard {
  /** Whether all values are finite, a boolean. */
  readonly verdict: Ref;
  /** The scalar `through`, only where all values are finite; else TensorFlow does not run what depends on it. */
  readonly passed: Ref;
  /** Joins both branches. @returns what has run once the updates have, or once the guard has refused them */
  after(updates: readonly After[]): After;
}

/**
 * Writes the guard of a step, which updates nothing when a value of it is not finite: a scalar that all updates depend on
 * passes a Switch.
 *
 * @param values float32 tensors. The guard looks at the sum of each one, which is cheap and misses no NaN or infinity. (It
 *   also refuses gradients whose sum exceeds float32, 3e38.)
 * @param through the scalar that all updates depend on
 */
export function emitFiniteGuard(writer: GraphWriter, values: readonly Ref[], through: Ref): FiniteGuard {
  const [T, index] = [typeAttr(FLOAT32), typeAttr(INT32)];
  const sums = values.map((value) => {
    const vector = writer.node("Reshape", [value, writer.ints([-1])], { T, Tshape: index });
    return writer.node("Sum", [vector, writer.int(0)], { T, Tidx: index, keep_dims: boolAttr(false) });
  });
  const total = writer.node("AddN", sums, { T, N: intAttr(sums.length) });
  const verdict = writer.node("IsFinite", [total], { T });
  const refused = writer.node("Switch", [through, verdict], { T });
  const passed = `${refused}:1`; // a Switch's output 0 is for false, its output 1 for true
  return {
    verdict,
    passed: writer.identity(passed, FLOAT32),
    after: (updates) => {
      const updated = writer.identity(passed, FLOAT32, updates);
      return `^${writer.node("Merge", [refused, updated], { T, N: intAttr(2) })}`;
    },
  };
}

import type { After, GraphWriter, Ref } from "../emit/graph-writer";
import { boolAttr, intAttr, typeAttr } from "../engine/protobuf";

/**
 * Lets a step move nothing when a number of it is not finite. What the update depends on passes a switch; on the other
 * branch TensorFlow computes nothing further.
 *
 * @param values tensors that are to be finite: their sums are looked at, which is cheap and misses nothing (and takes
 *   gradients whose sum is over 3e38 for infinite)
 * @param through a scalar that all updates depend on
 */
export function emitFiniteGuard(writer: GraphWriter, values: readonly Ref[], through: Ref) {
  const { TF_FLOAT: float, TF_INT32 } = writer.binding;
  const flat = { T: typeAttr(float), Tshape: typeAttr(TF_INT32) };
  const sums = values.map((value) => {
    const vector = writer.node("Reshape", [value, writer.ints([-1])], flat);
    const over = { T: typeAttr(float), Tidx: typeAttr(TF_INT32), keep_dims: boolAttr(false) };
    return writer.node("Sum", [vector, writer.int(0)], over);
  });
  const total = writer.node("AddN", sums, { T: typeAttr(float), N: intAttr(sums.length) });
  const verdict = writer.node("IsFinite", [total], { T: typeAttr(float) });
  const ways = writer.node("Switch", [through, verdict], { T: typeAttr(float) });
  const merge = (done: Ref) => writer.node("Merge", [ways, done], { T: typeAttr(float), N: intAttr(2) });
  return {
    verdict,
    /** The scalar, where all is finite. */
    open: writer.identity(`${ways}:1`, float),
    /** What to wait for: the updates, or that there are none. */
    done: (updates: readonly After[]): After => `^${merge(writer.identity(`${ways}:1`, float, updates))}`,
  };
}

import {
  type After,
  FLOAT32,
  type GraphWriter,
  gatherRows,
  type Ref,
  type SlicedUpdate,
  scatterRows,
  typeAttr,
} from "../../compile/extend";
import { AdamOptimizer, type AdamOptions } from "./adam";

/** Adam's options, without `amsgrad`. */
export type LazyAdamOptions = Omit<AdamOptions, "amsgrad">;

/**
 * Adam for embeddings: TensorFlow 1.x's `tf.contrib.opt.LazyAdamOptimizer`. Rows that a batch looked up are moved by Adam's
 * step; m, v and the vector of a word that no look-up touched stay unchanged, where Adam itself lets m and v decay and moves
 * the word on. So a step costs the rows it touches. A variable with a dense gradient is moved as by Adam.
 *
 * @example
 *   const embedding = new Embedding({ vocabularySize: 10_000, embeddingSize: 64, seed: 42 });
 *   const optimizer = new LazyAdamOptimizer({ learningRate: 0.01 });
 *   const words = tf.tensor1d([4, 8, 15], "int32");
 *   optimizer.minimize(() => tf.mean(tf.square(embedding.call(words))), embedding.variables).dispose(); // moves 3 rows
 *
 * @throws ArgumentError when an option is out of range or unknown
 */
export class LazyAdamOptimizer extends AdamOptimizer {
  constructor(options: LazyAdamOptions = {}) {
    super(options, "LazyAdam", [], "Adam"); // TensorFlow 1.x names the slots as Adam's
  }

  protected override writeMoveRows(writer: GraphWriter, { variable, slots, scalars, gradient }: SlicedUpdate): After {
    const [m, v] = slots as [Ref, Ref];
    const [beta1Power, beta2Power, rate, beta1, beta2, epsilon] = scalars as [Ref, Ref, Ref, Ref, Ref, Ref];
    const { values, indices } = gradient;
    const T = { T: typeAttr(FLOAT32) };
    const binary = (op: "AddV2" | "Sub" | "Mul", a: Ref, b: Ref) => writer.binary(op, a, b, FLOAT32);
    const unary = (op: "Sqrt" | "Square", a: Ref) => writer.node(op, [a], T);
    const divide = (a: Ref, b: Ref) => writer.node("RealDiv", [a, b], T);
    const rest = (of: Ref) => binary("Sub", writer.float(1), of);
    const decayed = (slot: Ref, beta: Ref, value: Ref) =>
      binary("AddV2", binary("Mul", beta, gatherRows(writer, slot, indices)), binary("Mul", rest(beta), value));
    const newM = decayed(m, beta1, values);
    const newV = decayed(v, beta2, unary("Square", values));
    const alpha = divide(binary("Mul", rate, unary("Sqrt", rest(beta2Power))), rest(beta1Power));
    const change = divide(binary("Mul", alpha, newM), binary("AddV2", unary("Sqrt", newV), epsilon));
    return `^${writer.node("NoOp", [
      scatterRows(writer, "ResourceScatterUpdate", m, { values: newM, indices }),
      scatterRows(writer, "ResourceScatterUpdate", v, { values: newV, indices }),
      scatterRows(writer, "ResourceScatterSub", variable, { values: change, indices }),
    ])}`;
  }
}

import { FLOAT32 } from "../engine/dtypes";
import { intsOp, reshapeOps } from "../ir/ops";
import { type Rewriting, rewrite } from "../ir/rewrite";
import { type Op, signatureOf, type Trace, type Value } from "../ir/trace";
import { opOf, usersOf } from "../ir/users";
import { isTransposed } from "./matmul-ops";
import {
  feedsNarrowerMatmuls,
  followsWideningMatmul,
  isTimeBatchTranspose,
  type Sizes,
  transposeOfRows,
} from "./transpose-patterns";

/**
 * Moves a Transpose to the narrow side of a layer. A loop over time makes outputs `[nSteps, batch, n]`, which are transposed
 * to `[batch, nSteps, n]` before a layer makes k numbers of each row; the rows' gradients are transposed back. If k is much
 * smaller than n, the layer runs first and its k numbers are transposed, because a Transpose moves every element: that of a
 * wide value takes as long as some time steps.
 */
export function sinkTransposes(trace: Trace): Trace {
  const users = usersOf(trace);
  const transposes = trace.ops.filter(isTimeBatchTranspose);
  const forward = new Set(transposes.filter((op) => feedsNarrowerMatmuls(op, users)));
  const backward = new Set(transposes.filter((op) => followsWideningMatmul(op, trace, users)));
  const [template] = [...forward, ...backward];
  if (template === undefined) return trace;
  return rewrite(trace, (op, rewriting) => {
    const layer = () => new LayerRewriting(rewriting, trace, template);
    const transpose = op.name === "MatMul" ? transposeOfRows(op.inputs[0] as Value) : undefined;
    if (transpose !== undefined && forward.has(transpose)) return layer().matmulBefore(op, transpose);
    return backward.has(op) ? layer().matmulAfter(op) : rewriting.moved(op);
  });
}

/** Builds a layer's MatMul on the other side of a Transpose. */
class LayerRewriting {
  /** @param template any of the Transposes, whose attributes the new ones get */
  constructor(
    private readonly rewriting: Rewriting,
    private readonly trace: Trace,
    private readonly template: Op,
  ) {}

  /** The MatMul of a layer, or of the gradient of its weights, on the rows as they were before the Transpose. */
  matmulBefore(matmul: Op, transpose: Op): Value {
    const { find, add } = this.rewriting;
    const [batch, steps, width] = transpose.shapes[0] as Sizes;
    const rows = this.reshaped(find(transpose.inputs[0] as Value), [steps * batch, width]);
    const other = find(matmul.inputs[1] as Value);
    const narrow = matmul.shapes[0]?.[1] as number;
    if (isTransposed(matmul, "transpose_a")) {
      return add({ ...matmul, inputs: [rows, this.transposedRows(other, [batch, steps, narrow])] });
    }
    return this.transposedRows(add({ ...matmul, inputs: [rows, other] }), [steps, batch, narrow]);
  }

  /** The MatMul that a Transpose follows, on rows that are transposed already. */
  matmulAfter(transpose: Op): Value {
    const { find, add } = this.rewriting;
    const reshape = opOf(transpose.inputs[0]) as Op;
    const matmul = opOf(reshape.inputs[0]) as Op;
    const [batch, steps] = reshape.shapes[0] as Sizes;
    const [rows, weights] = matmul.inputs as [Value, Value];
    const narrow = signatureOf(rows, this.trace).shape[1] as number;
    const transposed = this.transposedRows(find(rows), [batch, steps, narrow]);
    return this.reshaped(add({ ...matmul, inputs: [transposed, find(weights)] }), transpose.shapes[0] as Sizes);
  }

  /** Rows `[a·b, n]` in the order of `[b·a, n]`. */
  private transposedRows(rows: Value, [a, b, n]: Sizes): Value {
    const { add } = this.rewriting;
    const permutation = add(intsOp([1, 0, 2]));
    const inputs = [this.reshaped(rows, [a, b, n]), permutation];
    return this.reshaped(add({ ...this.template, inputs, shapes: [[b, a, n]] }), [b * a, n]);
  }

  private reshaped(value: Value, shape: readonly number[]): Value {
    const [sizes, reshape] = reshapeOps(value, shape, FLOAT32);
    this.rewriting.add(sizes);
    return this.rewriting.add(reshape);
  }
}

import { intsOp } from "../ir/ops";
import { type Rewriting, rewrite } from "../ir/rewrite";
import { type Op, signatureOf, type Trace, type Value } from "../ir/trace";
import { ValueMap } from "../ir/value-map";
import { asMatMul, matrixOp, type Shape, transposeFlags } from "./matmul-ops";
import { matmulPadding } from "./matmul-padding";

/** The float32 numbers in a cache line. */
const PADDING = 16;

/**
 * Pads the factors of a matmul whose rows alias in the cache (`isCacheAliasingStride`) with columns of zeros, and slices
 * these off its output. A matrix that is a transposed factor of many matmuls is copied transposed. A weight is copied once
 * for all time steps.
 */
export function padMatmuls(trace: Trace): Trace {
  const uses = usesOf(trace);
  const [transposed, padded] = [new ValueMap<Value>(), new ValueMap<Value>()];
  const shapeOf = (value: Value) => signatureOf(value, trace).shape as Shape;
  return rewrite(trace, (op, { moved, add }) => {
    const own = moved(op);
    const plan = matmulPadding(op, trace, uses);
    if (plan === undefined) return own;
    const { shape, padA, transposeB, padB } = plan;
    let [a, b] = own.inputs as [Value, Value];
    if (transposeB) b = transposed.once(b, (value) => transposedCopy(add, value, shapeOf(value)));
    if (padB) b = padded.once(b, (value) => paddedCopy(add, value, shapeOf(value)));
    if (padA) a = padded.once(a, (value) => paddedCopy(add, value, shapeOf(value)));
    const [m, n] = shape;
    const sizes = [m + (padA ? PADDING : 0), n + (padB ? PADDING : 0)];
    const matmul = { ...(transposeB ? withPlainB(own) : own), inputs: [a, b], shapes: [sizes] };
    if (!(padA || padB)) return matmul;
    return matrixOp("Slice", [add(matmul), add(intsOp([0, 0])), add(intsOp(shape))], shape, "Index");
  });
}

function paddedCopy(add: Rewriting["add"], matrix: Value, [rows, columns]: Shape): Value {
  const paddings = add(intsOp([0, 0, 0, PADDING], [2, 2]));
  return add(matrixOp("Pad", [matrix, paddings], [rows, columns + PADDING], "Tpaddings"));
}

function transposedCopy(add: Rewriting["add"], matrix: Value, [rows, columns]: Shape): Value {
  return add(matrixOp("Transpose", [matrix, add(intsOp([1, 0]))], [columns, rows], "Tperm"));
}

/** How many matmuls have a value as a factor, transposed or not. */
function usesOf(trace: Trace): (value: Value, transposed: boolean) => number {
  const [transposed, plain] = [new ValueMap<number>(), new ValueMap<number>()];
  for (const op of trace.ops) {
    transposeFlags(op, trace)?.forEach((isTransposed, i) => {
      const [factor, counts] = [op.inputs[i] as Value, isTransposed ? transposed : plain];
      counts.set(factor, (counts.get(factor) ?? 0) + 1);
    });
  }
  return (value, isTransposed) => (isTransposed ? transposed : plain).get(value) ?? 0;
}

/** A matmul whose second factor is no longer transposed. */
function withPlainB(matmul: Op): Op {
  const own = asMatMul(matmul);
  const attributes = own.attributes.map((each) => (each.name === "transpose_b" ? { ...each, value: false } : each));
  return { ...own, attributes };
}

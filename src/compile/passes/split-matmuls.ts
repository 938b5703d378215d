import { attribute } from "../engine/attributes";
import { FLOAT32 } from "../engine/dtypes";
import { intsOp } from "../ir/ops";
import { rewrite } from "../ir/rewrite";
import { type Op, signatureOf, type Trace, type Value } from "../ir/trace";
import { matrixOp, type Shape, transposeFlags } from "./matmul-ops";

/** Loops of 32 rows are the shards of a larger batch (`decode` makes them): they run at the same time and have no core to spare. */
const MOST_ROWS = 31;
/** With fewer weights than these 1 MB, the further ops cost more than a second core saves. */
const FEWEST_WEIGHTS = 262_144;
/** TensorFlow makes no copy of rows of a matrix whose rows have a multiple of so many numbers, 64 bytes. */
const ALIGNED = 16;

/**
 * Computes a product of few rows and a large weight as two products, of the first half of the rows' numbers and of the second one:
 *
 *   x·W = x[:, :k/2]·W[:k/2] + x[:, k/2:]·W[k/2:]
 *
 * Such a product takes as long as the weight takes to be read, and one core reads it; the halves are read by two at the same time. In
 * a loop of 20 steps, [1, 256] × [256, 8000] on two cores: 1.7 times faster, with 8 rows 1.9 times. It is for the bodies of while
 * loops, where few rows and nothing else to do at the same time are usual. It is always two products, so that the numbers are the same on
 * every machine.
 */
export function splitMatmuls(trace: Trace): Trace {
  if (!trace.ops.some((op) => sizesOf(op, trace))) return trace;
  return rewrite(trace, (op, { moved, add }) => {
    const [own, sizes] = [moved(op), sizesOf(op, trace)];
    if (sizes === undefined) return own;
    const [x, weight] = own.inputs as [Value, Value];
    const [rows, inner, columns] = sizes;
    const half = inner / 2;
    const slice = (value: Value, begin: Shape, size: Shape) =>
      add(matrixOp("Slice", [value, add(intsOp(begin)), add(intsOp(size))], size, "Index"));
    const products = [0, half].map((from) =>
      add({ ...own, inputs: [slice(x, [0, from], [rows, half]), slice(weight, [from, 0], [half, columns])] }),
    );
    return { ...own, name: "AddV2", attributes: [attribute("T", "TYPE", FLOAT32)], inputs: products };
  });
}

/** The sizes of a product that is split, [rows, inner] × [inner, columns]; undefined for any other op. */
function sizesOf(op: Op, trace: Trace): [rows: number, inner: number, columns: number] | undefined {
  const flags = op.dtypes[0] === FLOAT32 ? transposeFlags(op, trace) : undefined;
  if (flags === undefined || flags[0] || flags[1]) return undefined;
  const [[rows], [inner, columns]] = op.inputs.map((input) => signatureOf(input, trace).shape) as [Shape, Shape];
  if (rows < 1 || rows > MOST_ROWS || inner * columns < FEWEST_WEIGHTS) return undefined;
  return inner % 2 === 0 && columns % ALIGNED === 0 ? [rows, inner, columns] : undefined;
}

import { FLOAT32 } from "../engine/dtypes";
import { type Op, signatureOf, type Trace, type Value } from "../ir/trace";
import { isCacheAliasingStride } from "./cache-stride";
import { type Shape, transposeFlags } from "./matmul-ops";

/** How the factors of a matmul, whose output is `[m, n]`, are to be copied. */
export interface MatmulPadding {
  /** The shape of the output, without padding. */
  readonly shape: Shape;
  /** Whether the first factor, as it lies in memory, gets padding columns. They become padding rows of the output. */
  readonly padA: boolean;
  /** Whether the second factor is copied transposed. */
  readonly transposeB: boolean;
  /** Whether the second factor, transposed or not, gets padding columns. They become padding columns of the output. */
  readonly padB: boolean;
}

/** A matmul of fewer rows or columns does not make up for the copies. */
const MANY = 64;

/** Fewer matmuls do not make up for a transposed copy. */
const OFTEN = 4;

/**
 * Whether oneDNN reads the factors of a matmul by their rows as they lie. It copies the factors of larger matmuls in any
 * case, so padding cannot help them. The limit is oneDNN's.
 */
const isByRows = ([m, n]: Shape) => 1 / m + 1 / n >= 0.0038;

/**
 * Decides how a matmul is padded.
 *
 * @param uses how many matmuls have a value as a factor, transposed or not: they all share its copy
 * @returns undefined for an op that is not a matmul of two matrices, or that is fast as it is
 */
export function matmulPadding(
  op: Op,
  trace: Trace,
  uses: (value: Value, transposed: boolean) => number,
): MatmulPadding | undefined {
  const flags = transposeFlags(op, trace);
  if (flags === undefined || op.dtypes[0] !== FLOAT32) return undefined;
  const [transposedA, transposedB] = flags;
  const [a, b] = op.inputs as [Value, Value];
  const shape = op.shapes[0] as Shape;
  const [m, n] = shape;
  const k = signatureOf(a, trace).shape[transposedA ? 0 : 1] as number;
  if (m === 1 || n === 1) return undefined; // a matrix times a vector is computed row by row, whatever the stride
  const transposeB =
    transposedB &&
    !transposedA &&
    isCacheAliasingStride(k) &&
    uses(b, true) >= OFTEN &&
    m * uses(b, true) >= MANY &&
    n >= MANY;
  const padA = transposedA && isCacheAliasingStride(m) && isByRows(shape) && n * uses(a, true) >= MANY && k >= MANY;
  const padB =
    (transposeB || !transposedB) &&
    isCacheAliasingStride(n) &&
    isByRows(shape) &&
    m * uses(b, transposeB) >= MANY &&
    k >= MANY;
  return transposeB || padA || padB ? { shape, padA, transposeB, padB } : undefined;
}

import { type Op, signatureOf, type Trace, type Value } from "../ir/trace";
import { isCacheAliasingStride } from "./cache-stride";
import { isBatchOfOneMatMul, isTransposed } from "./canonicalize";
import { FLOAT } from "./transpose-patterns";

export type Shape = [rows: number, columns: number];

/** What a product `[m, n]` is to be made of. */
export interface MatmulPadding {
  readonly shape: Shape;
  /** Whether the first factor, as it lies, gets columns to spare: those become rows of the product. */
  readonly padA: boolean;
  /** Whether the second one is copied turned round. */
  readonly transposeB: boolean;
  /** Whether the second one, turned or not, gets columns to spare: those become columns of the product. */
  readonly padB: boolean;
}

/** Fewer rows or columns do not make up for the copies. */
const MANY = 64;

/** Nor fewer products for a copy that is turned round. */
const OFTEN = 4;

/** Large products are formed from copies in any case: oneDNN's limit for going by the rows as they lie. */
const isByRows = ([m, n]: Shape) => 1 / m + 1 / n >= 0.0038;

/** Whether a product of two matrices turns the first round, and the second; undefined for what is none. */
export function transposeFlags(op: Op, trace: Trace): [a: boolean, b: boolean] | undefined {
  if (op.name === "MatMul") return [isTransposed(op, "transpose_a"), isTransposed(op, "transpose_b")];
  return isBatchOfOneMatMul(op, trace) ? [isTransposed(op, "adj_x"), isTransposed(op, "adj_y")] : undefined;
}

/**
 * @param uses how often a value is a factor as it is in this product, turned round or as it lies: its copy serves for all
 * @returns undefined for what is no product of two matrices, or goes well as it is
 */
export function matmulPadding(
  op: Op,
  trace: Trace,
  uses: (origin: Value, turned: boolean) => number,
): MatmulPadding | undefined {
  const turns = transposeFlags(op, trace);
  if (turns === undefined || op.dtypes[0] !== FLOAT) return undefined;
  const [turnsA, turnsB] = turns;
  const [a, b] = op.inputs as [Value, Value];
  const shape = op.shapes[0] as Shape;
  const [m, n] = shape;
  const k = signatureOf(a, trace).shape[turnsA ? 0 : 1] as number;
  if (m === 1 || n === 1) return undefined; // by a vector, the rows are read as they lie
  const transposeB =
    turnsB && !turnsA && isCacheAliasingStride(k) && uses(b, true) >= OFTEN && m * uses(b, true) >= MANY && n >= MANY;
  const padA = turnsA && isCacheAliasingStride(m) && isByRows(shape) && n * uses(a, true) >= MANY && k >= MANY;
  const padB =
    (transposeB || !turnsB) &&
    isCacheAliasingStride(n) &&
    isByRows(shape) &&
    m * uses(b, transposeB) >= MANY &&
    k >= MANY;
  return transposeB || padA || padB ? { shape, padA, transposeB, padB } : undefined;
}

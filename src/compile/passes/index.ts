import type { Trace } from "../ir/trace";
import { blockTopK } from "./block-top-k";
import { canonicalize } from "./canonicalize";
import { fuseBiasAdds } from "./fuse-bias-add";
import { narrowMatmuls } from "./narrow-matmuls";
import { padMatmuls } from "./pad-matmuls";
import { pinTransposes } from "./pin-transposes";
import { sinkTransposes } from "./sink-transposes";
import { splitMatmuls } from "./split-matmuls";
import { transposesToReshapes } from "./transposes-to-reshapes";

/** A function from a trace to a faster trace with the same outputs. */
export interface Pass {
  readonly name: string;
  readonly reason: string;
  /** Whether the pass decides nothing by sizes. Only such a pass may run on a graph for any batch size and length. */
  readonly anySize: boolean;
  /** Whether the pass is for the bodies of while loops alone. Default: false. */
  readonly inLoops?: boolean;
  run(trace: Trace): Trace;
}

/** All passes, in the order in which they run. */
export const PASSES: readonly Pass[] = [
  {
    name: "canonicalize",
    reason: "TensorFlow.js's gradients reshape and cast to what a value is already; the later passes look for MatMul.",
    anySize: true,
    run: canonicalize,
  },
  {
    name: "narrow-matmuls",
    reason: "By a transposed matrix of up to 256 columns, MatMul is faster than BatchMatMulV2; beyond, slower.",
    anySize: false,
    run: narrowMatmuls,
  },
  {
    name: "transposes-to-reshapes",
    reason: "A Transpose that moves only axes of size 1 copies a value whose elements stay where they are.",
    anySize: false,
    run: transposesToReshapes,
  },
  {
    name: "sink-transposes",
    reason: "A Transpose moves every element, so it belongs on the narrow side of a layer.",
    anySize: false,
    run: sinkTransposes,
  },
  {
    name: "pad-matmuls",
    reason: "Rows of a multiple of 2 KB alias in the cache, and the matmul takes up to twice as long.",
    anySize: false,
    run: padMatmuls,
  },
  {
    name: "pin-transposes",
    reason: "Grappler folds a shared Transpose into every MatMul, 10 % slower; pad-matmuls makes such Transposes too.",
    anySize: false,
    run: pinTransposes,
  },
  {
    name: "fuse-bias-add",
    reason:
      "Grappler fuses a BiasAdd into its MatMul, but not an Add; after pad-matmuls, whose Slice prevents the fusion.",
    anySize: false,
    run: fuseBiasAdds,
  },
  {
    name: "block-top-k",
    reason:
      "TopKV2 compares element by element; in wide rows the k best blocks are found 3 to 6 times faster by a Max.",
    anySize: false,
    run: blockTopK,
  },
  {
    name: "split-matmuls",
    reason: "A product of few rows takes as long as one core needs to read the weight; two cores read a half each.",
    anySize: false,
    inLoops: true,
    run: splitMatmuls,
  },
];

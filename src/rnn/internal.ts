/**
 * What seq2seq uses of this room and users may not: the package does not export this module, and it may change with any
 * version. (What users may use: `index.ts`.)
 */

export type { AnyCell, OpenSteps } from "./cell";
export { openStepsOf } from "./cells/steps/open-steps";
export {
  checkCell,
  checkFinite,
  checkLive,
  checkNotNegative,
  checkOptions,
  checkPositive,
  checkTensor,
} from "./checks";
export { openBatchedProduct } from "./kernels/batched-product";
export { openProduct } from "./kernels/product";
export { atTime, foldIn, type RandomKey, uniformFrom } from "./random-key";
export { checkState, zeroTensor } from "./state";
export { tidy } from "./tidy";
export { checkLengths, lengthTensor, liveSteps } from "./time/lengths";
export { blank } from "./time/over-time";
export { flattenTree, isTensor, mapTree, packTree, type Tree, type TreeRecord } from "./tree";
export { furtherSeed } from "./weights/initializers";
export { weight } from "./weights/weights";

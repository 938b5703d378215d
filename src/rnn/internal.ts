/**
 * What seq2seq uses of this room and users may not: the package does not export this module, and it may change with any
 * version. (What users may use: `index.ts`.)
 */

export type { AnyCell, OpenSteps } from "./cell";
export { openStepsOf } from "./cells/steps/open-steps";
export { checkCell, checkFinite, checkNotNegative, checkTensor } from "./checks";
export { openBatchedProduct } from "./kernels/batched-product";
export { openProduct } from "./kernels/product";
export { atTime, foldIn, keep, nextUnrollingKeys, type RandomKey, uniformFrom } from "./random-key";
export { checkState, zeroTensor, zipState } from "./state";
export { tidy } from "./tidy";
export { lengthTensor, liveSteps } from "./time/lengths";
export { blank, freeze } from "./time/over-time";
export { furtherSeed } from "./weights/initializers";
export { scoped, weight } from "./weights/weights";

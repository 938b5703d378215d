/**
 * What seq2seq uses of this room and users may not: the package does not export this module, and it may change with any
 * version. (What users may use: `index.ts`.)
 */

export { checkCell, checkTensor } from "./checks";
export { atTime, foldIn, keep, nextUnrollingKeys, type RandomKey, uniformFrom } from "./random-key";
export { checkState, zeroTensor, zipState } from "./state";
export { tidy } from "./tidy";
export { blank, freeze } from "./time/over-time";
export { scoped, weight } from "./weights/weights";

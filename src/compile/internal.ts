/**
 * What rnn and train use of this room and users may not: the package does not export this module, and it may change
 * with any version. (What users may use: `index.ts`; what the authors of optimizers and operations may use: `extend.ts`.)
 */

export { nextCallNumber, numberedLoop } from "./capture/call-numbers";
export { isCapturing, isCapturingLoop, isExporting } from "./capture/capture";
export { gradientsByRows, type RowSlices } from "./capture/row-gradients";
export { inScope } from "./capture/scopes";
export { forgetTape, kernelOnTape, tapeIsOn, variablesOnTape } from "./capture/tape";
export { collectUpdates, updateVariable, type VariableUpdate } from "./capture/variable-updates";
export { attribute } from "./engine/attributes";
export { DTYPES, dtypeName } from "./engine/dtypes";
export { IndexRangeError, positionOf } from "./engine/index-errors";
export { graphModelFiles } from "./export/graph-model";
export { htmlDocument } from "./export/page/html-document";
export { isCacheAliasingStride } from "./passes/cache-stride";
export { unstack } from "./rows";
export { RecentlyUsed } from "./runtime/recently-used";
export { roundedUp } from "./runtime/rounded-up";
export { scanChunks } from "./scan/scan";
export { liveSums } from "./train/loss/live-terms";

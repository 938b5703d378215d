export { isBadStride } from "./bad-stride";
export { isCapturing, isExporting } from "./capture";
export { type Compiled, type CompileOptions, compile } from "./compile";
export { customGradient } from "./custom-gradient";
export { CompileError, NotFiniteError } from "./errors";
export {
  type AnySize,
  browserFiles,
  type ExampleOf,
  type InferenceGraph,
  type InferenceGraphOptions,
  type InputSpec,
  inferenceGraph,
  savedModelFile,
} from "./export";
export type { After, Attributes, GraphWriter, Ref } from "./graph";
export { boolAttr, typeAttr } from "./messages";
export { canCompile, nativeOp, type OpAttribute } from "./native";
export { unstack } from "./rows";
export { type Chunk, type ScanOptions, scan, scanChunks } from "./scan";
export type { BatchOf, SplitLoss, StepLoss, StepTraining } from "./step-loss";
export { type Stream, type StreamOptions, type StreamStep, stream } from "./stream";
export type { Slices } from "./tables";
export { forgetTape, tapeIsOn } from "./tape";
export { type TrainStep, type TrainStepOptions, trainStep, trainStepOnRows } from "./train-step";
export type { FusedOptimizer } from "./write-step";

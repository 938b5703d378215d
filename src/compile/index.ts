export { isCapturing, isExporting } from "./capture/capture";
export { customGradient } from "./capture/custom-gradient";
export { forgetTape, tapeIsOn } from "./capture/tape";
export { type Compiled, type CompileOptions, compile } from "./compile";
export type { After, Attributes, GraphWriter, Ref } from "./emit/graph-writer";
export { canCompile, nativeOp, type OpAttribute } from "./engine/backend";
export { boolAttr, typeAttr } from "./engine/protobuf";
export { CompileError, StepNotFiniteError } from "./errors";
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
export { isCacheAliasingStride } from "./passes/cache-stride";
export { unstack } from "./rows";
export type { Chunk } from "./scan/chunk";
export { type ScanOptions, scan, scanChunks } from "./scan/scan";
export { type Stream, type StreamOptions, type StreamStep, stream } from "./stream";
export type { Slices } from "./train/indexed-slices";
export type { BatchOf, SplitLoss, StepLoss, StepTraining } from "./train/loss-terms";
export type { FusedOptimizer, TrainStepOptions } from "./train/options";
export { type TrainStep, trainStep, trainStepOnRows } from "./train/train-step";

export { type Compiled, type CompileOptions, compile, graphOf } from "./compile";
export { canCompile } from "./engine/backend";
export { CompileError, StepNotFiniteError } from "./errors";
export {
  type AnySize,
  browserFiles,
  type ExampleOf,
  type InferenceGraph,
  type InferenceGraphOptions,
  type InputSpec,
  inferenceGraph,
  type PageForm,
  savedModelFile,
  type TensorsOfInputs,
} from "./export";
export type { ProfiledOp } from "./profile/collect";
export { type Profile, type ProfileOf, type ProfileRow, profile } from "./profile/profile";
export { type ChromeTrace, chromeTrace, profileTable } from "./profile/report";
export type { FunctionGraph, GraphNode } from "./runtime/function-graph";
export type { Chunk } from "./scan/chunk";
export { type ScanOptions, scan } from "./scan/scan";
export { type Arguments, type Shared, shared } from "./shared";
export { type Stream, type StreamOptions, type StreamStep, stream, type Values } from "./stream";
export type {
  BatchOf,
  LossParts,
  LossResult,
  LossWithAux,
  SplitLoss,
  StepLoss,
  StepTraining,
  TensorTree,
} from "./train/loss/loss-terms";
export type { AuxResult, PartSums, PartsOf, PartsResult, StepResult } from "./train/loss/step-result";
export type { TrainStepOptions } from "./train/options";
export { type TrainStep, trainStep, trainStepOnRows } from "./train/train-step";
export type { Variables } from "./variables";
export type { LoopStep } from "./while/iteration";
export { type WhileLoopOptions, type WhileLoopResult, whileLoop } from "./while/while-loop";

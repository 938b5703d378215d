export { isCapturing } from "./capture";
export { type Compiled, type CompileOptions, compile } from "./compile";
export { CompileError } from "./errors";
export type { After, Attributes, GraphWriter, Ref } from "./graph";
export { boolAttr, typeAttr } from "./messages";
export { canCompile } from "./native";
export type { BatchOf, SplitLoss, StepLoss, StepTraining } from "./step-loss";
export { type TrainStep, type TrainStepOptions, trainStep } from "./train-step";
export type { FusedOptimizer } from "./write-step";

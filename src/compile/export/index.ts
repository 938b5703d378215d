export { type InferenceGraph, type InferenceGraphOptions, inferenceGraph } from "./inference-graph";
export type { AnySize, InputSpec } from "./input-spec";
export { browserFiles } from "./page";
export type { ExampleOf } from "./samples";
export { savedModelFile } from "./saved-model-file";

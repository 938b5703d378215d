export { type InferenceGraph, type InferenceGraphOptions, inferenceGraph } from "./inference-graph";
export type { AnySize, InputSpec, TensorsOfInputs } from "./input-spec";
export type { ExampleOf } from "./samples";
export { savedModelFile } from "./saved-model-file";
export { browserFiles } from "./web-page";
